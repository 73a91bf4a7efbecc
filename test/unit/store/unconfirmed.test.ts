import { expect, test } from 'vitest';
import type { Unconfirmed } from '../../../src/model/errors.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { homeAt } from '../../../src/store/home.ts';
import { claimForAgent } from '../../../src/store/records.ts';
import { SessionStore } from '../../../src/store/sessionStore.ts';
import {
  activeSession,
  childId,
  completedSession,
  minute,
  parentId,
  parkedSession,
} from '../../support/builders.ts';
import { instrument, systemError } from '../../support/instrumentedFileSystem.ts';
import { memoryFileSystem } from '../../support/memoryFileSystem.ts';
import { note } from '../../support/operationKinds.ts';
import { openStore } from '../../support/temporaryHome.ts';

/** A store whose disk refuses to flush the folder after a rename; what it said of that. */
function failingFlush() {
  const disk = memoryFileSystem();
  const home = homeAt('/home');
  const said: Unconfirmed[] = [];
  const { fs } = instrument(call => {
    if (call.name === 'fsync' && !/\.json\.lock/.test(call.path)) throw systemError('EIO', call);
  }, disk);
  const store = new SessionStore({ home, fs, now: () => minute(60), onUnconfirmed: each => said.push(each) });
  return { store, said, others: openStore(home, disk) };
}

test('a change whose folder cannot be flushed is done, and told as not confirmed, not as failed', async () => {
  const { store, said, others } = failingFlush();
  await others.create(activeSession());
  expect((await store.update(parentId, note('once'))).events.at(-1)?.message).toBe('once');
  expect(said).toEqual([{ id: parentId, reason: 'flush' }]);
  const { events } = await others.read(parentId);
  expect(events.filter(event => event.message === 'once')).toHaveLength(1);
});

test('a resume goes on after its commit point was not confirmed', async () => {
  const { store, said, others } = failingFlush();
  await others.create(parkedSession());
  const parent = await store.update(parentId, (session, now) =>
    transitions.resume(session, { newId: childId }, now),
  );
  expect((await store.rollForward(parent))?.id).toBe(childId);
  expect(said.map(({ id }) => id)).toEqual([parentId, childId]);
  expect((await others.read(childId)).status).toBe('active');
});

test('a move takes nothing away as long as its copy is not confirmed; the next one ends it', async () => {
  const { store, said, others } = failingFlush();
  await others.create(completedSession());
  expect((await store.update(parentId, (session, now) => transitions.archive(session, {}, now))).place).toBe(
    'archive',
  );
  expect(said.length).toBeGreaterThan(0);
  expect(await others.ids('sessions')).toEqual([parentId]);
  expect(await others.settle(parentId)).toBe(true);
  expect([await others.ids('sessions'), await others.ids('archive')]).toEqual([[], [parentId]]);
});

test('an agent’s claim that was not confirmed gives its session all the same', async () => {
  const { store, said, others } = failingFlush();
  const agent = { name: 'helper', sessionId: 'a1' };
  const session = await claimForAgent(store, agent, () => activeSession());
  expect(session.id).toBe(parentId);
  expect(said.length).toBe(2);
  expect((await others.read(parentId)).id).toBe(parentId);
});
