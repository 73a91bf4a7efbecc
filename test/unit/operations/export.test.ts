import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Session, schemaVersion } from '../../../src/model/session.ts';
import * as transitions from '../../../src/model/transitions.ts';
import type { Exported, ExportInput } from '../../../src/operations/exportSession.ts';
import type { ImportResult } from '../../../src/operations/importResult.ts';
import { resume, start } from '../../../src/operations/lifeOperations.ts';
import { type Page, plainStyle } from '../../../src/operations/page.ts';
import type { Services } from '../../../src/operations/services.ts';
import { exportSessions, importSessions } from '../../../src/operations/transferOperations.ts';
import { readProjects } from '../../../src/store/records.ts';
import {
  activeSession,
  completedSession,
  minute,
  parkedSession,
  richSession,
} from '../../support/builders.ts';
import { temporaryFolder } from '../../support/temporaryHome.ts';
import { ancestorFolder, servicesAt, treeOf } from './transferSupport.ts';

const page: Page = { now: minute(60), staleHours: 24, width: 80, style: plainStyle, table: () => '' };

function run(services: Services, input: ExportInput): Promise<Exported> {
  return exportSessions.run(services, { ...input }) as Promise<Exported>;
}

function read(services: Services, folder: string): Promise<ImportResult> {
  return importSessions.run(services, { folder }) as Promise<ImportResult>;
}

async function withSessions(...sessions: Session[]): Promise<Services> {
  const services = servicesAt();
  for (const session of sessions) await services.store.create(session);
  return services;
}

/** Everything in the home, by id, without what depends on the moment of moving it. */
async function allDocuments({ store }: Services): Promise<Map<string, Session>> {
  const ids = [...(await store.ids('sessions')), ...(await store.ids('archive'))].sort();
  return new Map(await Promise.all(ids.map(async id => [id, await store.read(id)] as const)));
}

describe('export as JSON', () => {
  it('goes round: an import into an empty home gives the same documents', async () => {
    const services = await withSessions(
      { ...richSession('sess_a'), later: { field: ['unknown'] } } as Session,
      { ...completedSession('sess_b'), place: 'archive' },
      { ...activeSession('sess_c'), intent: 'a\u202eb\u009bc\u2028d "e" \\ €' },
    );
    await read(services, ancestorFolder());
    await start.run(services, { intent: 'here' });
    await services.store.create(parkedSession('sess_d'));
    await resume.run(services, { session: 'sess_d' });
    const output = join(temporaryFolder(), 'all.json');
    const exported = await run(services, { all: true, format: 'json', output });
    expect(exported).toMatchObject({ file: output, text: null, unreadable: [] });

    const other = servicesAt();
    const planned = (await importSessions.run(other, { folder: output, dryRun: true })) as ImportResult;
    expect(treeOf(other.store.home.root)).toEqual({});
    const result = await read(other, output);
    expect(planned).toEqual({ ...result, dryRun: true });
    expect(result).toMatchObject({ source: 'work-sessions', present: [], failed: [] });
    expect(await allDocuments(other)).toEqual(await allDocuments(services));
    expect(await readProjects(other.store)).toEqual(
      (await readProjects(services.store)).map(project => ({ ...project, revision: 1 })),
    );
    const before = treeOf(other.store.home.root);
    expect(await read(other, output)).toMatchObject({ added: [], failed: [], projects: { added: [] } });
    expect(treeOf(other.store.home.root)).toEqual(before);
  });

  it('is JSON with a head, without control characters, and without the trash', async () => {
    const services = await withSessions(
      { ...activeSession('sess_a'), intent: '\u001b[31m\u009b\u202e' },
      { ...activeSession('sess_b'), place: 'trash' },
    );
    const exported = await run(services, { all: true, format: 'json' });
    const text = exportSessions.show(exported, page);
    expect(text).not.toMatch(/[^\n -~]/);
    const document = JSON.parse(text);
    expect(document).toMatchObject({
      format: 'work-sessions',
      version: 2,
      exportedAt: minute(60).toISOString(),
      projects: [],
    });
    expect(document.sessions).toEqual([{ ...activeSession('sess_a'), intent: '\u001b[31m\u009b\u202e' }]);
    expect(exportSessions.json?.(exported)).toEqual(document);
  });

  it('exports one project with its record, archived sessions too', async () => {
    const services = servicesAt();
    const own = (await start.run(services, { intent: 'mine' })) as Session;
    await services.store.create(activeSession('sess_other'));
    await services.store.create({ ...completedSession('sess_old'), project: own.project, place: 'archive' });
    const { document } = await run(services, { project: '.', format: 'json' });
    expect(document?.sessions.map(({ id }) => id).sort()).toEqual([own.id, 'sess_old'].sort());
    expect(document?.projects.map(({ key }) => key)).toEqual([own.project.key]);
    await expect(run(servicesAt(), { project: temporaryFolder() })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('exports no part of a newer document for the whole of it; for reading, what is understood', async () => {
    const services = await withSessions(activeSession('sess_a'), activeSession('sess_b'));
    const newer = { ...activeSession('sess_b'), schemaVersion: schemaVersion + 1, tasks: [{ title: 'new' }] };
    writeFileSync(join(services.store.home.sessions, 'sess_b.json'), JSON.stringify(newer));
    const exported = await run(services, { all: true, format: 'json' });
    expect(exported.sessions).toEqual(['sess_a']);
    expect(exported.unreadable).toEqual([expect.stringMatching(/newer Work Sessions/)]);
    const one = run(services, { session: 'sess_b', format: 'json' });
    await expect(one).rejects.toMatchObject({ code: 'newer_schema' });
    expect((await run(services, { session: 'sess_b' })).text).toContain('# make the login faster');
  });

  it('exports the others where one cannot be read, and names that one', async () => {
    const services = await withSessions(activeSession('sess_a'), activeSession('sess_b'));
    writeFileSync(join(services.store.home.sessions, 'sess_b.json'), '{"id":');
    const exported = await run(services, { all: true, format: 'json' });
    expect(exported.sessions).toEqual(['sess_a']);
    expect(exportSessions.warnings?.(exported)).toEqual([
      expect.stringMatching(/^Not exported: .*sess_b\.json/),
    ]);
    expect(exportSessions.exitCode?.(exported)).toBe(5);
  });

  it('does not make a continuation anew that did not come along', async () => {
    const services = await withSessions(parkedSession('sess_a'));
    const continuation = (await resume.run(services, { session: 'sess_a' })) as Session;
    const output = join(temporaryFolder(), 'one.json');
    await run(services, { session: 'sess_a', format: 'json', output });
    const other = servicesAt();
    expect((await read(other, output)).added).toEqual(['sess_a']);
    const parent = await other.store.read('sess_a');
    expect(parent.resumedAs).toBe(continuation.id);
    expect(await other.store.rollForward(parent)).toBeNull();
    // The real one, when it comes, is taken.
    await run(services, { all: true, format: 'json', output });
    expect((await read(other, output)).added).toEqual([continuation.id]);
    expect(await other.store.read(continuation.id)).toEqual(continuation);
  });

  it('reports sessions of an export that are not usable, and takes the others', async () => {
    const file = join(temporaryFolder(), 'mixed.json');
    const sessions = [
      activeSession('sess_a'),
      7,
      { ...activeSession('sess_b'), schemaVersion: 99 },
      { ...activeSession('sess_c'), status: 'x' },
      { ...activeSession('sess_d'), id: '../x' },
    ];
    writeFileSync(
      file,
      JSON.stringify({ format: 'work-sessions', version: 1, projects: [{ key: 1 }], sessions }),
    );
    const services = servicesAt();
    const result = await read(services, file);
    expect(result.added).toEqual(['sess_a']);
    expect(result.failed).toHaveLength(5);
  });

  it('reads a folder of exports, and of a session in several the newest state', async () => {
    const services = await withSessions(activeSession('sess_a'));
    const folder = temporaryFolder();
    await run(services, { all: true, format: 'json', output: join(folder, '2.json') });
    await services.store.update('sess_a', (session, now) =>
      transitions.log(session, { message: 'more' }, now),
    );
    await run(services, { all: true, format: 'json', output: join(folder, '1.json') });
    writeFileSync(join(folder, '3.json'), '{"something":"else"}');
    const other = servicesAt();
    const result = await read(other, folder);
    expect(result).toMatchObject({ added: ['sess_a'], failed: [{ file: '3.json' }] });
    expect((await other.store.read('sess_a')).events).toHaveLength(1);
  });

  it.each([
    ['not JSON', '{', 'unreadable'],
    ['other JSON', '{"a":1}', 'invalid_input'],
    ['a newer export', '{"format":"work-sessions","version":3}', 'invalid_input'],
    ['deep nesting', '['.repeat(200_000), 'unreadable'],
  ])('refuses a file that is %s', async (_name, content, code) => {
    const file = join(temporaryFolder(), 'x.json');
    writeFileSync(file, content);
    await expect(read(servicesAt(), file)).rejects.toMatchObject({ code });
  });
});

describe('export to a file', () => {
  it('writes a new file for its owner only; one that is replaced keeps its mode; nothing is left beside it', async () => {
    const services = await withSessions(activeSession('sess_a'));
    const folder = temporaryFolder();
    const output = join(folder, 'out.md');
    writeFileSync(output, 'old');
    chmodSync(output, 0o644);
    const exported = await run(services, { session: 'sess_a', output });
    expect(exportSessions.show(exported, page)).toBe(`Exported 1 session to ${output}`);
    expect(readFileSync(output, 'utf8')).toContain('# make the login faster');
    const fresh = join(folder, 'new.md');
    await run(services, { session: 'sess_a', output: fresh });
    if (process.platform !== 'win32') {
      expect(statSync(output).mode & 0o777).toBe(0o644);
      expect(statSync(fresh).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(folder)).toEqual(['new.md', 'out.md']);
  });

  it('takes a relative path from the folder of the caller, and writes where a link leads', async () => {
    const services = await withSessions(activeSession('sess_a'));
    symlinkSync(join(services.folder, 'real.md'), join(services.folder, 'link.md'));
    writeFileSync(join(services.folder, 'real.md'), '');
    expect((await run(services, { session: 'sess_a', output: 'link.md' })).file).toBe(
      join(services.folder, 'real.md'),
    );
    expect(readFileSync(join(services.folder, 'real.md'), 'utf8')).toContain('# make');
  });

  it('writes where a link leads that leads to nothing yet, and leaves the link', async () => {
    const services = await withSessions(activeSession('sess_a'));
    mkdirSync(join(services.folder, 'sub'));
    symlinkSync(join('sub', 'later.md'), join(services.folder, 'link.md'));
    symlinkSync('link.md', join(services.folder, 'link2.md'));
    await run(services, { session: 'sess_a', output: 'link2.md' });
    expect(lstatSync(join(services.folder, 'link2.md')).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(services.folder, 'link.md')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(services.folder, 'sub', 'later.md'), 'utf8')).toContain('# make');
  });

  it.runIf(process.platform !== 'win32')('refuses what is no file behind a link, naming -o -', async () => {
    const services = await withSessions(activeSession('sess_a'));
    const at = (name: string) => join(services.folder, name);
    execFileSync('mkfifo', [at('pipe')]);
    for (const [name, leads] of [
      ['null', '/dev/null'],
      ['out', '/dev/stdout'],
      ['fd', '/proc/self/fd/1'],
      ['piped', 'pipe'],
    ] as const) {
      symlinkSync(leads, at(name));
      await expect(run(services, { session: 'sess_a', output: name }), name).rejects.toMatchObject({
        code: 'invalid_input',
        details: { problem: expect.stringContaining('-o -') },
      });
      expect(lstatSync(at(name)).isSymbolicLink()).toBe(true);
    }
    symlinkSync('loop', at('loop'));
    await expect(run(services, { session: 'sess_a', output: 'loop' })).rejects.toMatchObject({ code: 'io' });
    await expect(run(services, { session: 'sess_a', output: '/dev/stdout' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it.runIf(process.platform !== 'win32')('does not replace a read-only file, whoever asks', async () => {
    const services = await withSessions(activeSession('sess_a'));
    const output = join(services.folder, 'locked.md');
    writeFileSync(output, 'keep');
    chmodSync(output, 0o444);
    await expect(run(services, { session: 'sess_a', output })).rejects.toMatchObject({
      code: 'io',
      details: { path: output, code: 'EACCES', action: 'write' },
    });
    expect(readFileSync(output, 'utf8')).toBe('keep');
    expect(readdirSync(services.folder).filter(name => name.includes('locked'))).toEqual(['locked.md']);
  });

  it('refuses a folder, a device, a missing folder and the store’s own files', async () => {
    const services = await withSessions(activeSession('sess_a'));
    const all = { all: true, format: 'json' } as const;
    const own = join(services.store.home.sessions, 'sess_a.json');
    const before = readFileSync(own, 'utf8');
    mkdirSync(join(services.folder, 'sub'));
    await expect(run(services, { ...all, output: 'sub' })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(run(services, { ...all, output: 'no/such' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(run(services, { ...all, output: own })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(run(services, { ...all, output: join(own, '..', 'new.json') })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    if (existsSync('/dev/null')) {
      await expect(run(services, { ...all, output: '/dev/null' })).rejects.toMatchObject({
        code: 'invalid_input',
      });
    }
    expect(readFileSync(own, 'utf8')).toBe(before);
  });

  it('wants one thing to export', async () => {
    const services = await withSessions(activeSession('sess_a'));
    for (const input of [
      { session: 'sess_a', all: true },
      { all: true, project: '.' },
    ]) {
      await expect(run(services, input)).rejects.toMatchObject({ code: 'usage' });
    }
    await expect(run(services, {})).rejects.toMatchObject({ code: 'no_session_here' });
    const here = (await start.run(services, { intent: 'here' })) as Session;
    expect((await run(services, {})).sessions).toEqual([here.id]);
  });
});
