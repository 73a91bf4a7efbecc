import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as transitions from '../../src/model/transitions.ts';
import { activeSession, completedSession, parentId } from '../support/builders.ts';
import { lockRemains } from '../support/locks.ts';
import { note, placed } from '../support/operationKinds.ts';
import { openStore, placesOf, temporaryFolder, temporaryHome, unhurried } from '../support/temporaryHome.ts';
import {
  type Answer,
  buildWorker,
  type Fault,
  fileAppears,
  startWorkers,
  type Task,
  type Worker,
} from '../support/workers.ts';

/** The least limit there is: who gives no sign of life for longer is overtaken. */
const settings = { ...unhurried, lockStaleSeconds: 2 };

let folder: string;
let sleepers: Worker[];
let writers: Worker[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'work-sessions-sleep-'));
  const program = await buildWorker(folder);
  sleepers = await startWorkers(program, 16);
  writers = await startWorkers(program, 4);
});
afterAll(async () => {
  await Promise.all([...sleepers, ...writers].map(worker => worker.end()));
  rmSync(folder, { recursive: true });
});

const logs = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

/** Gives an order in the midst of which the process falls asleep (a lid closed, a debugger); resolves when it sleeps. */
async function fallAsleep(worker: Worker, root: string, task: Task, before: Fault['before']) {
  const marker = join(temporaryFolder(), 'asleep');
  const answer = worker.order(root, task, { fault: { signal: 'SIGSTOP', before, marker } });
  await fileAppears(marker);
  return { answer };
}

test.for(['commit', 'write', 'locked', 'lock'] as const)(
  'processes that slept before the step "%s" lose nothing of what others wrote meanwhile',
  async before => {
    const home = temporaryHome(settings);
    const store = openStore(home);
    await store.create(activeSession());
    const mine = sleepers.slice(0, 3);

    // One after the other takes the lock, over the head of the one before, and falls asleep with it.
    const asleep: { answer: Promise<Answer | null> }[] = [];
    for (const [index, worker] of mine.entries()) {
      asleep.push(
        await fallAsleep(
          worker,
          home.root,
          { do: 'log', id: parentId, messages: [`sleeper-${index}`] },
          before,
        ),
      );
    }
    const written = await Promise.all(
      writers.map((worker, index) =>
        worker.order(home.root, { do: 'log', id: parentId, messages: logs(`writer-${index}`, 5) }),
      ),
    );
    expect(written.map(answer => answer?.error)).toEqual(writers.map(() => undefined));
    const meanwhile = await store.read(parentId);
    expect(meanwhile.events).toHaveLength(20);

    // They wake up and go on where they were, all of them while the others write again.
    for (const worker of mine) worker.signal('SIGCONT');
    const more = writers.map((worker, index) =>
      worker.order(home.root, { do: 'log', id: parentId, messages: logs(`again-${index}`, 5) }),
    );
    const answers = [...(await Promise.all(asleep.map(each => each.answer))), ...(await Promise.all(more))];
    expect(answers.map(answer => answer?.error)).toEqual(answers.map(() => undefined));

    const messages = (await store.read(parentId)).events.map(event => event.message);
    expect(messages.slice(0, 20)).toEqual(meanwhile.events.map(event => event.message));
    expect(messages).toHaveLength(20 + 20 + 3);
    expect(new Set(messages).size).toBe(messages.length);
    expect(await lockRemains(home)).toEqual([]);
  },
);

test('a process that slept in the middle of a move loses nothing, wherever it was', async () => {
  const points = ['write', 'commit', 'copy', 'take'] as const;
  const kinds = ['archive', 'unarchive', 'delete', 'restore'] as const;
  const scenarios = points.flatMap(point => kinds.map(kind => ({ point, kind })));
  await Promise.all(
    scenarios.map(async ({ point, kind }, index) => {
      const home = temporaryHome(settings);
      const store = openStore(home);
      const place = kind === 'unarchive' ? 'archive' : kind === 'restore' ? 'trash' : 'sessions';
      await store.create(completedSession());
      if (place !== 'sessions') await store.update(parentId, placed(place));

      const sleeper = sleepers[index] as Worker;
      const { answer } = await fallAsleep(sleeper, home.root, { do: 'kind', name: kind }, point);
      const name = `${kind} asleep before ${point}`;
      // Others find it where it is, take over, bring it back to life and write to it.
      await store.update(parentId, note('first'));
      await store.update(parentId, (session, moment) =>
        transitions.reopen(placed('sessions')(session, moment), {}, moment),
      );
      await store.update(parentId, (session, now) => transitions.log(session, { message: 'second' }, now));
      sleeper.signal('SIGCONT');
      const { error } = (await answer) ?? {};
      // It goes on top of what is there now, or is told why it cannot.
      expect([undefined, 'wrong_status', 'wrong_place'], `${name}: ${JSON.stringify(error)}`).toContain(
        error?.code,
      );

      await store.settle(parentId);
      const session = await store.read(parentId);
      const messages = session.events.map(event => event.message);
      expect(messages, name).toEqual(expect.arrayContaining(['first', 'second']));
      expect(session.status, name).toBe('active');
      expect(placesOf(home, parentId), name).toEqual([session.place]);
      // From the copy on the change had been made before the others', which then brought the session back.
      const isLast = point === 'write' || point === 'commit';
      expect(session.place, name).toBe(kind === 'delete' && isLast ? 'trash' : 'sessions');
    }),
  );
});
