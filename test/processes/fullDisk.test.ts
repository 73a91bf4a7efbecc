import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isSessionError } from '../../src/model/errors.ts';
import * as transitions from '../../src/model/transitions.ts';
import { examine } from '../../src/store/doctor.ts';
import { documentPath, homeAt } from '../../src/store/home.ts';
import type { SessionStore } from '../../src/store/sessionStore.ts';
import { Summaries } from '../../src/store/summaries.ts';
import { childId, parentId, parkedSession } from '../support/builders.ts';
import { type Disk, imitatedDisk, smallDisk } from '../support/disks.ts';
import { lockRemains } from '../support/locks.ts';
import { note } from '../support/operationKinds.ts';
import { openStore, placesOf } from '../support/temporaryHome.ts';

/** What is tried on a disk that does not take it; each is refused with the disk's word for it. */
const attempts: Record<string, (store: SessionStore) => Promise<unknown>> = {
  'a note': store =>
    store.update(parentId, (session, now) => transitions.log(session, { message: 'x' }, now)),
  'a resume': store =>
    store.update(parentId, (session, now) => transitions.resume(session, { newId: childId }, now)),
  'a removal': store => store.update(parentId, (session, now) => transitions.moveToTrash(session, {}, now)),
  'a new session': store => store.create(parkedSession(childId)),
};

async function expectRefused(disk: Disk, code: string): Promise<void> {
  const home = homeAt(join(disk.folder, 'home'));
  const path = documentPath(home, parentId, 'sessions');
  const before = readFileSync(path);
  const store = openStore(home, disk.fs);
  for (const [name, attempt] of Object.entries(attempts)) {
    const error = await attempt(store).then(
      () => null,
      failure => failure,
    );
    expect(isSessionError(error, 'io') && error.details, `${name}: ${error}`).toMatchObject({
      code,
      action: 'write',
    });
    expect(readFileSync(path).equals(before), name).toBe(true);
    expect(placesOf(home, parentId), name).toEqual(['sessions']);
    expect(placesOf(home, childId), name).toEqual([]);
  }
  // Looking works all the same, although the list cannot keep its cache.
  expect(await store.read(parentId)).toEqual(parkedSession());
  const { entries, unreadable } = await new Summaries(store.fs, home).list('sessions');
  expect([entries.map(entry => entry.id), unreadable]).toEqual([[parentId], []]);
  expect(await examine(store, { fix: false })).toEqual([]);
}

/** Both kinds where both can be had: the imitated one is all there is where nothing may be mounted. */
const disks = [
  ['the smallest disk to be had', smallDisk],
  ['an imitated disk', imitatedDisk],
] as const;

test.for(disks)('on %s every write is refused while it is full, and nothing is lost', async ([, make]) => {
  const disk = make();
  const home = homeAt(join(disk.folder, 'home'));
  await openStore(home, disk.fs).create(parkedSession());
  disk.fill();
  await expectRefused(disk, 'ENOSPC');
  disk.free();
  await openStore(home, disk.fs).update(parentId, note('again'));
  expect((await openStore(home, disk.fs).read(parentId)).events.at(-1)?.message).toBe('again');
  expect(await lockRemains(home)).toEqual([]);
});

test.for(disks)(
  'on %s every write is refused while it is read-only, and everything can be read',
  async ([, make]) => {
    const disk = make();
    const home = homeAt(join(disk.folder, 'home'));
    await openStore(home, disk.fs).create(parkedSession());
    disk.setReadOnly(true);
    await expectRefused(disk, 'EROFS');
    disk.setReadOnly(false);
    await openStore(home, disk.fs).update(parentId, note('again'));
    expect((await openStore(home, disk.fs).read(parentId)).events.at(-1)?.message).toBe('again');
    expect(await lockRemains(home)).toEqual([]);
  },
);
