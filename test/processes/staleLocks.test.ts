import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionStore } from '../../src/store/sessionStore.ts';
import { activeSession, parentId } from '../support/builders.ts';
import { foreignLock, lockRemains, touch } from '../support/locks.ts';
import { openStore, temporaryHome, unhurried } from '../support/temporaryHome.ts';
import { type Answer, allAtOnce, buildWorker, startWorkers, Worker } from '../support/workers.ts';

let folder: string;
let program: string;
let contenders: Worker[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'work-sessions-stale-'));
  program = await buildWorker(folder);
  contenders = await startWorkers(program, 8);
});
afterAll(async () => {
  await Promise.all(contenders.map(worker => worker.end()));
  rmSync(folder, { recursive: true });
});

const perContender = 3;

/** All contenders write at once, a few messages each. */
function contend(root: string, round: number): Promise<Answer[]> {
  return allAtOnce(contenders, root, index => ({
    do: 'log',
    id: parentId,
    messages: Array.from({ length: perContender }, (_, count) => `${round}-${index}-${count}`),
  }));
}

async function expectNothingLost(
  store: SessionStore,
  answers: readonly Answer[],
  round: number,
): Promise<void> {
  expect(answers.filter(answer => answer.error)).toEqual([]);
  const session = await store.read(parentId);
  const messages = session.events
    .map(event => event.message)
    .filter(message => message.startsWith(`${round}-`));
  expect(new Set(messages).size).toBe(8 * perContender);
  expect(messages).toHaveLength(8 * perContender);
}

test('a lock left by a killed process costs 8 contenders nothing, 30 times of 30', async () => {
  const home = temporaryHome(unhurried);
  const store = openStore(home);
  await store.create(activeSession());
  let next = new Worker(program);
  for (let round = 0; round < 30; round++) {
    const victim = next;
    next = new Worker(program);
    const task = { do: 'log', id: parentId, messages: [`victim ${round}`] } as const;
    expect(
      await victim.order(home.root, task, { fault: { signal: 'SIGKILL', before: 'commit' } }),
    ).toBeNull();
    expect(existsSync(join(home.sessions, `${parentId}.json.lock`))).toBe(true);

    await expectNothingLost(store, await contend(home.root, round), round);
  }
  await next.end();
  const session = await store.read(parentId);
  expect(session.events.filter(event => event.message.startsWith('victim'))).toEqual([]);
  expect(session.revision).toBe(1 + 30 * 8 * perContender);
  expect(await lockRemains(home)).toEqual([]);
});

test('a lock that 8 contenders judge stale at the same moment costs them nothing, 60 times of 60', async () => {
  const home = temporaryHome(unhurried);
  const store = openStore(home);
  await store.create(activeSession());
  for (let round = 0; round < 60; round++) {
    foreignLock(home, parentId, 3_600);
    await expectNothingLost(store, await contend(home.root, round), round);
  }
  expect((await store.read(parentId)).revision).toBe(1 + 60 * 8 * perContender);
  expect(await lockRemains(home)).toEqual([]);
});

test('the lock of another machine is broken after the stale limit, not before', async () => {
  const home = temporaryHome({ ...unhurried, lockStaleSeconds: 2 });
  const store = openStore(home);
  await store.create(activeSession());
  const started = Date.now();
  foreignLock(home, parentId);
  const ends: number[] = [];
  const answers = await Promise.all(
    contenders.map(async (worker, index) => {
      const answer = await worker.order(home.root, { do: 'log', id: parentId, messages: [`${index}`] });
      ends.push(Date.now() - started);
      return answer;
    }),
  );
  expect(answers.map(answer => answer?.error)).toEqual(contenders.map(() => undefined));
  // The other limit, how long after it, is that of the wait.
  expect(Math.min(...ends)).toBeGreaterThanOrEqual(1_990);
  expect((await store.read(parentId)).events).toHaveLength(8);
});

test('a lock whose holder gives signs of life is waited for, and the refusal names the holder', async () => {
  const home = temporaryHome({ lockStaleSeconds: 5, lockWaitSeconds: 7 });
  const store = openStore(home);
  await store.create(activeSession());
  const path = foreignLock(home, parentId);
  const heart = setInterval(() => touch(path), 200);
  const answers = await allAtOnce(contenders, home.root, index => ({
    do: 'log',
    id: parentId,
    messages: [`${index}`],
  }));
  clearInterval(heart);
  for (const { error } of answers) {
    expect(error).toMatchObject({ code: 'busy', details: { holder: 'process 4711 on elsewhere' } });
    expect(error?.details).toHaveProperty(
      'waitedMs',
      expect.toSatisfy(ms => ms >= 7_000),
    );
  }
  expect(await store.read(parentId)).toEqual(activeSession());
  expect(existsSync(path)).toBe(true);
});

test('the wait for a lock ends at the limit that is set', async () => {
  const home = temporaryHome({ lockWaitSeconds: 0.3, lockStaleSeconds: 600 });
  await openStore(home).create(activeSession());
  foreignLock(home, parentId);
  const [answer] = await allAtOnce(contenders.slice(0, 1), home.root, () => ({
    do: 'log',
    id: parentId,
    messages: ['late'],
  }));
  expect(answer?.error).toMatchObject({ code: 'busy', details: { holder: 'process 4711 on elsewhere' } });
  expect((await openStore(home).read(parentId)).events).toEqual([]);
});
