import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { serializeDocument } from '../../src/model/parseSession.ts';
import { newProject } from '../../src/model/project.ts';
import type { Place, Session } from '../../src/model/session.ts';
import { stamped, write } from '../../src/model/sessionRules.ts';
import { itemId, type Moment } from '../../src/model/stamp.ts';
import * as transitions from '../../src/model/transitions.ts';
import { deskFile, readDesk } from '../../src/store/desks.ts';
import { examine } from '../../src/store/doctor.ts';
import { writeFlushedFile } from '../../src/store/durableFile.ts';
import { documentPath } from '../../src/store/home.ts';
import { claimForAgent, readProjects, updateProject, updateSettings } from '../../src/store/records.ts';
import type { SessionStore, Transition } from '../../src/store/sessionStore.ts';
import { readSettings } from '../../src/store/settings.ts';
import { at, childId, completedSession, minute, parentId, parkedSession, richSession } from './builders.ts';
import { lockRemains } from './locks.ts';

/*
 * Every kind of operation that writes, as what to do and how to tell afterwards whether it happened,
 * did not happen, or happened in part. They are interrupted at every file-system call: by a failure in
 * test/unit/store/faults.test.ts, by SIGKILL in test/processes/crashes.test.ts.
 */

export interface OperationKind {
  readonly name: string;
  /** Makes the state before. */
  prepare(store: SessionStore): Promise<void>;
  run(store: SessionStore): Promise<unknown>;
  /** Throws unless everything is readable and as before or as after; says which. */
  look(store: SessionStore): Promise<'before' | 'after'>;
  /** What somebody else does to the same document next, which must go through. */
  next(store: SessionStore): Promise<unknown>;
  /** The documents that exist when the dust has settled, each exactly once. */
  sessions(outcome: 'before' | 'after'): Record<string, Place>;
}

/** A note that a session of any status takes: for telling that others can still write. */
export function note(message: string): Transition {
  return (session, moment) => {
    const noted = stamped(session, moment);
    const event = {
      id: itemId(moment, noted.clock),
      stamp: noted.clock,
      at: minute(90).toISOString(),
      message,
    };
    return { ...noted, events: [...noted.events, event] };
  };
}

/** Puts a session of any status into a place. */
export function placed(place: Place): Transition {
  return (session, moment) => write(stamped(session, moment), { place });
}

const agent = { name: 'claude', sessionId: 'agent-7' };

/** A change of one session that exists before. */
function change(
  name: string,
  before: Session,
  transition: Transition,
  isAfter: (session: Session) => boolean,
): OperationKind {
  const placeAfter = transition(before, at(60)).place;
  return {
    name,
    prepare: store => put(store, before),
    run: store => store.update(before.id, transition),
    async look(store) {
      const session = await store.read(before.id);
      assert.deepEqual(inherent(session), inherent(before));
      return isAfter(session) ? 'after' : 'before';
    },
    next: store => store.update(before.id, note('next')),
    sessions: outcome => ({ [before.id]: outcome === 'after' ? placeAfter : before.place }),
  };
}

/** Brings a session to its place by ordinary means. */
async function put(store: SessionStore, session: Session): Promise<void> {
  await store.create({ ...session, place: 'sessions' });
  if (session.place !== 'sessions') await store.update(session.id, placed(session.place));
}

/** What no operation on a session changes. */
function inherent({ id, intent, project, tasks, questions, decisions, nextSteps, commits }: Session) {
  return { id, intent, project, tasks, questions, decisions, nextSteps, commits };
}

const create: OperationKind = {
  name: 'create',
  prepare: async () => {},
  run: store => store.create(richSession()),
  async look(store) {
    if ((await store.ids('sessions')).length === 0) return 'before';
    assert.deepEqual(await store.read(parentId), richSession());
    return 'after';
  },
  next: store => store.createIfAbsent(richSession()),
  sessions: () => ({ [parentId]: 'sessions' }),
};

/** As the operation does it: the one commit point, then the roll forward. */
const resume: OperationKind = {
  name: 'resume',
  prepare: store => store.create(parkedSession()).then(() => {}),
  async run(store) {
    const parent = await store.update(parentId, (session, moment) =>
      transitions.resume(session, { newId: childId }, moment),
    );
    return store.rollForward(parent);
  },
  async look(store) {
    const parent = await store.read(parentId);
    assert.deepEqual(inherent(parent), inherent(parkedSession()));
    if (parent.status === 'parked') {
      assert.deepEqual(await store.ids('sessions'), [parentId]);
      return 'before';
    }
    assert.equal(parent.resumedAs, childId);
    // Whoever comes next rolls it forward: the whole continuation, and only one.
    const child = await store.rollForward(parent);
    assert.deepEqual(child, transitions.continuationOf(parent));
    assert.deepEqual(child, await store.read(childId));
    assert.deepEqual(
      child?.nextSteps.map(step => step.text),
      ['one', 'two', 'three', 'four', 'five'],
    );
    return 'after';
  },
  next: store => store.update(parentId, note('next')),
  sessions: outcome =>
    outcome === 'after' ? { [parentId]: 'sessions', [childId]: 'sessions' } : { [parentId]: 'sessions' },
};

/** The same for what was completed: the work goes on after all. */
const goOn: OperationKind = {
  ...resume,
  name: 'goOn',
  prepare: store => store.create(completedSession()).then(() => {}),
  async run(store) {
    const parent = await store.update(parentId, (session, moment) =>
      transitions.goOn(session, { newId: childId }, moment),
    );
    return store.rollForward(parent);
  },
  async look(store) {
    const parent = await store.read(parentId);
    assert.deepEqual(inherent(parent), inherent(completedSession()));
    assert.deepEqual([parent.status, parent.outcome], ['completed', 'done']);
    if (parent.resumedAs === null) {
      assert.deepEqual(await store.ids('sessions'), [parentId]);
      return 'before';
    }
    const child = await store.rollForward(parent);
    assert.deepEqual(child, transitions.continuationOf(parent));
    assert.deepEqual(child, await store.read(childId));
    return 'after';
  },
};

const claim: OperationKind = {
  name: 'claimForAgent',
  prepare: async () => {},
  run: store => claimForAgent(store, agent, () => richSession(childId)),
  async look(store) {
    const ids = await store.ids('sessions');
    if (ids.length === 0) return 'before';
    assert.deepEqual(await store.read(childId), richSession(childId));
    return 'after';
  },
  // The same agent again: it gets the session that was claimed for it, or the new one if none was.
  async next(store) {
    const first = await claimForAgent(store, agent, () => richSession(parentId));
    assert.deepEqual(await claimForAgent(store, agent, () => richSession('sess_never')), first);
    assert.deepEqual(await store.ids('sessions'), [first.id]);
    await store.update(first.id, note('next'));
  },
  sessions: outcome => (outcome === 'after' ? { [childId]: 'sessions' } : {}),
};

/** An agent comes back whose session was deleted. */
const claimAnew: OperationKind = {
  name: 'claimForAgent instead of a deleted one',
  async prepare(store) {
    await claimForAgent(store, agent, () => richSession());
    await store.update(parentId, placed('trash'));
  },
  run: store => claimForAgent(store, agent, () => richSession(childId), parentId),
  async look(store) {
    assert.deepEqual(await store.ids('trash'), [parentId]);
    if ((await store.ids('sessions')).length === 0) return 'before';
    assert.deepEqual(await store.read(childId), richSession(childId));
    return 'after';
  },
  // The same agent again: it gets the one that was claimed, or the new one if none was.
  async next(store) {
    const first = await claimForAgent(store, agent, () => richSession('sess_next'), parentId);
    assert.deepEqual(await claimForAgent(store, agent, () => richSession('sess_never'), parentId), first);
    assert.deepEqual(await store.ids('sessions'), [first.id]);
    await store.update(first.id, note('next'));
  },
  // Which one is new depends on where it was interrupted; `look` and `next` see that it is one.
  sessions: () => ({}),
};

const key = 'prj_api';
const record = newProject({ key, name: 'api', root: '/work/api', commonDir: null, remote: null }, minute(0));

const project: OperationKind = {
  name: 'updateProject',
  prepare: store => updateProject(store, key, () => record).then(() => {}),
  run: store => updateProject(store, key, current => current && { ...current, phase: 'beta' }),
  async look(store) {
    const [found, ...others] = await readProjects(store);
    assert.deepEqual(others, []);
    assert.deepEqual({ ...found, phase: null, revision: 1 }, record);
    return found?.phase === 'beta' ? 'after' : 'before';
  },
  next: store => updateProject(store, key, current => current && { ...current, phase: 'gamma' }),
  sessions: () => ({}),
};

const settings: OperationKind = {
  name: 'updateSettings',
  prepare: store => updateSettings(store, 'staleHours', 10).then(() => {}),
  run: store => updateSettings(store, 'archiveAfterDays', 7),
  async look(store) {
    const { settings: found } = await readSettings(store.fs, store.home);
    assert.equal(found.staleHours, 10);
    return found.archiveAfterDays === 7 ? 'after' : 'before';
  },
  next: store => updateSettings(store, 'gitTimeoutSeconds', 9),
  sessions: () => ({}),
};

const archived: Session = { ...completedSession(), place: 'archive' };
const trashed: Session = { ...completedSession(), place: 'trash' };
const moved = (place: Place) => (session: Session) => session.place === place;
const asNow =
  <I extends object>(
    transition: (session: Session, input: I, moment: Moment) => Session,
    input: I,
  ): Transition =>
  (session, moment) =>
    transition(session, input, moment);

/** The same where a move that was interrupted before left an older copy in a later place, which must never be found. */
function overOldCopy(kind: OperationKind, old: Session): OperationKind {
  return {
    ...kind,
    name: `${kind.name} over an old copy in the ${old.place}`,
    async prepare(store) {
      await kind.prepare(store);
      const path = documentPath(store.home, old.id, old.place);
      await store.fs.mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const bytes = Buffer.from(serializeDocument({ ...old, intent: 'an old copy', place: 'sessions' }));
      await writeFlushedFile(store.fs, path, bytes);
    },
  };
}

const desk = deskFile({ tabs: ['src/login.ts'] });

/** A session that names a desk: never without the desk. */
const attaching: OperationKind = {
  ...change(
    'attach a desk',
    richSession(),
    asNow(transitions.attachDesk, { ...desk, window: 'w1', why: 'parked' }),
    session => session.desk !== null,
  ),
  run: store =>
    store.update(
      parentId,
      (session, moment) => transitions.attachDesk(session, { ...desk, window: 'w1', why: 'parked' }, moment),
      { attach: [desk] },
    ),
  async look(store) {
    const session = await store.read(parentId);
    assert.deepEqual(inherent(session), inherent(richSession()));
    if (session.desk === null) return 'before';
    assert.notEqual(await readDesk(store, desk.hash), null);
    return 'after';
  },
};

/** Out of the trash for good: whole, or gone and never made again. */
const removal: OperationKind = {
  name: 'removeForGood',
  prepare: store => put(store, trashed),
  run: store => store.removeForGood(parentId),
  async look(store) {
    if ((await store.ids('trash')).length > 0) {
      assert.deepEqual(inherent(await store.read(parentId)), inherent(trashed));
      return 'before';
    }
    await assert.rejects(store.create(richSession()), { code: 'gone' });
    return 'after';
  },
  // Killed anywhere, the next run goes on.
  next: store => store.removeForGood(parentId),
  sessions: () => ({}),
};

const archiving = change('archive', completedSession(), asNow(transitions.archive, {}), moved('archive'));
const deleting = change('delete', richSession(), asNow(transitions.moveToTrash, {}), moved('trash'));

export const operationKinds: readonly OperationKind[] = [
  create,
  change('update', richSession(), asNow(transitions.log, { message: 'new' }), session =>
    session.events.some(event => event.message === 'new'),
  ),
  resume,
  goOn,
  archiving,
  change('unarchive', archived, asNow(transitions.unarchive, {}), moved('sessions')),
  change(
    'reopen from the archive',
    archived,
    asNow(transitions.reopen, {}),
    session => session.status === 'active',
  ),
  deleting,
  overOldCopy(deleting, archived),
  overOldCopy(archiving, trashed),
  change('delete from the archive', archived, asNow(transitions.moveToTrash, {}), moved('trash')),
  change('restore', trashed, asNow(transitions.restore, {}), moved('sessions')),
  attaching,
  removal,
  claim,
  claimAnew,
  project,
  settings,
];

export function operationKind(name: string): OperationKind {
  const kind = operationKinds.find(each => each.name === name);
  if (kind === undefined) throw new Error(`no operation ${name}`);
  return kind;
}

/** Every document is in exactly the places it should be, after whoever came next. */
export async function assertPlaces(store: SessionStore, wanted: Record<string, Place>): Promise<void> {
  const found: [string, Place][] = [];
  for (const place of ['sessions', 'archive', 'trash'] as const) {
    for (const id of await store.ids(place)) found.push([id, place]);
  }
  assert.deepEqual(
    found.sort(([a], [b]) => (a < b ? -1 : 1)),
    Object.entries(wanted).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** After the doctor, which mends what nobody came by for, everything is there once and nothing is left over. */
export async function assertSettled(
  store: SessionStore,
  kind: OperationKind,
  outcome: 'before' | 'after',
): Promise<void> {
  await examine(store, { fix: true });
  const settled = kind.name === 'create' || kind.name === 'claimForAgent' ? {} : kind.sessions(outcome);
  if (Object.keys(settled).length > 0) await assertPlaces(store, settled);
  assert.deepEqual(await lockRemains(store.home, store.fs), []);
  assert.deepEqual(await examine(store, { fix: false }), []);
}
