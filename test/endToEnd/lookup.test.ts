import { copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { git, gitDesk, newFolder, plainDesk, repository } from './support/desk.ts';

test('without --session the one active session of the worktree is meant, from any folder in it', async () => {
  const desk = gitDesk('shop');
  const { id } = await desk.session('start', 'one');
  const deep = desk.at(newFolder(desk.folder, 'src', 'deep', 'deeper'));
  expect((await deep.session('show')).id).toBe(id);
  expect((await deep.session('log', 'from below')).events).toHaveLength(1);
  // Started below, it belongs to the worktree all the same.
  await deep.ok('complete');
  expect(await deep.session('start', 'two')).toMatchObject({
    where: { worktree: desk.folder },
    project: { name: 'shop' },
  });
});

test('none is refused with how to begin; two with both of them', async () => {
  const desk = gitDesk();
  expect(await desk.fails(3, 'show')).toMatchObject({ code: 'no_session_here', folder: desk.folder });
  const one = await desk.session('start', 'the first');
  const two = await desk.session('start', 'the second');
  const refusal = await desk.fails(3, 'log', 'x');
  expect(refusal.code).toBe('ambiguous');
  expect(refusal.candidates?.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
  expect(refusal.message).toMatch(/the first|the second/);
  expect((await desk.session('log', 'x', '--session', one.id)).id).toBe(one.id);
  await desk.ok('park', two.id);
  expect((await desk.session('log', 'y')).id).toBe(one.id);
});

test('a nested repository has its own; the outer one’s session is not meant in it', async () => {
  const outer = gitDesk('outer');
  const inner = outer.at(repository(newFolder(outer.folder, 'vendor', 'inner')));
  const outerSession = await outer.session('start', 'outside');
  expect(await inner.fails(3, 'log', 'x')).toMatchObject({ code: 'no_session_here' });
  const innerSession = await inner.session('start', 'inside');
  expect((await inner.session('show')).id).toBe(innerSession.id);
  expect((await outer.session('show')).id).toBe(outerSession.id);
  expect((await inner.list()).map(({ id }) => id)).toEqual([innerSession.id]);
});

test('a linked worktree belongs to its repository’s project, and has its own active session', async () => {
  const main = gitDesk('shop');
  // One beside the repository, one inside of it.
  const beside = main.at(`${main.root}/shop-hotfix`);
  const inside = main.at(`${main.folder}/.worktrees/feature`);
  git(main.folder, 'worktree', 'add', '-q', '-b', 'hotfix', beside.folder);
  git(main.folder, 'worktree', 'add', '-q', '-b', 'feature', inside.folder);
  const sessions = {
    main: await main.session('start', 'in main'),
    beside: await beside.session('start', 'beside'),
    inside: await inside.session('start', 'inside'),
  };
  expect(sessions.beside).toMatchObject({ branch: 'hotfix', where: { worktree: beside.folder } });
  expect(sessions.inside).toMatchObject({ branch: 'feature', where: { worktree: inside.folder } });
  for (const desk of [main, beside, inside]) {
    expect((await desk.list()).map(({ id }) => id).sort()).toEqual(
      Object.values(sessions)
        .map(({ id }) => id)
        .sort(),
    );
  }
  for (const session of Object.values(sessions)) {
    expect(session).toMatchObject({
      project: { name: 'shop', key: sessions.main.project.key },
      where: { root: main.folder },
    });
  }
  expect((await main.session('show')).id).toBe(sessions.main.id);
  expect((await beside.session('show')).id).toBe(sessions.beside.id);
  expect((await inside.session('show')).id).toBe(sessions.inside.id);
});

test('outside git the innermost folder that has a session is meant', async () => {
  const outer = plainDesk();
  const inner = outer.at(newFolder(outer.folder, 'a', 'b'));
  const first = await outer.session('start', 'outside');
  expect((await inner.session('show')).id).toBe(first.id);
  const second = await inner.session('start', 'inside');
  expect((await inner.session('show')).id).toBe(second.id);
  expect((await outer.session('show')).id).toBe(first.id);
  expect((await outer.at(newFolder(outer.folder, 'c')).session('show')).id).toBe(first.id);
  // A folder whose name only begins the same is another.
  expect(await outer.at(newFolder(outer.root, 'desk-2')).fails(3, 'show')).toMatchObject({
    code: 'no_session_here',
  });
});

test('a link to the folder is the folder', async () => {
  const desk = gitDesk();
  symlinkSync(desk.folder, `${desk.root}/link`);
  const { id } = await desk.session('start', 'one');
  const linked = desk.at(`${desk.root}/link`);
  expect((await linked.session('show')).id).toBe(id);
  expect((await linked.session('start', 'two')).where.worktree).toBe(desk.folder);
});

test('occupancy tells who is at work in the worktree; exit 1 if somebody else’s fresh session is', async () => {
  const desk = gitDesk();
  type Occupancy = { occupied: boolean; worktree: string; sessions: { id: string; stale: boolean }[] };
  const occupancy = async (...words: string[]) => {
    const { code, stdout, stderr } = await desk.run('occupancy', ...words, '--json');
    expect(stderr).toBe('');
    const found = JSON.parse(stdout) as Occupancy;
    return {
      code,
      occupied: found.occupied,
      worktree: found.worktree,
      ids: found.sessions.map(({ id }) => id),
    };
  };
  const { folder: worktree } = desk;
  expect(await occupancy()).toEqual({ code: 0, occupied: false, worktree, ids: [] });
  const { id } = await desk.session('start', 'one', '--agent', 'claude', '--agent-session', 'a-1');
  expect(await occupancy()).toEqual({ code: 1, occupied: true, worktree, ids: [id] });
  expect(await desk.run('occupancy')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^active .* one /),
    stderr: '',
  });
  // One's own is not somebody else's.
  expect(await occupancy('--agent-session', 'a-1')).toMatchObject({ code: 0, ids: [] });
  expect(await occupancy('--session', id.slice(-8))).toMatchObject({ code: 0, ids: [] });
  expect(await occupancy('--agent-session', 'a-2')).toMatchObject({ code: 1, ids: [id] });
  expect(await desk.fails(3, 'occupancy', '--session', 'deadbeef')).toMatchObject({ code: 'not_found' });
  // A part that every id has in common must not make everybody oneself.
  const other = await desk.session('start', 'two');
  expect(await desk.fails(3, 'occupancy', '--session', 'sess')).toMatchObject({ code: 'ambiguous' });
  await desk.ok('park', other.id);
  // Of another folder, asked from here; and a parked one occupies nothing.
  expect(await occupancy(newFolder(desk.root, 'elsewhere'))).toMatchObject({ code: 0, ids: [] });
  const deep = newFolder(desk.folder, 'src');
  expect(await occupancy(deep)).toMatchObject({ code: 1, ids: [id] });
  await desk.ok('park', id);
  expect(await occupancy()).toMatchObject({ code: 0, occupied: false, ids: [] });
  expect(await desk.ok('occupancy')).toBe(`Nobody is at work in ${worktree}.\n`);
});

test('a stale session is named and occupies nothing', async () => {
  const desk = gitDesk();
  const { id } = await desk.session('start', 'one');
  const old = { ...desk.document(id), lastHeartbeatAt: '2020-01-01T00:00:00.000Z' };
  writeFileSync(desk.path(id), JSON.stringify(old));
  const found = await desk.json<{ occupied: boolean; sessions: object[] }>('occupancy');
  expect(found).toMatchObject({ occupied: false, sessions: [{ id, stale: true }] });
});

test('a task and a question are named by the number that show gives them', async () => {
  const desk = plainDesk();
  await desk.ok('start', 'one', '--task', 'paint 3 walls', '--task', 'sand them');
  await desk.ok('ask', 'which colour?');
  await desk.ok('ask', 'how many coats?');
  const shown = await desk.ok('show');
  for (const row of ['1 [ ] paint 3 walls', '2 [ ] sand them', '1 ? which colour?', '2 ? how many coats?'])
    expect(shown).toContain(row);
  const { tasks } = await desk.session('task', 'set', '2', 'completed');
  expect(tasks.map(({ status }) => status)).toEqual(['pending', 'completed']);
  const { questions } = await desk.session('answer', '2', 'three');
  expect(questions.map(({ answers }) => answers.map(({ text }) => text))).toEqual([[], ['three']]);
  expect(await desk.fails(3, 'task', 'set', '3', 'completed')).toMatchObject({ code: 'not_found' });
  expect(await desk.fails(3, 'answer', '0', 'none')).toMatchObject({ code: 'not_found' });
});

test('a session is named by four characters of its id at least, and no copy of its file is in the way', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one');
  for (const copy of [`${id} (conflicted copy)`, `._${id}`, `${id}.sync-conflict-20261101`, `${id}-LAPTOP`])
    copyFileSync(desk.path(id), `${desk.home}/sessions/${copy}.json`);
  expect((await desk.session('show', id.slice(-4))).id).toBe(id);
  expect((await desk.session('log', 'x', '--session', id.slice(-8))).id).toBe(id);
  const refusal = await desk.fails(3, 'show', id.slice(-3));
  expect(refusal).toMatchObject({ code: 'not_found', query: id.slice(-3) });
  expect(refusal.message).toContain('at least 4 characters');
});
