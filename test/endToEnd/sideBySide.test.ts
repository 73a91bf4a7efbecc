import { readdirSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Session } from '../../src/model/session.ts';
import { unhurried } from '../support/temporaryHome.ts';
import { type Desk, gitDesk, newFolder, plainDesk } from './support/desk.ts';
import { ended, gathered, startProgram, until } from './support/program.ts';

/** How many processes do the same at the same moment. */
const crowd = 6;
const inCrowd = <T>(desk: Desk, run: (index: number) => Promise<T>) => {
  desk.settings(unhurried);
  return Promise.all(Array.from({ length: crowd }, (_, index) => run(index)));
};

test('two shells side by side see each other’s sessions at once', async () => {
  const left = gitDesk('shop');
  const right = left.at(newFolder(left.folder, 'src', 'deep'));
  const { id } = await left.session('start', 'one');
  expect((await right.list()).map(session => session.id)).toEqual([id]);
  await right.ok('log', 'from the right');
  await left.ok('log', 'from the left');
  expect((await right.session('show')).events.map(event => event.message)).toEqual([
    'from the right',
    'from the left',
  ]);
  await right.ok('park', '--reason', 'lunch');
  expect((await left.list())[0]).toMatchObject({ id, status: 'parked', parkedReason: 'lunch' });
});

test('notes of many processes at once are all there', async () => {
  const desk = plainDesk();
  await desk.ok('start', 'one');
  await inCrowd(desk, index => desk.ok('log', `note ${index}`));
  const { events, revision } = await desk.session('show');
  expect(events.map(event => event.message).sort()).toEqual(
    Array.from({ length: crowd }, (_, index) => `note ${index}`),
  );
  expect(revision).toBe(1 + crowd);
});

test('start with an agent’s session id gives one session, also when six processes do it at once', async () => {
  const desk = gitDesk();
  const words = ['start', 'work', '--agent', 'claude', '--agent-session', 'agent-1'];
  const sessions = await inCrowd(desk, () => desk.session(...words));
  const [first] = sessions as [Session];
  expect(new Set(sessions.map(session => session.id))).toEqual(new Set([first.id]));
  expect(readdirSync(`${desk.home}/sessions`)).toEqual([`${first.id}.json`]);
  expect(desk.document(first.id).agent).toEqual({ name: 'claude', sessionId: 'agent-1' });
  // Another agent's session of the same id is another.
  const other = await desk.session('start', 'work', '--agent', 'codex', '--agent-session', 'agent-1');
  expect(other.id).not.toBe(first.id);
});

test('a parked session resumed by six processes at once goes on once; the others are told where', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', '--task', 'mend');
  await desk.ok('park', '--next', 'go on');
  const results = await inCrowd(desk, () => desk.run('resume', id, '--json'));
  const winners = results.filter(({ code }) => code === 0);
  expect(winners).toHaveLength(1);
  const continuation = JSON.parse(winners[0]?.stdout ?? '') as Session;
  for (const { code, stdout, stderr } of results.filter(result => result !== winners[0])) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const { error } = JSON.parse(stderr) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code: 'already_resumed', id, resumedAs: continuation.id });
    expect(error.message).toContain(continuation.id);
  }
  expect((await desk.list()).map(session => session.id).sort()).toEqual([continuation.id, id].sort());
  expect(desk.document(id).resumedAs).toBe(continuation.id);
});

describe('watch', () => {
  const watchers: (() => void)[] = [];
  afterEach(() => {
    for (const end of watchers.splice(0)) end();
  });

  function watch(desk: Desk) {
    const child = startProgram(['watch'], { cwd: desk.folder, home: desk.home });
    watchers.push(() => child.kill('SIGKILL'));
    const stdout = gathered(child.stdout);
    const stderr = gathered(child.stderr);
    const lines = () =>
      stdout()
        .split('\n')
        .slice(0, -1)
        .map(
          line =>
            JSON.parse(line) as {
              at: string;
              change: string;
              id: string;
              session?: Session;
              unreadable?: string;
            },
        );
    return { child, lines, stderr, end: ended(child) };
  }

  test.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'prints a line for every change of others, and ends on %s with 0',
    async signal => {
      const desk = plainDesk();
      const there = await desk.session('start', 'there before');
      const { child, lines, stderr, end } = watch(desk);
      await until('the watch', () => stderr().includes('Watching 1 sessions'));
      expect(lines()).toEqual([]);

      const { id } = await desk.session('start', 'new');
      await until('created', () => lines().some(line => line.id === id));
      await desk.ok('log', 'one', '--session', id);
      await until('the log', () => lines().some(line => line.session?.revision === 2));
      await desk.ok('park', there.id);
      await until('the park', () => lines().some(line => line.session?.status === 'parked'));
      await desk.ok('delete', id);
      await until('the removal', () => lines().some(line => line.change === 'removed'));
      expect(lines().map(line => [line.change, line.id])).toEqual([
        ['created', id],
        ['changed', id],
        ['changed', there.id],
        ['removed', id],
      ]);
      for (const { at } of lines()) expect(Date.parse(at)).toBeGreaterThan(Date.parse(there.startedAt));
      child.kill(signal);
      expect(await end).toMatchObject({ code: 0, signal: null });
    },
  );

  test('waits for a home that is not there yet', async () => {
    const desk = plainDesk();
    const { child, lines, stderr, end } = watch(desk);
    await until('the watch', () => stderr().includes('Watching 0 sessions'));
    const { id } = await desk.session('start', 'first of all');
    await until('the first session', () => lines().some(line => line.id === id));
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 0 });
  });

  test('tells of a document that cannot be read, and goes on', async () => {
    const desk = plainDesk();
    const { id } = await desk.session('start', 'one');
    const { child, lines, stderr, end } = watch(desk);
    await until('the watch', () => stderr().includes('Watching 1 sessions'));
    writeFileSync(desk.path('sess_broken'), '{"id": ');
    await until('the broken one', () => lines().some(line => line.unreadable?.includes('not complete JSON')));
    await desk.ok('log', 'still here');
    await until('the log', () => lines().some(line => line.id === id));
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 0 });
  });
});
