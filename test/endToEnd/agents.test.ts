import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Session } from '../../src/model/session.ts';
import { type Desk, git, gitDesk, newFolder, plainDesk } from './support/desk.ts';

const agent = ['--agent', 'claude', '--agent-session', 'a-1'];
const comeBack = (desk: Desk, ...words: string[]) => desk.session('start', 'again', ...agent, ...words);
const ids = (sessions: readonly { id: string }[]) => sessions.map(({ id }) => id).sort();

/** How many processes do the same at the same moment. */
const crowd = 6;
const inCrowd = <T>(run: () => Promise<T>) => Promise.all(Array.from({ length: crowd }, run));

test('an agent whose session was completed goes on in a new one, which takes notes', async () => {
  const desk = gitDesk();
  const first = await desk.session('start', 'mend the till', '--task', 'oil it', ...agent);
  const ended = await desk.session('complete', '--outcome', 'it rings', '--next', 'paint it');
  const second = await comeBack(desk, '--task', 'sand it', '--tag', 'late');
  expect(second).toMatchObject({
    status: 'active',
    intent: 'again',
    resumedFrom: first.id,
    nextSteps: [{ text: 'paint it' }],
    tags: [{ id: 'late' }],
    where: { worktree: desk.folder },
    branch: 'main',
    agent: { name: 'claude', sessionId: 'a-1' },
  });
  expect(second.tasks.map(task => task.subject)).toEqual(['oil it', 'sand it']);
  expect((await desk.session('log', 'and now?')).id).toBe(second.id);
  // The first one is as it was, but for where the work went.
  const parent = desk.document(first.id);
  const { claims, clock, revision, resumedAs } = parent;
  expect(parent).toEqual({ ...ended, claims, clock, revision, resumedAs });
  expect({ claims, revision, resumedAs }).toMatchObject({
    claims: [{ id: second.id, order: 1, stamp: clock }],
    revision: ended.revision + 1,
    resumedAs: second.id,
  });
  expect(clock > ended.clock).toBe(true);
  expect(await desk.fails(1, 'reopen', first.id)).toMatchObject({ code: 'already_resumed' });

  // The agent's id stands for the new one from now on.
  expect((await comeBack(desk)).id).toBe(second.id);
  await desk.ok('complete');
  const third = await comeBack(desk);
  expect(third.resumedFrom).toBe(second.id);
  expect(ids(await desk.list())).toEqual(ids([first, second, third]));
  expect(await desk.ok('doctor')).toBe('All is well.\n');
});

test('an archived session is gone on from as well, and stays in the archive', async () => {
  const desk = plainDesk();
  const first = await desk.session('start', 'one', ...agent);
  await desk.ok('complete');
  await desk.ok('archive', first.id);
  expect(await comeBack(desk)).toMatchObject({ resumedFrom: first.id, place: 'sessions' });
  expect(desk.document(first.id, 'archive')).toMatchObject({ status: 'completed', place: 'archive' });
});

test('an agent whose session was deleted begins a new one, and the deleted one stays where it is', async () => {
  const desk = plainDesk();
  const first = await desk.session('start', 'one', ...agent);
  await desk.ok('delete', first.id);
  const second = await comeBack(desk, '--task', 'mend');
  expect(second).toMatchObject({
    status: 'active',
    intent: 'again',
    resumedFrom: null,
    tasks: [{ subject: 'mend' }],
  });
  expect((await desk.session('log', 'x')).id).toBe(second.id);
  expect((await comeBack(desk)).id).toBe(second.id);
  expect(ids(await desk.list())).toEqual([second.id]);
  await desk.ok('restore', first.id);
  expect((await comeBack(desk)).id).toBe(second.id);
});

test('an agent that comes back to an active session gives it a sign of life', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', ...agent);
  writeFileSync(
    desk.path(id),
    JSON.stringify({ ...desk.document(id), lastHeartbeatAt: '2020-01-01T00:00:00.000Z' }),
  );
  expect((await desk.list('--status', 'stale')).map(session => session.id)).toEqual([id]);
  expect(await comeBack(desk)).toMatchObject({ id, status: 'active' });
  expect(await desk.list('--status', 'stale')).toEqual([]);
});

test('an agent that comes back to a parked session is told so, and resumes it on purpose', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', ...agent);
  await desk.ok('park', '--reason', 'lunch');
  expect(await comeBack(desk)).toMatchObject({ id, status: 'parked' });
  expect(await desk.ok('start', 'again', ...agent)).toMatch(
    /^Still parked: one \([0-9a-f]{8}\)\nGo on with it: work-sessions resume [0-9a-f]{8}\n$/,
  );
  const resumed = await desk.session('resume', id);
  expect((await comeBack(desk)).id).toBe(resumed.id);
});

test('the same holds with --from: of what the agent went on with, and of what it completed', async () => {
  const desk = plainDesk();
  const parked = await desk.session('start', 'one');
  await desk.ok('park');
  const from = ['start', 'two', '--from', parked.id, ...agent];
  const second = await desk.session(...from);
  expect(second.revision).toBe(1);
  await desk.ok('complete');
  const third = await desk.session(...from);
  expect(third).toMatchObject({ status: 'active', resumedFrom: second.id });
  expect((await comeBack(desk)).id).toBe(third.id);
  await desk.ok('delete', third.id);
  const fourth = await desk.session(...from);
  expect(fourth).toMatchObject({ status: 'active', resumedFrom: null });
  expect((await comeBack(desk)).id).toBe(fourth.id);

  await desk.ok('complete', fourth.id);
  const fifth = await desk.session('start', 'five', '--from', fourth.id, ...agent);
  expect(fifth).toMatchObject({ status: 'active', resumedFrom: fourth.id });
  // What somebody else completed is not gone on from without being asked for.
  const stranger = ['--agent', 'codex', '--agent-session', 'b-1'];
  const other = await desk.session('start', 'other', ...stranger);
  await desk.ok('complete', other.id);
  expect(await desk.fails(1, 'start', 'x', '--from', other.id, ...agent)).toMatchObject({
    code: 'wrong_status',
  });
  expect(await desk.fails(1, 'start', 'x', '--from', fourth.id, ...stranger)).toMatchObject({
    code: 'already_resumed',
  });
});

test('with --from, an id that stood for what is over stands for what is gone on with', async () => {
  const desk = plainDesk();
  await desk.ok('start', 'long ago', ...agent);
  await desk.ok('complete');
  const parked = await desk.session('start', 'one');
  await desk.ok('park');
  const second = await desk.session('start', 'two', '--from', parked.id, ...agent);
  expect(second.resumedFrom).toBe(parked.id);
  expect((await comeBack(desk)).id).toBe(second.id);
});

test.for(['complete', 'delete'])(
  'six processes that come back after %s get one new session',
  async ending => {
    const desk = gitDesk();
    const { id } = await desk.session('start', 'one', ...agent);
    await desk.ok(ending, id);
    const sessions = await inCrowd(() => comeBack(desk, '--task', 'mend'));
    const [next] = sessions as [Session];
    expect(new Set(ids(sessions))).toEqual(new Set([next.id]));
    expect(next.id).not.toBe(id);
    expect(ids(await desk.list())).toEqual(ending === 'delete' ? [next.id] : ids([{ id }, next]));
    expect(desk.document(next.id).tasks.map(task => task.subject)).toEqual(['mend']);
  },
);

test('a continuation that was decided and not written yet is the one the agent gets', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', ...agent);
  await desk.ok('complete');
  const next = await comeBack(desk);
  // As a crash between the two writes leaves it.
  rmSync(desk.path(next.id));
  expect(await comeBack(desk)).toMatchObject({ id: next.id, resumedFrom: id });
});

test('a session that was completed elsewhere, and whose continuation is not here, is no dead end', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', ...agent);
  const ended = await desk.session('complete');
  // As an import without the continuation leaves it.
  const { clock: stamp, where } = ended;
  const claim = {
    id: 'sess_elsewhere',
    stamp,
    at: ended.endedAt,
    machine: 'elsewhere',
    order: 1,
    made: true,
  };
  const claims = [{ ...claim, intent: 'one', branch: null, where, head: null, agent: null }];
  writeFileSync(desk.path(id), JSON.stringify({ ...ended, resumedAs: 'sess_elsewhere', claims }));
  const next = await comeBack(desk);
  expect(next).toMatchObject({ status: 'active', resumedFrom: null });
  expect((await comeBack(desk)).id).toBe(next.id);
});

test('an agent goes on where it is, if that is a worktree of the project; else where it was', async () => {
  const desk = gitDesk('shop');
  const { id } = await desk.session('start', 'one', ...agent);
  await desk.ok('complete');
  const hotfix = desk.at(`${desk.root}/shop-hotfix`);
  git(desk.folder, 'worktree', 'add', '-q', '-b', 'hotfix', hotfix.folder);
  const second = await comeBack(hotfix);
  expect(second).toMatchObject({ resumedFrom: id, where: { worktree: hotfix.folder }, branch: 'hotfix' });
  await hotfix.ok('complete');
  const third = await comeBack(desk.at(newFolder(desk.root, 'elsewhere')));
  expect(third).toMatchObject({
    resumedFrom: second.id,
    where: { worktree: hotfix.folder },
    branch: 'hotfix',
  });
});
