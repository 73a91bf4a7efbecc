import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commit, Desk, git, gitDesk, repository, scratchFolder } from './support/desk.ts';

test('commit capture takes what HEAD gained since the session began, once, with the files', async () => {
  const desk = gitDesk();
  const { startHead } = await desk.session('start', 'one');
  expect(startHead).toBe(git(desk.folder, 'rev-parse', 'HEAD'));
  expect((await desk.session('commit', 'capture')).commits).toEqual([]);
  const first = commit(desk.folder, 'make it faster', 'fast.txt');
  const second = commit(desk.folder, 'say so "$(touch pwned)"\n\nThe body is not kept.', 'ä b.txt');
  const captured = await desk.session('commit', 'capture');
  expect(captured.commits.map(({ id, message }) => [id, message])).toEqual([
    [first, 'make it faster'],
    [second, 'say so "$(touch pwned)"'],
  ]);
  expect(captured.files.map(({ id }) => id)).toEqual(['fast.txt', 'ä b.txt']);
  // Again: nothing twice, and only what is new is added.
  const third = commit(desk.folder, 'tidy up');
  expect((await desk.session('commit', 'capture')).commits.map(({ id }) => id)).toEqual([
    first,
    second,
    third,
  ]);
  expect(await desk.ok('commit', 'capture')).toMatch(/^3 commits in one /);
  expect((await desk.session('commit', 'add', first.toUpperCase())).commits).toHaveLength(3);
});

test('a session that began before the first commit gets the first one too', async () => {
  const root = scratchFolder();
  const desk = new Desk(root, repository(join(root, 'new'), { empty: true }));
  expect(await desk.session('start', 'from nothing')).toMatchObject({ branch: 'main', startHead: null });
  expect((await desk.session('commit', 'capture')).commits).toEqual([]);
  const first = commit(desk.folder, 'first');
  const second = commit(desk.folder, 'second');
  expect((await desk.session('commit', 'capture')).commits.map(({ id }) => id)).toEqual([first, second]);
});

test('another branch is refused, and taken when the session is said to be on it', async () => {
  const desk = gitDesk();
  const { id } = await desk.session('start', 'one');
  git(desk.folder, 'switch', '-q', '-c', 'dependabot/npm/@types/x');
  const sha = commit(desk.folder, 'bump');
  const refusal = await desk.fails(1, 'commit', 'capture');
  expect(refusal).toMatchObject({ code: 'wrong_branch', wanted: 'main', actual: 'dependabot/npm/@types/x' });
  expect(refusal.message).toContain('work-sessions edit --branch');
  expect(desk.document(id).commits).toEqual([]);
  await desk.ok('edit', '--branch', 'dependabot/npm/@types/x');
  expect((await desk.session('commit', 'capture')).commits.map(each => each.id)).toEqual([sha]);
  git(desk.folder, 'checkout', '-q', '--detach');
  expect(await desk.fails(1, 'commit', 'capture')).toMatchObject({ code: 'wrong_branch', actual: null });
});

test('a session started on a branch with a name like any other keeps it', async () => {
  const desk = gitDesk();
  git(desk.folder, 'switch', '-q', '-c', 'dependabot/npm/@types/x');
  expect(await desk.session('start', 'one')).toMatchObject({ branch: 'dependabot/npm/@types/x' });
  await desk.ok('park');
  expect(await desk.session('resume')).toMatchObject({ branch: 'dependabot/npm/@types/x' });
});

test('a worktree that is gone, or a repository that is broken, is told in a sentence', async () => {
  const desk = gitDesk();
  const { id } = await desk.session('start', 'one');
  writeFileSync(join(desk.folder, '.git', 'config'), '[core\n\u001b[31m');
  expect(await desk.fails(5, 'commit', 'capture')).toMatchObject({ code: 'git', problem: 'git_failed' });
  rmSync(desk.folder, { recursive: true });
  const elsewhere = desk.at(desk.root);
  expect(await elsewhere.fails(5, 'commit', 'capture', '--session', id)).toMatchObject({
    code: 'git',
    message: `Git refused: ${desk.folder} is not in a git repository.`,
  });
});
