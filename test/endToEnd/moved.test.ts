import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commit, Desk, git, repository, scratchFolder } from './support/desk.ts';

/* Folders that are moved or removed while a session is at work in them. */

async function atWork(options: { remote?: string } = {}): Promise<{ desk: Desk; id: string; root: string }> {
  const root = scratchFolder();
  const desk = new Desk(root, repository(join(root, 'api'), options));
  const { id } = await desk.session('start', 'one');
  return { desk, id, root };
}

test.for([{ remote: 'git@example.org:team/api.git' }, {}])(
  'a repository that is moved ($remote) keeps its session: found, occupied, captured, and put right by its next write',
  async options => {
    const { desk, id, root } = await atWork(options);
    const moved = join(root, 'elsewhere', 'api');
    mkdirSync(join(root, 'elsewhere'));
    renameSync(desk.folder, moved);
    const there = desk.at(moved);
    expect((await there.list()).map(session => session.id)).toEqual([id]);
    expect((await there.run('occupancy')).code).toBe(1);
    const sha = commit(moved, 'in the new place');
    expect((await there.session('commit', 'capture')).commits).toMatchObject([{ sha }]);
    // The same write said where it is now.
    expect(desk.document(id)).toMatchObject({
      worktree: moved,
      project: { root: moved, commonDir: join(moved, '.git') },
    });
    await there.ok('log', 'noted');
    expect(desk.document(id).events).toHaveLength(1);
  },
);

test('a worktree that is moved keeps its session; one on another branch does not get it', async () => {
  const { desk, root } = await atWork();
  git(desk.folder, 'worktree', 'add', '-q', '-b', 'hotfix', join(root, 'hotfix'));
  const { id } = await desk.at(join(root, 'hotfix')).session('start', 'two');
  git(desk.folder, 'worktree', 'move', join(root, 'hotfix'), join(root, 'hotfix-2'));
  const moved = desk.at(join(root, 'hotfix-2'));
  expect((await desk.session('log', 'in the main folder')).intent).toBe('one');
  expect(await moved.session('log', 'in the moved one')).toMatchObject({
    id,
    worktree: join(root, 'hotfix-2'),
  });

  // Removed, and another made of the same repository: not the same piece of work.
  git(desk.folder, 'worktree', 'remove', '--force', join(root, 'hotfix-2'));
  git(desk.folder, 'worktree', 'add', '-q', '-b', 'other', join(root, 'other'));
  expect(await desk.at(join(root, 'other')).fails(3, 'log', 'x')).toMatchObject({ code: 'no_session_here' });
  expect((await desk.at(join(root, 'other')).run('occupancy')).code).toBe(0);
});

test('of several that were moved the command names them and changes none', async () => {
  const { desk, id, root } = await atWork();
  const { id: other } = await desk.session('start', 'two');
  const moved = join(root, 'moved');
  renameSync(desk.folder, moved);
  const refusal = await desk.at(moved).fails(3, 'log', 'x');
  expect(refusal).toMatchObject({ code: 'ambiguous' });
  expect(refusal.candidates?.map(each => each.id).sort()).toEqual([id, other].sort());
  // Named, it can be written from anywhere.
  await desk.at(moved).ok('log', 'x', '--session', other);
});

test('another repository, also of the same name, gets nothing', async () => {
  const { desk, root } = await atWork();
  rmSync(desk.folder, { recursive: true });
  const fresh = desk.at(repository(join(root, 'other', 'api')));
  expect(await fresh.list()).toEqual([]);
  expect(await fresh.fails(3, 'log', 'x')).toMatchObject({ code: 'no_session_here' });
  expect((await fresh.run('occupancy')).code).toBe(0);
});

test('in a folder that is gone, what needs no folder works, and the rest says what is wrong', async () => {
  const { desk, id } = await atWork();
  const gone = join(desk.root, 'gone');
  for (const [code, ...words] of [
    [0, 'list', '--all'],
    [0, 'show', id],
    [0, 'log', 'x', '--session', id],
    [0, 'doctor'],
    [0, 'config', 'get'],
    [0, 'help'],
    [0, 'completion', 'bash'],
    [0, 'overview'],
    [3, 'list'],
    [3, 'log', 'x'],
    [3, 'start', 'x'],
    [3, 'occupancy'],
  ] as const) {
    mkdirSync(gone);
    const { stdout, stderr, code: exit } = await removedUnder(desk.at(gone), gone, words);
    expect({ words, exit, stderr: exit === 0 ? '' : stderr }).toEqual({
      words,
      exit: code,
      stderr:
        code === 0 ? '' : expect.stringMatching(/^work-sessions: The folder you are in is gone[^\n]*\n$/),
    });
    expect(stdout + stderr).not.toContain('unexpected');
  }
});

/** Runs a command in a folder that is removed before the program begins. */
async function removedUnder(desk: Desk, folder: string, words: readonly string[]) {
  const hook = join(import.meta.dirname, 'support', 'withoutFolder.cjs');
  return desk.at(folder, { NODE_OPTIONS: `--require "${hook}"` }).run(...words);
}
