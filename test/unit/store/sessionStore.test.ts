import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maxDocumentBytes } from '../../../src/model/limits.ts';
import type { Session } from '../../../src/model/session.ts';
import type { Moment } from '../../../src/model/stamp.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { documentPath, homeAt } from '../../../src/store/home.ts';
import {
  activeSession,
  at,
  childId,
  completedSession,
  minute,
  parentId,
  parkedSession,
} from '../../support/builders.ts';
import { type Call, instrument } from '../../support/instrumentedFileSystem.ts';
import { lockRemains } from '../../support/locks.ts';
import { memoryFileSystem } from '../../support/memoryFileSystem.ts';
import { note } from '../../support/operationKinds.ts';
import { onWindows, openStore, placesOf, temporaryHome } from '../../support/temporaryHome.ts';

const log = (message: string) => (session: Session, now: Moment) =>
  transitions.log(session, { message }, now);
const messagesOf = (session: Session) => session.events.map(event => event.message);

describe('update', () => {
  test('commits what the transition makes of the session, one revision further', async () => {
    const home = temporaryHome();
    const store = openStore(home);
    await store.create(activeSession());
    const updated = await store.update(parentId, log('hello'));
    expect(updated).toMatchObject({ revision: 2, lastHeartbeatAt: minute(60).toISOString() });
    expect(await openStore(home).read(parentId)).toEqual(updated);
    expect(await lockRemains(home)).toEqual([]);
  });

  test('many in one process queue in the order they were asked for, without waiting for a lock', async () => {
    const home = temporaryHome();
    const { fs, calls } = instrument();
    const store = openStore(home, fs);
    await store.create(activeSession());
    const messages = Array.from({ length: 50 }, (_, index) => `${index}`);
    await Promise.all(messages.map(message => store.update(parentId, log(message))));
    const session = await store.read(parentId);
    expect(messagesOf(session)).toEqual(messages);
    expect(session.revision).toBe(51);
    const attempts = calls.filter(call => call.name === 'takeOver');
    expect(attempts).toHaveLength(51);
  });

  test('one that fails does not stop those behind it', async () => {
    const store = openStore(temporaryHome());
    await store.create(activeSession());
    const results = await Promise.allSettled([
      store.update(parentId, log('first')),
      store.update(parentId, () => {
        throw new Error('no');
      }),
      store.update('sess_missing', log('nowhere')),
      store.update(parentId, log('last')),
    ]);
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(messagesOf(await store.read(parentId))).toEqual(['first', 'last']);
  });

  test('that returns the session it was given writes nothing', async () => {
    const home = temporaryHome();
    const { fs, calls } = instrument();
    const store = openStore(home, fs);
    await store.create(activeSession());
    const before = readFileSync(documentPath(home, parentId, 'sessions'));
    const made = calls.length;
    expect(await store.update(parentId, session => session)).toEqual(activeSession());
    expect(calls.slice(made).filter(call => call.name === 'write' || call.to?.endsWith('.json'))).toEqual([]);
    expect(readFileSync(documentPath(home, parentId, 'sessions')).equals(before)).toBe(true);
  });

  test('is on the disk before it is acknowledged: data flushed, renamed, folder flushed', async () => {
    const home = temporaryHome();
    const { fs, calls } = instrument();
    const store = openStore(home, fs);
    await store.create(activeSession());
    const made = calls.length;
    await store.update(parentId, log('safe'));
    const path = documentPath(home, parentId, 'sessions');
    const steps = calls
      .slice(made)
      .filter(call => ['write', 'fsync'].includes(call.name) || call.to === path)
      .map(call => `${call.name} ${call.path.includes('.lock') ? 'the tenure' : call.path}`);
    // Windows has no flushing of folders.
    const flushed = onWindows ? [] : [`fsync ${home.sessions}`];
    expect(steps).toEqual(['write the tenure', 'fsync the tenure', 'rename the tenure', ...flushed]);
  });

  test('costs the same however many sessions there are', async () => {
    const disk = memoryFileSystem();
    const countCalls = async () => {
      const { fs, calls } = instrument(undefined, disk);
      await openStore(homeAt('/home'), fs).update(parentId, log('x'));
      return calls.length;
    };
    const store = openStore(homeAt('/home'), disk);
    await store.create(activeSession());
    const alone = await countCalls();
    for (let index = 0; index < 200; index++) await store.create(activeSession(`sess_${index}`));
    expect(await countCalls()).toBe(alone);
  });

  test('cannot change the id or the revision', async () => {
    const store = openStore(temporaryHome());
    await store.create(activeSession());
    const updated = await store.update(parentId, session => ({
      ...session,
      id: 'sess_other',
      revision: 900,
    }));
    expect(updated).toMatchObject({ id: parentId, revision: 2 });
    expect(await store.ids('sessions')).toEqual([parentId]);
  });

  test('of a session that moved while it was looked for finds it all the same', async () => {
    const disk = memoryFileSystem();
    const home = homeAt('/home');
    const others = openStore(home, disk);
    await others.create(completedSession());
    await others.update(parentId, (session, now) => transitions.archive(session, {}, now));
    // A process that lost its lock while it slept sees the document in neither place, twice over.
    let looks = 0;
    const lock = `${documentPath(home, parentId, 'sessions')}.lock`;
    const { fs } = instrument(async call => {
      if (call.name !== 'open' || !call.path.endsWith('.json') || ++looks > 6) return;
      for (const name of await disk.readdir(lock).catch(() => [])) {
        await disk.rename(join(lock, name), `${lock}.${name}`);
      }
      const place = call.path.startsWith(home.archive) ? 'sessions' : 'archive';
      await others.update(parentId, (session, now) =>
        session.place === place
          ? session
          : place === 'archive'
            ? transitions.archive(session, {}, now)
            : transitions.unarchive(session, {}, now),
      );
    }, disk);
    expect(messagesOf(await openStore(home, fs).update(parentId, note('found')))).toContain('found');
    expect(looks).toBeGreaterThan(6);
  });

  test('that makes a document too large is refused, and nothing is written', async () => {
    const home = temporaryHome();
    const store = openStore(home);
    await store.create(activeSession());
    const huge = 'x'.repeat(maxDocumentBytes);
    await expect(store.update(parentId, session => ({ ...session, intent: huge }))).rejects.toMatchObject({
      code: 'over_limit',
      details: { field: 'session', limit: maxDocumentBytes, unit: 'bytes' },
    });
    expect(await openStore(home).read(parentId)).toEqual(activeSession());
  });
});

describe('create', () => {
  test.for(['sessions', 'archive', 'trash'] as const)('refuses a session that is in %s', async place => {
    const store = openStore(temporaryHome());
    const session = await store.create({ ...completedSession(), place });
    await expect(store.create(activeSession())).rejects.toMatchObject({
      code: 'already_exists',
      details: { id: parentId },
    });
    expect(await store.createIfAbsent(activeSession())).toEqual(session);
    expect(placesOf(store.home, parentId)).toEqual([place]);
  });

  test('makes folders and files that are nobody else’s business', async () => {
    const { fs, calls } = instrument();
    await openStore(temporaryHome(), fs).create(activeSession());
    expect(calls.filter(call => call.name === 'mkdir').length).toBeGreaterThan(0);
    const { mode } = await fs.stat(calls.find(call => call.to?.endsWith('.json'))?.to ?? '');
    expect(mode & 0o777).toBe(onWindows ? 0o666 : 0o600);
  });
});

describe('ids that are no file names', () => {
  test.for(['../x', '', 'a/b', '.', 'con', 'x.json'])('%j is not found, and no path is touched', async id => {
    const { fs, calls } = instrument();
    const store = openStore(temporaryHome(), fs);
    for (const attempt of [store.read(id), store.update(id, session => session), store.settle(id)]) {
      await expect(attempt).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(store.create(activeSession(id))).rejects.toMatchObject({ code: 'not_found' });
    expect(calls).toEqual([]);
  });
});

describe('moves', () => {
  const steps = [
    ['archive', transitions.archive, 'archive'],
    ['unarchive', transitions.unarchive, 'sessions'],
    ['delete', transitions.moveToTrash, 'trash'],
    ['restore', transitions.restore, 'sessions'],
  ] as const;

  test('bring the document to its place, and only there', async () => {
    const home = temporaryHome();
    const store = openStore(home);
    await store.create(completedSession());
    for (const [name, transition, place] of steps) {
      const moved = await store.update(parentId, (session, now) => transition(session, {}, now));
      expect(moved.place, name).toBe(place);
      expect(placesOf(home, parentId), name).toEqual([place]);
      expect(await openStore(home).read(parentId), name).toEqual(moved);
    }
    expect((await store.read(parentId)).revision).toBe(5);
    expect(await lockRemains(home)).toEqual([]);
  });

  test('that were interrupted are finished by whoever writes next', async () => {
    const home = temporaryHome();
    let armed = false;
    const breakTake = (call: Call) => {
      if (armed && call.to?.includes('superseded'))
        throw Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'rename' });
    };
    const store = openStore(home, instrument(breakTake).fs);
    await store.create(completedSession());
    armed = true;
    const archived = await store.update(parentId, (session, now) => transitions.archive(session, {}, now));
    expect(archived.place).toBe('archive');
    expect(placesOf(home, parentId)).toEqual(['sessions', 'archive']);
    expect(await openStore(home).read(parentId)).toEqual(archived);
    const reopened = await openStore(home).update(parentId, (session, now) =>
      transitions.reopen(session, {}, now),
    );
    expect(reopened).toMatchObject({ status: 'active', place: 'sessions', revision: archived.revision + 1 });
    await openStore(home).settle(parentId);
    expect(placesOf(home, parentId)).toEqual(['sessions']);
  });
});

describe('rolling a resume forward', () => {
  const resumed = () => transitions.resume(parkedSession(), { newId: childId }, at(60));

  test('makes the continuation once, whoever does it', async () => {
    const home = temporaryHome();
    await openStore(home).create(resumed());
    const made = await Promise.all([1, 2, 3].map(() => openStore(home).rollForward(resumed())));
    expect(new Set(made.map(session => session?.id))).toEqual(new Set([childId]));
    expect(await openStore(home).read(childId)).toEqual(transitions.continuationOf(resumed()));
  });

  test('does not make one again that was written to, archived or thrown away', async () => {
    const home = temporaryHome();
    const store = openStore(home);
    await store.create(resumed());
    await store.rollForward(resumed());
    await store.update(childId, note('mine'));
    const child = await store.update(childId, (session, now) => transitions.moveToTrash(session, {}, now));
    expect(await store.rollForward(resumed())).toEqual(child);
    expect(placesOf(home, childId)).toEqual(['trash']);
  });

  test('is nothing for a session that was not resumed', async () => {
    const store = openStore(temporaryHome());
    expect(await store.rollForward(parkedSession())).toBeNull();
    expect(existsSync(store.home.sessions)).toBe(false);
  });
});
