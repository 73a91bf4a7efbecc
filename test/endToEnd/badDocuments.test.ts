import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import type { Finding } from '../../src/store/doctor.ts';
import { type Desk, gitDesk, plainDesk, treeOf } from './support/desk.ts';
import { ended, environment } from './support/program.ts';

/** What can stand where a document should be: how it gets there, and what it is called. */
interface Bad {
  readonly reason: string;
  readonly put: (desk: Desk, path: string, content: string) => void;
}

const bad: Record<string, Bad> = {
  'half a document': {
    reason: 'not_json',
    put: (_desk, path, content) => writeFileSync(path, content.slice(0, content.length / 2)),
  },
  'an empty file': { reason: 'not_json', put: (_desk, path) => writeFileSync(path, '') },
  '200,000 nested brackets': {
    reason: 'too_deep',
    put: (_desk, path) => writeFileSync(path, '['.repeat(200_000) + ']'.repeat(200_000)),
  },
  '200,000 nested brackets in a document': {
    reason: 'too_deep',
    put: (_desk, path, content) =>
      writeFileSync(path, content.replace('{', `{"x": ${'['.repeat(200_000)}${']'.repeat(200_000)},`)),
  },
  'a list': { reason: 'not_an_object', put: (_desk, path) => writeFileSync(path, '[]') },
  'an unknown status': {
    reason: 'not_a_session',
    put: (_desk, path, content) => writeFileSync(path, content.replace('"active"', '"paused"')),
  },
  'an older schema': {
    reason: 'not_a_session',
    put: (_desk, path, content) =>
      writeFileSync(path, content.replace('"schemaVersion": 5', '"schemaVersion": 3')),
  },
  'the document of another': {
    reason: 'wrong_id',
    put: (desk, path) => writeFileSync(path, JSON.stringify({ ...desk.document('sess_well') })),
  },
  '17 MiB': {
    reason: 'too_large',
    put: (_desk, path) => writeFileSync(path, Buffer.alloc(17 * 1024 * 1024, ' ')),
  },
  'a link to a document': {
    reason: 'link',
    put: (desk, path) => {
      rmSync(path);
      symlinkSync(desk.path('sess_well'), path);
    },
  },
  'a link to nothing': {
    reason: 'link',
    put: (_desk, path) => {
      rmSync(path);
      symlinkSync('/nowhere', path);
    },
  },
  'a folder': {
    reason: 'not_a_file',
    put: (_desk, path) => {
      rmSync(path);
      mkdirSync(path, { mode: 0o700 });
    },
  },
};

/** A desk with two sessions, of which one is to be broken. */
async function deskWithTwo(): Promise<{ desk: Desk; id: string }> {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'to be broken');
  const well = desk.document(id);
  writeFileSync(desk.path('sess_well'), JSON.stringify({ ...well, id: 'sess_well', intent: 'all is well' }), {
    mode: 0o600,
  });
  return { desk, id };
}

describe.for(Object.entries(bad))('%s', ([, { reason, put }]) => {
  test('exit 5 and a sentence, the document untouched, the others still listed; the doctor names it', async () => {
    const { desk, id } = await deskWithTwo();
    const path = desk.path(id);
    put(desk, path, readFileSync(path, 'utf8'));
    const broken = treeOf(desk.home);

    for (const words of [
      ['show', id],
      ['log', 'x', '--session', id],
      ['resume', id],
      ['delete', id],
      ['brief', id],
    ]) {
      const refusal = await desk.fails(5, ...words);
      expect(refusal).toMatchObject({ code: 'unreadable', path, reason });
      expect(refusal.message).toContain('work-sessions doctor');
    }
    expect(treeOf(desk.home)).toEqual(broken);

    const list = await desk.run('list', '--json');
    expect(list.code).toBe(0);
    expect((JSON.parse(list.stdout) as { id: string }[]).map(session => session.id)).toEqual(['sess_well']);
    expect(list.stderr).toMatch(/^work-sessions: Cannot read [^\n]+\n$/);
    expect((await desk.session('log', 'x', '--session', 'sess_well')).id).toBe('sess_well');

    const afterUse = treeOf(desk.home);
    for (const words of [['doctor'], ['doctor', '--fix', '--dry-run']]) {
      const examined = await desk.run(...words, '--json');
      expect(examined).toMatchObject({ code: 1, stderr: '' });
      expect(JSON.parse(examined.stdout)).toMatchObject([
        { kind: 'unreadable', id, path, detail: reason, state: 'manual' },
      ]);
    }
    expect((await desk.run('doctor')).stdout).toContain(path);
    expect(treeOf(desk.home)).toEqual(afterUse);
  });
});

test('doctor --fix copies an unreadable document aside, once, and leaves it where it is', async () => {
  const { desk, id } = await deskWithTwo();
  writeFileSync(desk.path(id), '{"id": "half');
  for (let time = 1; time <= 2; time++) {
    const { code, stdout } = await desk.run('doctor', '--fix', '--json');
    expect(code).toBe(1);
    const [finding] = JSON.parse(stdout) as [Finding];
    expect(readFileSync(finding.copy ?? '', 'utf8')).toBe('{"id": "half');
  }
  expect(readdirSync(join(desk.home, 'unreadable'))).toHaveLength(1);
  expect(readFileSync(desk.path(id), 'utf8')).toBe('{"id": "half');
  // Mended by hand, all is well again.
  rmSync(desk.path(id));
  expect(await desk.ok('doctor')).toBe('All is well.\n');
});

test('a document of a newer schema is shown and listed, and refused for writing', async () => {
  const { desk, id } = await deskWithTwo();
  const newer = { ...desk.document(id), schemaVersion: 6, mood: 'good' };
  writeFileSync(desk.path(id), JSON.stringify(newer), { mode: 0o600 });
  const before = treeOf(desk.home);
  expect(await desk.session('show', id)).toEqual(newer);
  expect(await desk.ok('show', id)).toContain('to be broken');
  expect((await desk.list()).map(session => session.id).sort()).toEqual([id, 'sess_well'].sort());
  for (const words of [
    ['log', 'x', '--session', id],
    ['park', id],
    ['complete', id],
    ['delete', id],
    ['reopen', id],
  ]) {
    const refusal = await desk.fails(5, ...words);
    expect(refusal).toMatchObject({ code: 'newer_schema', version: 6, supported: 5 });
    expect(refusal.message).toMatch(/update this program/);
  }
  const doctor = await desk.run('doctor', '--json');
  expect(doctor.code).toBe(0);
  expect(JSON.parse(doctor.stdout)).toMatchObject([{ kind: 'newer_schema', id, state: 'info' }]);
  expect(treeOf(desk.home)).toEqual(before);
});

/** Fields in a shape that a later version might give them, and what is left of them here. */
const laterShapes: Record<string, { readonly value: unknown; readonly shown: unknown }> = {
  needs: { value: [{ text: 'a password' }, { text: 'a hand' }], shown: null },
  activity: { value: 'typing', shown: null },
  tasks: { value: { first: { subject: 'mend' } }, shown: [] },
  events: { value: [{ at: 'noon', message: 'x' }, 4], shown: [] },
  where: { value: ['/work/shop'], shown: { worktree: '' } },
  project: { value: 'shop', shown: { key: 'unknown' } },
  place: { value: 'attic', shown: 'sessions' },
  edits: { value: 3, shown: {} },
  claims: { value: 'none', shown: [] },
  stamp: { value: 7, shown: expect.stringMatching(/^[0-9a-z]{9}-0$/) },
};

test.for(Object.entries(laterShapes))(
  'a document of a newer schema whose %s has an unknown shape is listed and shown without it, and left alone',
  async ([field, { value, shown }]) => {
    const { desk, id } = await deskWithTwo();
    const newer = { ...desk.document(id), schemaVersion: 6, [field]: value };
    writeFileSync(desk.path(id), JSON.stringify(newer), { mode: 0o600 });
    const before = treeOf(desk.home);
    const listed = await desk.list('--all');
    expect(listed.map(session => session.id).sort()).toEqual([id, 'sess_well'].sort());
    expect(listed.find(session => session.id === id)).toMatchObject({
      intent: 'to be broken',
      schemaVersion: 6,
    });
    const session = await desk.session('show', id);
    expect(session).toMatchObject({ id, schemaVersion: 6, status: 'active', [field]: shown });
    expect(await desk.ok('show', id)).toContain('to be broken');
    expect(await desk.ok('brief', id)).toContain('to be broken');
    expect(await desk.ok('search', 'broken', '--all')).toContain('to be broken');
    for (const words of [
      ['log', 'x', '--session', id],
      ['park', id],
      ['complete', id],
      ['delete', id],
    ]) {
      const refusal = await desk.fails(5, ...words);
      expect(refusal).toMatchObject({ code: 'newer_schema', version: 6, supported: 5 });
      expect(refusal.message).toMatch(/update this program/);
    }
    expect((await desk.run('doctor', '--fix')).code).toBe(0);
    expect(treeOf(desk.home)).toEqual(before);
  },
);

test('an export with a document of a newer schema in it brings the others, and tells of that one', async () => {
  const { desk, id } = await deskWithTwo();
  const sessions = [
    { ...desk.document(id), schemaVersion: 6, needs: [] },
    { ...desk.document('sess_well'), id: 'sess_new' },
  ];
  const path = join(desk.root, 'newer.json');
  writeFileSync(path, JSON.stringify({ format: 'work-sessions', version: 2, sessions }));
  const { [`./sessions/${id}.json`]: there } = treeOf(desk.home);
  const { code, stdout } = await desk.run('import', path, '--json');
  expect(code).toBe(5);
  expect(JSON.parse(stdout)).toMatchObject({
    added: ['sess_new'],
    joined: [],
    failed: [{ message: expect.stringMatching(/newer Work Sessions/) }],
  });
  expect(treeOf(desk.home)[`./sessions/${id}.json`]).toBe(there);
});

test('a document of a newer schema in an unknown shape is named, and left alone', async () => {
  const { desk, id } = await deskWithTwo();
  writeFileSync(desk.path(id), JSON.stringify({ id, schemaVersion: 9, state: 'dreaming' }), { mode: 0o600 });
  const before = treeOf(desk.home);
  expect(await desk.fails(5, 'show', id)).toMatchObject({ code: 'newer_schema', version: 9 });
  const list = await desk.run('list');
  expect(list).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('all is well'),
    stderr: expect.stringContaining('newer Work Sessions'),
  });
  expect(treeOf(desk.home)).toEqual(before);
});

test('fields that this version does not know survive a change', async () => {
  const { desk, id } = await deskWithTwo();
  const document = desk.document(id);
  const history = document.history.map(entry => ({ ...entry, weather: 'rain' }));
  writeFileSync(desk.path(id), JSON.stringify({ ...document, mood: { is: 'good' }, history }));
  expect(await desk.session('log', 'x', '--session', id)).toMatchObject({
    mood: { is: 'good' },
    history: [{ weather: 'rain' }],
  });
  expect(desk.document(id)).toMatchObject({ mood: { is: 'good' }, history: [{ weather: 'rain' }] });
});

test('several unreadable documents are counted, and named by the doctor', async () => {
  const { desk, id } = await deskWithTwo();
  for (const name of [id, 'sess_b', 'a b.c']) writeFileSync(desk.path(name), '{', { mode: 0o600 });
  const { code, stderr } = await desk.run('list');
  expect(code).toBe(0);
  expect(stderr).toBe('work-sessions: 2 documents could not be read; work-sessions doctor names them.\n');
  const { stdout } = await desk.run('doctor', '--json');
  const named = (JSON.parse(stdout) as Finding[]).map(finding => finding.path);
  expect(named.sort()).toEqual([id, 'sess_b', 'a b.c'].map(name => desk.path(name)).sort());
});

test('doctor mends modes, leftovers and misplaced documents, and only says so with --dry-run', async () => {
  const { desk, id } = await deskWithTwo();
  chmodSync(desk.path(id), 0o644);
  mkdirSync(join(desk.home, 'archive'), { mode: 0o700 });
  renameSync(desk.path('sess_well'), desk.path('sess_well', 'archive'));
  const leftover = `${desk.path(id)}.lock`;
  mkdirSync(leftover, { mode: 0o700 });
  const broken = treeOf(desk.home);
  const kinds = async (...words: string[]) => {
    const { code, stdout } = await desk.run('doctor', ...words, '--json');
    const findings = JSON.parse(stdout) as Finding[];
    return { code, found: findings.map(({ kind, state }) => `${kind} ${state}`).sort() };
  };
  const fixable = ['leftover fixable', 'misplaced fixable', 'mode fixable'];
  expect(await kinds()).toEqual({ code: 1, found: fixable });
  expect(await kinds('--fix', '--dry-run')).toEqual({ code: 1, found: fixable });
  expect(treeOf(desk.home)).toEqual(broken);
  expect(await kinds('--fix')).toEqual({
    code: 0,
    found: fixable.map(finding => finding.replace('fixable', 'fixed')),
  });
  expect(await kinds()).toEqual({ code: 0, found: [] });
  expect(desk.document('sess_well').place).toBe('sessions');
});

test('settings that are not valid are told and stop nobody; config set mends them', async () => {
  const { desk } = await deskWithTwo();
  for (const content of ['{"staleHours": -1}', '{"staleHours":', '[]']) {
    writeFileSync(join(desk.home, 'config.json'), content, { mode: 0o600 });
    const { code, stderr } = await desk.run('list');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^work-sessions: [^\n]*config\.json[^\n]*\n$/);
    expect(stderr).toMatch(/default/i);
    expect((await desk.run('doctor')).stdout).toContain('config.json');
    expect(readFileSync(join(desk.home, 'config.json'), 'utf8')).toBe(content);
  }
  expect((await desk.run('config', 'set', 'staleHours', '4')).code).toBe(0);
  await desk.ok('list');
});

test('half a project record, or one of a newer version, hides no session', async () => {
  for (const [record, isTold] of [
    ['{"key": ', true],
    ['newer', false],
    ['[]', true],
  ] as const) {
    const desk = gitDesk();
    const { id, project } = await desk.session('start', 'one');
    const path = join(desk.home, 'projects', `${project.key}.json`);
    const known = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(
      path,
      record === 'newer' ? JSON.stringify({ ...known, schemaVersion: 99, phases: [] }) : record,
    );
    const before = readFileSync(path, 'utf8');
    const { code, stdout, stderr } = await desk.run('list');
    expect({ record, code, stdout }).toEqual({ record, code: 0, stdout: expect.stringContaining('one') });
    expect(stderr.includes(`${project.key}.json`), stderr).toBe(isTold);
    // What is about the one session at hand goes on as well.
    expect((await desk.run('log', 'noted')).code).toBe(0);
    expect((await desk.run('occupancy')).code).toBe(1);
    expect((await desk.run('overview')).stdout).toContain('1 active');
    expect((await desk.run('show', id)).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(before);
  }
});

test('nothing is made from a document of a newer version: no continuation, no move', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one');
  await desk.ok('park', id);
  const { id: childId } = await desk.session('resume', id);
  rmSync(desk.path(childId));
  writeFileSync(desk.path(id), JSON.stringify({ ...desk.document(id), schemaVersion: 99, place: 'archive' }));
  const before = treeOf(desk.home);
  for (const words of [
    ['show', id],
    ['brief', id],
    ['list', '--all', '--archived'],
    ['overview'],
    ['search', 'one'],
    ['export', '--all'],
    ['doctor'],
  ])
    expect([0, 1], words.join(' ')).toContain((await desk.run(...words)).code);
  expect(treeOf(desk.home)).toEqual(before);
  await desk.run('doctor', '--fix');
  expect(existsSync(desk.path(childId))).toBe(false);
  expect(desk.document(id)).toMatchObject({ schemaVersion: 99, place: 'archive' });
});

test.runIf(process.platform !== 'win32')(
  'too few file descriptors: what cannot be read is told, and nothing is said to be empty',
  async () => {
    const desk = gitDesk();
    await desk.session('start', 'one');
    for (let limit = 16; limit <= 40; limit += 2) {
      const command = `ulimit -n ${limit}; exec "$0" "$@"`;
      const child = spawn('sh', ['-c', command, process.execPath, inject('program'), 'list'], {
        cwd: desk.folder,
        env: environment({ home: desk.home }),
      });
      const { code, stdout, stderr } = await ended(child);
      // Node itself may not start; ours never says that there is nothing.
      if (code === 0 && !stdout.includes('one')) expect(stderr, `limit ${limit}: ${stdout}`).not.toBe('');
      expect(stdout, `limit ${limit}`).not.toContain('No sessions');
    }
  },
);
