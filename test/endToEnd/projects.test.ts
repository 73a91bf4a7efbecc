import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Project } from '../../src/model/project.ts';
import { Desk, git, newFolder, plainDesk, repository, scratchFolder } from './support/desk.ts';
import { until } from './support/program.ts';

/** A repository that can be moved, with a session in it. */
async function moving(options: { remote?: string } = {}): Promise<{ desk: Desk; id: string }> {
  const root = scratchFolder();
  const desk = new Desk(root, repository(join(root, 'api'), options));
  const { id } = await desk.session('start', 'before the move');
  return { desk, id };
}

function records(desk: Desk): Project[] {
  const folder = join(desk.home, 'projects');
  const names = readdirSync(folder).filter(name => name.endsWith('.json'));
  return names.map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Project);
}

/** Waits until the background process has found the first commit of the repository of this folder. */
function identified(desk: Desk, root: string): Promise<Project> {
  return until(`identification of ${root}`, () =>
    records(desk).find(project => project.roots.includes(root) && project.identifiedAt !== null),
  );
}

test('two folders of one name are two projects', async () => {
  const root = scratchFolder();
  const [left, right] = ['left', 'right'].map(
    side => new Desk(root, repository(join(root, side, 'api'))),
  ) as [Desk, Desk];
  const plain = new Desk(root, newFolder(root, 'plain', 'api'));
  const sessions = [];
  for (const desk of [left, right, plain]) sessions.push(await desk.session('start', `in ${desk.folder}`));
  expect(new Set(sessions.map(session => session.project.key)).size).toBe(3);
  expect(sessions.map(session => session.project.name)).toEqual(['api', 'api', 'api']);
  for (const [index, desk] of [left, right, plain].entries()) {
    expect((await desk.list()).map(({ id }) => id)).toEqual([sessions[index]?.id]);
  }
  // Named by a name that two have, it is ambiguous.
  expect(await left.fails(3, 'project', 'show', '--project', 'api')).toMatchObject({ code: 'ambiguous' });
});

test('two clones of one repository side by side are two projects', async () => {
  const { desk } = await moving({ remote: 'git@example.org:team/api.git' });
  const clone = desk.at(join(desk.root, 'clone'));
  git(desk.root, 'clone', '-q', desk.folder, clone.folder);
  git(clone.folder, 'remote', 'set-url', 'origin', 'https://example.org/team/api');
  await identified(desk, desk.folder);
  const session = await clone.session('start', 'in the clone');
  await identified(clone, clone.folder);
  expect((await clone.list()).map(({ id }) => id)).toEqual([session.id]);
  expect(await desk.list()).toHaveLength(1);
});

test.each([
  ['throws', 'ENOMEM'],
  ['tells', 'EAGAIN'],
])(
  'where no other process can be started (Node %s it), the command is done, and says so',
  async (how, code) => {
    const root = scratchFolder();
    const hook = join(import.meta.dirname, 'support', 'noNewProcess.cjs').replaceAll('\\', '/');
    const desk = new Desk(root, repository(join(root, 'api')));
    const env = { NODE_OPTIONS: `--require "${hook}"`, NO_NEW_PROCESS: how, NO_NEW_PROCESS_CODE: code };
    const result = await desk.at(desk.folder, env).run('start', 'without a helper');
    expect(result).toMatchObject({ code: 0, signal: null });
    expect(result.stderr).toContain(
      `work-sessions: The first commit of the project could not be looked up (${code})`,
    );
    expect(result.stderr).not.toContain('    at ');
    expect(await desk.list()).toHaveLength(1);
  },
);

test('the first commit is found in the background, and never on the way of the command', async () => {
  const { desk, id } = await moving();
  expect(desk.document(id).project.firstCommit).toBeNull();
  const project = await identified(desk, desk.folder);
  expect(project.firstCommit).toBe(git(desk.folder, 'rev-list', '--max-parents=0', 'HEAD'));
  expect((await desk.session('start', 'later')).project.firstCommit).toBe(project.firstCommit);
});

test('a moved repository with a remote is the same project at once, however the remote is spelt now', async () => {
  const { desk, id } = await moving({ remote: 'git@example.org:team/api.git' });
  const moved = desk.at(join(desk.root, 'new', 'place'));
  newFolder(desk.root, 'new');
  renameSync(desk.folder, moved.folder);
  git(moved.folder, 'remote', 'set-url', 'origin', 'https://token@example.org/team/api');
  // Before anything was written there, and after.
  expect((await moved.list()).map(session => session.id)).toEqual([id]);
  const session = await moved.session('start', 'after the move');
  expect((await moved.list()).map(({ id: each }) => each)).toEqual([session.id, id]);
  const project = await moved.json<Project>('project', 'show');
  expect(project.roots).toEqual([moved.folder, desk.folder]);
  expect(JSON.stringify(project)).not.toContain('token');
  expect(await moved.json<Project[]>('project', 'list')).toHaveLength(1);
});

test('a moved repository without a remote is the same project once its first commit is found', async () => {
  const { desk, id } = await moving();
  await identified(desk, desk.folder);
  const moved = desk.at(join(desk.root, 'moved'));
  renameSync(desk.folder, moved.folder);
  const session = await moved.session('start', 'after the move');
  const list = await until('the old session in the new folder', async () => {
    const found = await moved.list();
    return found.length > 1 ? found : null;
  });
  expect(list.map(({ id: each }) => each)).toEqual([session.id, id]);
  expect(await moved.json<Project[]>('project', 'list')).toHaveLength(1);
  // What is resumed there goes on there.
  await moved.ok('complete', session.id);
  await moved.ok('park', id);
  expect(await moved.session('resume')).toMatchObject({ where: { worktree: moved.folder }, resumedFrom: id });
});

test('a repository with the same first commit is no move as long as the old one is where it was', async () => {
  const { desk, id } = await moving();
  await identified(desk, desk.folder);
  const clone = desk.at(join(desk.root, 'clone'));
  git(desk.root, 'clone', '-q', desk.folder, clone.folder);
  git(clone.folder, 'remote', 'remove', 'origin');
  const session = await clone.session('start', 'in the clone');
  await identified(clone, clone.folder);
  expect((await clone.list()).map(each => each.id)).toEqual([session.id]);
  expect((await desk.list()).map(each => each.id)).toEqual([id]);
});

test('project relink says where a moved folder is, also outside git', async () => {
  const desk = plainDesk('notes');
  const { id } = await desk.session('start', 'before the move');
  const moved = desk.at(join(desk.root, 'archive-of-notes'));
  renameSync(desk.folder, moved.folder);
  expect(await moved.list()).toEqual([]);
  const project = await moved.json<Project>('project', 'relink', '.');
  expect(project).toMatchObject({ name: 'notes', roots: [moved.folder, desk.folder] });
  expect((await moved.list()).map(session => session.id)).toEqual([id]);
  const session = await moved.session('start', 'after the move');
  expect(session.project.key).toBe(project.key);
});

test('project relink takes the sessions that the new folder has got meanwhile along', async () => {
  const desk = plainDesk('notes');
  const { id } = await desk.session('start', 'before the move');
  const moved = desk.at(join(desk.root, 'moved'));
  renameSync(desk.folder, moved.folder);
  const other = await moved.session('start', 'after the move');
  expect(await moved.ok('project', 'relink', moved.folder, '--project', 'notes')).toBe(
    `notes is now at ${moved.folder}\n`,
  );
  expect((await moved.list()).map(session => session.id).sort()).toEqual([id, other.id].sort());
  expect((await moved.json<Project[]>('project', 'list')).map(({ name }) => name)).toEqual(['notes']);
});

test('project relink without anything gone asks which one is meant', async () => {
  const desk = plainDesk();
  await desk.ok('start', 'one');
  const folder = newFolder(desk.root, 'elsewhere');
  expect(await desk.fails(3, 'project', 'relink', folder)).toMatchObject({ code: 'ambiguous' });
  expect(await desk.fails(3, 'project', 'relink', folder, '--project', 'nothing')).toMatchObject({
    code: 'not_found',
  });
});

test('a broken project record hides no session', async () => {
  const { desk, id } = await moving();
  const [record] = records(desk);
  await identified(desk, desk.folder);
  writeFileSync(join(desk.home, 'projects', `${record?.key}.json`), '{"key":');
  expect((await desk.list('--all')).map(session => session.id)).toEqual([id]);
  // It is told, and the session at hand is found all the same.
  const shown = await desk.run('show', '--json');
  expect({ code: shown.code, id: JSON.parse(shown.stdout).id }).toEqual({ code: 0, id });
  expect(shown.stderr).toContain(`${record?.key}.json`);
  // Nor does it stop anybody who begins something; only what is written into the record itself is refused.
  await desk.ok('park', id);
  const started = await desk.run('start', 'two', '--json');
  expect(started).toMatchObject({ code: 0, stderr: shown.stderr });
  expect(JSON.parse(started.stdout).project.key).toBe(record?.key);
  expect((await desk.run('list')).stdout).toContain('two');
  expect(await desk.run('project', 'set', '--phase', 'x')).toMatchObject({ code: 5, stdout: '' });
  expect((await desk.run('doctor')).code).toBe(1);
});
