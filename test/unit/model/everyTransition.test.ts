import { describe, expect, test } from 'vitest';
import { isSessionError } from '../../../src/model/errors.ts';
import { join, settle } from '../../../src/model/merge.ts';
import { type Session, sessionLists, sessionSchema } from '../../../src/model/session.ts';
import type { Moment } from '../../../src/model/stamp.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { at, childId, completedSession, parkedSession, richSession, where } from '../../support/builders.ts';

/*
 * What every change of a session must do, whichever it is: its status is what follows from the rest, everything that
 * it writes has a stamp later than all that was there, and two copies of what it made are one.
 */

type Change = (session: Session, moment: Moment) => Session;

/** Every transition, with inputs that write all there is to write. */
const changes: Record<string, Change> = {
  log: (session, now) => transitions.log(session, { message: 'm', kind: 'k', by: 'b' }, now),
  setActivity: (session, now) => transitions.setActivity(session, { activity: 'a' }, now),
  'setActivity to nothing': (session, now) => transitions.setActivity(session, { activity: null }, now),
  setNeeds: (session, now) => transitions.setNeeds(session, { needs: 'n', kind: 'idle', by: 'b' }, now),
  beat: (session, now) => transitions.beat(session, {}, now),
  addTasks: (session, now) => transitions.addTasks(session, { tasks: ['t1', 't2'] }, now),
  setTask: (session, now) =>
    transitions.setTask(session, { task: 'cache', status: 'completed', subject: 'c' }, now),
  'setTask to what it is': (session, now) => transitions.setTask(session, { task: 'cache' }, now),
  decide: (session, now) => transitions.decide(session, { text: 'd' }, now),
  ask: (session, now) => transitions.ask(session, { text: 'q' }, now),
  answer: (session, now) =>
    transitions.answer(session, { question: 'for how long?', answer: 'an hour' }, now),
  addNextSteps: (session, now) => transitions.addNextSteps(session, { nextSteps: ['n1', 'n2'] }, now),
  addTags: (session, now) => transitions.addTags(session, { tags: ['z', 'a', 'speed'] }, now),
  addCommits: (session, now) =>
    transitions.addCommits(
      session,
      {
        commits: ['f00d', 'beef'].map(id => ({ id, message: id, at: null, capturedOn: 'main' })),
        files: ['z.ts', 'a.ts', 'src/login.ts'],
        filesLeft: ['src/login.ts'],
      },
      now,
    ),
  'addCommits of one known by the beginning of its name, and rewritten': (session, now) => {
    const known = transitions.addCommits(
      session,
      {
        commits: ['abcdef12', '12345678'].map(id => ({ id, message: id, at: null, capturedOn: 'main' })),
      },
      now,
    );
    const whole = { id: `abcdef12${'0'.repeat(32)}`, message: '', at: null };
    return transitions.addCommits(known, { commits: [whole], superseded: ['12345678'] }, now);
  },
  moveTo: (session, now) => transitions.moveTo(session, { ...where, worktree: '/elsewhere' }, now),
  edit: (session, now) => transitions.edit(session, { intent: 'i', ref: null, branch: 'b' }, now),
  park: (session, now) => transitions.park(session, { reason: 'r', nextSteps: ['first', 'second'] }, now),
  complete: (session, now) => transitions.complete(session, { outcome: 'o', nextSteps: ['last'] }, now),
  reopen: (session, now) => transitions.reopen(session, {}, now),
  resume: (session, now) => transitions.resume(session, { newId: 'sess_next' }, now),
  goOn: (session, now) => transitions.goOn(session, { newId: 'sess_next' }, now),
  archive: (session, now) => transitions.archive(session, {}, now),
  unarchive: (session, now) => transitions.unarchive(session, {}, now),
  moveToTrash: (session, now) => transitions.moveToTrash(session, {}, now),
  restore: (session, now) => transitions.restore(session, {}, now),
  attachDesk: (session, now) =>
    transitions.attachDesk(session, { hash: 'f'.repeat(64), size: 9, window: 'w', why: 'parked' }, now),
  closeClaim: (session, now) => transitions.closeClaim(session, { claim: childId }, now),
};

const states: Record<string, Session> = {
  active: richSession(),
  parked: parkedSession(),
  completed: completedSession(),
  resumed: transitions.resume(parkedSession(), { newId: childId }, at(20)),
  archived: transitions.archive(completedSession(), {}, at(20)),
  trashed: transitions.moveToTrash(parkedSession(), {}, at(20)),
};

test('every transition is here', () => {
  const others = ['start', 'continuationOf', 'earlierOf'];
  const names = Object.keys(transitions).filter(name => !others.includes(name));
  const tried = new Set(Object.keys(changes).map(name => name.split(' ')[0]));
  expect([...tried].sort()).toEqual(names.sort());
  // Each is allowed somewhere: else nothing is shown of it.
  for (const [name, change] of Object.entries(changes))
    expect(
      Object.values(states).some(session => outcomeOf(change, session, at(30)) !== null),
      name,
    ).toBe(true);
});

/** What a change makes of a session; null if it is refused. */
function outcomeOf(change: Change, session: Session, moment: Moment): Session | null {
  try {
    return change(session, moment);
  } catch (error) {
    if (isSessionError(error)) return null;
    throw error;
  }
}

/** The clock is right, behind all that was written, and far ahead of it. */
const moments = { later: at(30), earlier: at(-600), 'much later': at(60 * 24 * 4_000, 'there') };
const derived = ['status', 'endedAt', 'outcome', 'parkedAt', 'parkedReason', 'resumedAs'];
const structure = [
  'clock',
  'edits',
  'removed',
  'active',
  'days',
  'desks',
  'revision',
  ...sessionLists,
  ...derived,
];

interface Item {
  readonly id: string;
  readonly stamp: string;
  readonly edits?: Readonly<Record<string, string>>;
  readonly answers?: readonly Item[];
}
type Fields = Readonly<Record<string, unknown>>;

describe.for(Object.keys(changes))('%s', name => {
  test.for(Object.keys(states).flatMap(state => Object.keys(moments).map(when => [state, when] as const)))(
    'on a session that is %s, %s',
    ([state, when]) => {
      const before = states[state] as Session;
      const result = outcomeOf(changes[name] as Change, before, moments[when as keyof typeof moments]);
      // Refused, or nothing to write.
      if (result === null || result === before) return;
      expect(settle(result)).toEqual(result);
      expect(result.clock > before.clock).toBe(true);
      expect(sessionSchema.safeParse(result).success).toBe(true);
      expect(join(result, result)).toEqual(result);
      expect(join(before, result)).toEqual(result);
      expect(join(result, before)).toEqual(result);
      const isNew = (stamp: string | undefined) =>
        stamp !== undefined && stamp > before.clock && stamp <= result.clock;
      expectStamped(before as unknown as Fields, result as unknown as Fields, structure, isNew, name);
      for (const list of sessionLists)
        expectItems(before[list] as readonly Item[], result[list] as readonly Item[], isNew, list);
      for (const list of sessionLists)
        for (const { id } of before[list])
          if (!result[list].some(item => item.id === id))
            expect(isNew(result.removed[list]?.[id])).toBe(true);
    },
  );
});

/** Every register that changed has its new stamp in `edits`. */
function expectStamped(
  before: Fields,
  after: Fields,
  apart: readonly string[],
  isNew: (stamp: string | undefined) => boolean,
  what: string,
): void {
  const edits = after['edits'] as Readonly<Record<string, string>> | undefined;
  for (const field of Object.keys(after)) {
    if (apart.includes(field) || JSON.stringify(before[field]) === JSON.stringify(after[field])) continue;
    expect(isNew(edits?.[field]), `${what}: ${field}`).toBe(true);
  }
}

/** Every new item has a new stamp, and is the only one of its id; one that was there changes as a document does. */
function expectItems(
  before: readonly Item[],
  after: readonly Item[],
  isNew: (stamp: string | undefined) => boolean,
  list: string,
): void {
  expect(new Set(after.map(({ id }) => id)).size).toBe(after.length);
  const known = new Map(before.map(item => [item.id, item]));
  for (const item of after) {
    const was = known.get(item.id);
    // What is its own id may be taken out and come again by one change: then it is new.
    if (was?.stamp !== item.stamp) expect(isNew(item.stamp), `${list}: ${item.id}`).toBe(true);
    else {
      expectStamped(
        was as unknown as Fields,
        item as unknown as Fields,
        // A claim that is closed stays so: no stamp decides it.
        ['id', 'edits', 'answers', 'made'],
        isNew,
        `${list} ${item.id}`,
      );
      expectItems(was.answers ?? [], item.answers ?? [], isNew, `${list} ${item.id} answers`);
    }
  }
}
