import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Place } from '../../../src/model/session.ts';
import type { FileSystem } from '../../../src/store/fileSystem.ts';
import { homeAt } from '../../../src/store/home.ts';
import { sweepLeftovers } from '../../../src/store/leftovers.ts';
import type { SessionStore } from '../../../src/store/sessionStore.ts';
import { completedSession, parentId } from '../../support/builders.ts';
import { lockRemains } from '../../support/locks.ts';
import { memoryFileSystem } from '../../support/memoryFileSystem.ts';
import { assertPlaces, note, placed } from '../../support/operationKinds.ts';
import { Scheduler } from '../../support/scheduler.ts';
import { openStore } from '../../support/temporaryHome.ts';

/*
 * The real code of the store, as several "processes" of it, with the turn of every file-system call
 * decided by a seed: what protocol.test.ts explores in a model, tried on the code itself.
 */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Where a process brings the session with each of its writes; null: it leaves it where it is. */
type Plan = readonly (Place | null)[];

interface Play {
  readonly judgedStale: number;
  readonly calls: number;
  readonly crashed: boolean;
}

const runs = 250;
const plans: readonly (readonly Plan[])[] = [
  [
    [null, null],
    [null, null],
    [null, null],
  ],
  [
    ['archive', 'sessions'],
    ['trash', null],
    [null, null],
  ],
  [
    ['archive', 'trash'],
    ['sessions', 'archive'],
    ['trash', 'sessions'],
  ],
];

test.for(plans)('no update is lost in whatever order the calls are made (plan %#)', async plan => {
  const plays: Play[] = [];
  for (let seed = 1; seed <= runs; seed++) plays.push(await play(plan, seed * 7919));
  // If hardly anybody was overtaken or crashed, nothing was shown.
  expect(plays.filter(each => each.judgedStale > 0).length).toBeGreaterThan(runs / 2);
  expect(plays.filter(each => each.crashed).length).toBeGreaterThan(runs / 10);
});

async function play(plan: readonly Plan[], seed: number): Promise<Play> {
  vi.clearAllTimers();
  // The first part of each path names the process; all see the same files below it.
  const disk = memoryFileSystem(1);
  const isOld: FileSystem['lstat'] = async path =>
    Object.assign(await disk.lstat(path), { mtime: new Date(0) });
  const plain = openStore(homeAt('/test/home'), { ...disk, lstat: isOld });
  await plain.create(completedSession());
  const scheduler = new Scheduler(seed);
  const acknowledged: { message: string; revision: number }[] = [];
  const running = new Set<string>();
  const failures: unknown[] = [];
  let judgedStale = 0;

  for (const [index, places] of plan.entries()) {
    const process = `p${index}`;
    let callsLeft = scheduler.chance(4) ? scheduler.below(60) : Number.POSITIVE_INFINITY;
    // Whoever looks how old a lock is may find it stale, rightly or wrongly.
    const lstat: FileSystem['lstat'] = async path => {
      const stats = await disk.lstat(path);
      if (!scheduler.chance(3)) return stats;
      judgedStale++;
      return isOld(path);
    };
    const fs = scheduler.fileSystemOf(process, { ...disk, lstat }, () => {
      if (--callsLeft < 0) scheduler.crash(process);
    });
    const store = openStore(homeAt(`/${process}/home`), fs);
    running.add(process);
    void write(store, process, places, acknowledged)
      .catch(error => failures.push(error))
      .then(() => running.delete(process));
  }
  await scheduler.run(() => [...running].every(process => scheduler.hasCrashed(process)));

  expect(failures, `seed ${seed}`).toEqual([]);
  const session = await plain.read(parentId);
  const messages = session.events.map(event => event.message);
  const lost = acknowledged.filter(({ message }) => !messages.includes(message));
  expect(lost, `seed ${seed}`).toEqual([]);
  // One revision for each commit, and each message is there once.
  expect(session.revision - 1, `seed ${seed}`).toBe(messages.length - completedSession().events.length);
  expect(new Set(messages).size, `seed ${seed}`).toBe(messages.length);
  expect(new Set(acknowledged.map(each => each.revision)).size, `seed ${seed}`).toBe(acknowledged.length);

  vi.useRealTimers();
  await plain.settle(parentId);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await assertPlaces(plain, { [parentId]: session.place });
  if (running.size === 0) {
    await sweepLeftovers(disk, plain.home.sessions, await disk.readdir(plain.home.sessions));
    expect(await lockRemains(plain.home, disk), `seed ${seed}`).toEqual([]);
  }
  return { judgedStale, calls: scheduler.calls, crashed: running.size > 0 };
}

async function write(
  store: SessionStore,
  process: string,
  places: Plan,
  acknowledged: object[],
): Promise<void> {
  for (const [step, place] of places.entries()) {
    const message = `${process}-${step}`;
    const { revision } = await store.update(parentId, (session, moment) => {
      const noted = note(message)(session, moment);
      return place === null ? noted : placed(place)(noted, moment);
    });
    acknowledged.push({ message, revision });
  }
}
