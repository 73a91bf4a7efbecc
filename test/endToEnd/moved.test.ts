import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commit, Desk, git, gitDesk, plainDesk, repository, scratchFolder, treeOf } from './support/desk.ts';

interface Occupancy {
  occupied: boolean;
  sessions: { id: string }[];
}

/** Moves a desk's folder, as `mv` does; gives the desk in its new place. */
function moveDesk(desk: Desk, name: string): Desk {
  const moved = desk.at(join(desk.root, name));
  renameSync(desk.folder, moved.folder);
  return moved;
}

/** Takes away what was found out about the first commits of projects: as if the move came before it. */
function forgetFirstCommits(desk: Desk): void {
  for (const record of desk.projects()) {
    const path = join(desk.home, 'projects', `${record.key}.json`);
    writeFileSync(path, JSON.stringify({ ...record, firstCommit: null, identifiedAt: null }));
  }
}

async function occupants(desk: Desk): Promise<string[]> {
  const { stdout } = await desk.run('occupancy', '--json');
  const { occupied, sessions } = JSON.parse(stdout) as Occupancy;
  expect(occupied).toBe(sessions.length > 0);
  return sessions.map(({ id }) => id).sort();
}

/** The session is found in the folder, and the next change says that it is there, with that one commit. */
async function expectFollows(moved: Desk, id: string): Promise<void> {
  expect(await occupants(moved)).toEqual([id]);
  expect((await moved.session('show')).id).toBe(id);
  const before = moved.document(id);
  expect(before.where.worktree).not.toBe(moved.folder);
  const name = commit(moved.folder, 'after the move');
  const captured = await moved.session('commit', 'capture');
  expect(captured).toMatchObject({ id, where: { worktree: moved.folder }, revision: before.revision + 1 });
  expect(captured.commits.map(each => each.id)).toEqual([name]);
  expect(captured.project).toMatchObject({ key: before.project.key });
  expect((await moved.session('log', 'on it')).revision).toBe(before.revision + 2);
  expect(await moved.json<object[]>('project', 'list')).toHaveLength(1);
}

test.each([
  ['with a remote', { remote: 'git@example.org:team/api.git' }, false],
  ['by its first commit', {}, false],
  ['by the commit its session began at, when the first one is not known yet', {}, true],
])('a session goes with its repository, told %s', async (_, options, isEarly) => {
  const root = scratchFolder();
  const desk = new Desk(root, repository(join(root, 'api'), options));
  commit(desk.folder, 'before the session');
  const { id } = await desk.session('start', 'before the move');
  await desk.identified();
  if (isEarly) forgetFirstCommits(desk);
  const moved = moveDesk(desk, 'moved');
  expect((await moved.list()).map(session => session.id)).toEqual([id]);
  await expectFollows(moved, id);
});

test('a session goes with its worktree when git moves that', async () => {
  const desk = gitDesk();
  const other = desk.at(join(desk.root, 'other'));
  git(desk.folder, 'worktree', 'add', '-q', '-b', 'topic', other.folder);
  const { id } = await other.session('start', 'before the move');
  const moved = desk.at(join(desk.root, 'moved'));
  git(desk.folder, 'worktree', 'move', other.folder, moved.folder);
  expect(await occupants(desk)).toEqual([]);
  await expectFollows(moved, id);
});

test('a session goes with a repository that left a link where it was', async () => {
  const desk = gitDesk();
  const { id } = await desk.session('start', 'before the move');
  const moved = moveDesk(desk, 'moved');
  symlinkSync(moved.folder, desk.folder, 'junction');
  await expectFollows(moved, id);
});

test('a change by id, and an agent’s, says where the worktree is now; elsewhere it does not', async () => {
  const desk = gitDesk();
  const agent = ['--agent', 'claude', '--agent-session', 'a1'];
  const { id } = await desk.session('start', 'one', ...agent);
  await desk.identified();
  const moved = moveDesk(desk, 'moved');
  expect((await moved.at(moved.root).session('log', 'x', '--session', id)).where.worktree).toBe(desk.folder);
  expect((await moved.session('start', 'again', ...agent)).id).toBe(id);
  expect((await moved.session('beat', '--session', id)).where.worktree).toBe(moved.folder);
});

test('of several that have moved, a command wants one named, and all are at work there', async () => {
  const desk = gitDesk();
  const one = await desk.session('start', 'one');
  const two = await desk.session('start', 'two');
  await desk.identified();
  const moved = moveDesk(desk, 'moved');
  const refusal = await moved.fails(3, 'log', 'x');
  expect(refusal.code).toBe('ambiguous');
  expect(refusal.candidates?.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
  expect(await occupants(moved)).toEqual([one.id, two.id].sort());
  // Named, it is here; the other has not been heard of, and is here all the same.
  await moved.ok('log', 'x', '--session', one.id);
  expect((await moved.session('log', 'y')).id).toBe(one.id);
  expect(await occupants(moved)).toEqual([one.id, two.id].sort());
});

test('looking at a moved repository writes nothing', async () => {
  const desk = gitDesk();
  await desk.ok('start', 'one');
  await desk.identified();
  const moved = moveDesk(desk, 'moved');
  await moved.list();
  const before = treeOf(moved.home);
  await moved.run('occupancy');
  await moved.ok('show');
  await moved.list();
  expect(treeOf(moved.home)).toEqual(before);
});

test('a worktree that is gone gives its session to no worktree of another branch', async () => {
  const desk = gitDesk();
  const gone = desk.at(join(desk.root, 'gone'));
  git(desk.folder, 'worktree', 'add', '-q', '-b', 'topic', gone.folder);
  const { id } = await gone.session('start', 'on topic');
  git(desk.folder, 'worktree', 'remove', gone.folder);
  const other = desk.at(join(desk.root, 'other'));
  git(desk.folder, 'worktree', 'add', '-q', '-b', 'another', other.folder);
  for (const there of [desk, other]) {
    expect(await there.fails(3, 'log', 'x')).toMatchObject({ code: 'no_session_here' });
    expect(await occupants(there)).toEqual([]);
  }
  git(other.folder, 'switch', '-q', 'topic');
  expect(await occupants(other)).toEqual([id]);
});

test('a worktree without a branch that is gone gives its session to none', async () => {
  const desk = gitDesk();
  const gone = desk.at(join(desk.root, 'gone'));
  const other = desk.at(join(desk.root, 'other'));
  for (const { folder } of [gone, other]) git(desk.folder, 'worktree', 'add', '-q', '--detach', folder);
  await gone.ok('start', 'on no branch');
  git(desk.folder, 'worktree', 'remove', gone.folder);
  expect(await occupants(other)).toEqual([]);
});

test('a repository without a branch goes with its session', async () => {
  const desk = gitDesk();
  git(desk.folder, 'switch', '-q', '--detach');
  const { id } = await desk.session('start', 'on no branch');
  await desk.identified();
  await expectFollows(moveDesk(desk, 'moved'), id);
});

test('another repository, or a clone of the one that is gone, gets none of its sessions', async () => {
  const desk = gitDesk();
  await desk.ok('start', 'one');
  await desk.identified();
  const clone = desk.at(join(desk.root, 'clone'));
  git(desk.root, 'clone', '-q', desk.folder, clone.folder);
  const fork = desk.at(join(desk.root, 'fork'));
  git(desk.root, 'clone', '-q', desk.folder, fork.folder);
  const unrelated = desk.at(repository(join(desk.root, 'unrelated')));
  const moved = moveDesk(desk, 'moved');
  for (const there of [clone, fork, unrelated]) {
    expect(await there.list()).toEqual([]);
    expect(await there.fails(3, 'log', 'x')).toMatchObject({ code: 'no_session_here' });
    expect(await occupants(there)).toEqual([]);
  }
  expect(await moved.list()).toHaveLength(1);
});

test('a plain folder that has moved gets its session when a person says so', async () => {
  const desk = plainDesk('notes');
  const { id } = await desk.session('start', 'one');
  const moved = moveDesk(desk, 'moved');
  expect(await moved.fails(3, 'log', 'x')).toMatchObject({ code: 'no_session_here' });
  expect(await occupants(moved)).toEqual([]);
  await moved.ok('project', 'relink', moved.folder);
  mkdirSync(join(moved.folder, 'deep'));
  const deep = moved.at(join(moved.folder, 'deep'));
  expect(await occupants(deep)).toEqual([id]);
  expect(await deep.session('log', 'x')).toMatchObject({ id, where: { worktree: moved.folder } });
});

test('relink brings a moved repository’s session along where nothing tells it', async () => {
  const root = scratchFolder();
  const desk = new Desk(root, repository(join(root, 'api'), { empty: true }));
  const { id } = await desk.session('start', 'before the first commit');
  const moved = moveDesk(desk, 'moved');
  expect(await moved.fails(3, 'show')).toMatchObject({ code: 'no_session_here' });
  await moved.ok('project', 'relink', moved.folder);
  expect(await moved.session('log', 'x')).toMatchObject({ id, where: { worktree: moved.folder } });
});

test('a session whose folder is back where it was stays there', async () => {
  const desk = gitDesk();
  const { id } = await desk.session('start', 'one');
  await desk.identified();
  const moved = moveDesk(desk, 'moved');
  renameSync(moved.folder, desk.folder);
  expect(await desk.session('log', 'x')).toMatchObject({ id, where: { worktree: desk.folder } });
  rmSync(desk.folder, { recursive: true });
  expect(await desk.at(desk.root).session('log', 'y', '--session', id)).toMatchObject({
    where: { worktree: desk.folder },
  });
});
