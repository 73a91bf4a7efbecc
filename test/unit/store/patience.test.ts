import { expect, test } from 'vitest';
import { isSessionError } from '../../../src/model/errors.ts';
import * as transitions from '../../../src/model/transitions.ts';
import type { FileSystem } from '../../../src/store/fileSystem.ts';
import { homeAt } from '../../../src/store/home.ts';
import { patient } from '../../../src/store/patience.ts';
import { activeSession, childId, parentId, parkedSession } from '../../support/builders.ts';
import { type Call, instrument, systemError } from '../../support/instrumentedFileSystem.ts';
import { lockRemains } from '../../support/locks.ts';
import { memoryFileSystem } from '../../support/memoryFileSystem.ts';
import { random } from '../../support/mixedWork.ts';
import { note, operationKinds } from '../../support/operationKinds.ts';
import { openStore } from '../../support/temporaryHome.ts';

/*
 * What Windows does and other systems do not: it refuses for a moment what somebody has open. Tried
 * everywhere, with a file system that refuses like it.
 */

const refusals = ['EPERM', 'EACCES', 'EBUSY'] as const;
const waitedFor = ['open', 'stat', 'lstat', 'readdir', 'rename', 'rmdir', 'unlink'] as const;
const withoutPause = (fs: FileSystem) => patient(fs, () => Promise.resolve());

test.for(waitedFor.flatMap(name => refusals.map(code => ({ name, code }))))(
  '$name waits for a $code that ends in time, and tells one that does not',
  async ({ name, code }) => {
    let left = 9;
    const { fs, calls } = instrument(call => {
      if (call.name === name && left-- > 0) throw systemError(code, call);
    }, memoryFileSystem());
    const waits: number[] = [];
    const patientFs = patient(fs, async ms => void waits.push(ms));
    const call = () => (patientFs[name] as (...args: unknown[]) => Promise<unknown>)('/x', '/y');
    // Whatever it says in the end is about the file, which is not there.
    await call().catch(error => expect(error.code).toBe('ENOENT'));
    expect(calls.filter(each => each.name === name)).toHaveLength(10);
    const sum = waits.reduce((total, ms) => total + ms, 0);
    expect(sum).toBeGreaterThanOrEqual(800);
    expect(sum).toBeLessThanOrEqual(1_500);
    left = 100;
    await expect(call()).rejects.toMatchObject({ code });
    // Anything else is told at once.
    left = 0;
    const before = calls.length;
    await call().catch(() => {});
    expect(calls.length).toBe(before + 1);
  },
);

/** Like Windows: any call that touches a path may be refused for a moment, a take-over as often as it likes. */
function refusing(disk: FileSystem, seed: number): FileSystem {
  let state = seed;
  const inARow = new Map<string, number>();
  const { fs } = instrument((call: Call) => {
    if (![...waitedFor, 'takeOver'].includes(call.name)) return;
    state = random(state);
    const key = `${call.name} ${call.path}`;
    const times = inARow.get(key) ?? 0;
    if (state % 3 !== 0 || times > 5) return void inARow.delete(key);
    inARow.set(key, times + 1);
    throw systemError(refusals[(state >>> 4) % 3] as string, call);
  }, disk);
  return withoutPause(fs);
}

test.for(operationKinds)('$name succeeds on a system that refuses now and then', async kind => {
  for (let seed = 1; seed <= 20; seed++) {
    const disk = memoryFileSystem();
    const home = homeAt('/home');
    await kind.prepare(openStore(home, disk));
    await kind.run(openStore(home, refusing(disk, seed * 7919)));
    expect(await kind.look(openStore(home, disk)), `seed ${seed}`).toBe('after');
    expect(await lockRemains(home, disk), `seed ${seed}`).toEqual([]);
  }
});

test('four writers on such a system: no write fails, none is lost', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const disk = memoryFileSystem();
    const home = homeAt('/home');
    await openStore(home, disk).create(activeSession());
    const writers = [1, 2, 3, 4].map(writer => openStore(home, refusing(disk, seed * 7919 + writer)));
    await Promise.all(
      writers.map(async (store, writer) => {
        for (let step = 0; step < 6; step++) await store.update(parentId, note(`${writer}-${step}`));
      }),
    );
    const { events } = await openStore(home, disk).read(parentId);
    expect(new Set(events.map(event => event.message)).size, `seed ${seed}`).toBe(24);
  }
});

test('of four who resume at once there, one wins, and the others are told where the work goes on', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const disk = memoryFileSystem();
    const home = homeAt('/home');
    await openStore(home, disk).create(parkedSession());
    const answers = await Promise.allSettled(
      [1, 2, 3, 4].map(writer =>
        openStore(home, refusing(disk, seed * 7919 + writer)).update(parentId, (session, now) =>
          transitions.resume(session, { newId: `${childId.slice(0, -1)}${writer}` }, now),
        ),
      ),
    );
    const won = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []));
    expect(won, `seed ${seed}`).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'fulfilled') continue;
      expect(isSessionError(answer.reason, 'already_resumed'), `seed ${seed}: ${answer.reason}`).toBe(true);
      expect(answer.reason.details.resumedAs).toBe(won[0]?.resumedAs);
    }
  }
});

test('a take-over that is refused for good, with nobody there, is told as what it is', async () => {
  const home = homeAt('/home');
  const disk = memoryFileSystem();
  await openStore(home, disk).create(activeSession());
  await disk.mkdir(home.root, { recursive: true, mode: 0o700 });
  const settings = await disk.open(home.config, 0o101, 0o600);
  await disk.write(settings, Buffer.from('{"lockWaitSeconds": 0.1}'), 0);
  const { fs } = instrument(call => {
    if (call.name === 'takeOver') throw systemError('EACCES', call);
  }, disk);
  await expect(openStore(home, fs).update(parentId, note('x'))).rejects.toMatchObject({
    code: 'io',
    details: { code: 'EACCES', action: 'write' },
  });
});
