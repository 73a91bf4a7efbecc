import { describe, expect, test, vi } from 'vitest';
import { carry, join, settle } from '../../../src/model/merge.ts';
import type { Session } from '../../../src/model/session.ts';
import { takeOut } from '../../../src/model/sessionRules.ts';
import type { Moment } from '../../../src/model/stamp.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { activeSession, at, childId, parentId, parkedSession } from '../../support/builders.ts';
import { type Join, simulate } from '../../support/machines.ts';

vi.setConfig({ testTimeout: 120_000 });

const runs = Number(process.env['MERGES'] ?? 400);

test('three machines that join in every way lose nothing, and nothing removed comes back', () => {
  let twoClaims = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const { problems, hadTwoClaims } = simulate(seed);
    expect(problems, `seed ${seed}`).toEqual([]);
    if (hadTwoClaims) twoClaims++;
  }
  // If no run had two claims, nothing was shown of them.
  expect(twoClaims).toBeGreaterThan(0);
});

const naive: Readonly<Record<string, Join>> = {
  'the newest document wins': (a, b) => (a.clock >= b.clock ? a : b),
  'no record of what was removed': (a, b) => join({ ...a, removed: {} }, { ...b, removed: {} }),
  'times at work are added': (a, b) => {
    const added = (machine: string) => (a.active[machine] ?? 0) + (b.active[machine] ?? 0);
    const machines = [...Object.keys(a.active), ...Object.keys(b.active)];
    return settle({
      ...join(a, b),
      active: Object.fromEntries(machines.map(each => [each, added(each)])),
    } as Session);
  },
};

test.for(Object.keys(naive))('the same runs find the fault where %s', name => {
  const found = Array.from({ length: 100 }, (_, seed) => simulate(seed + 1, naive[name]).problems.length > 0);
  expect(found.filter(Boolean).length).toBeGreaterThan(10);
});

describe('what a parent learns after it was resumed', () => {
  const parked = parkedSession();
  const parent = transitions.resume(parked, { newId: childId }, at(60, 'here'));
  const child = transitions.continuationOf(parent) as Session;
  const random = '1'.repeat(12);
  /** Another machine, that does not know of the resume, goes on in the parent. */
  const late = (change: (session: Session, moment: Moment) => Session) =>
    join(parent, change(parked, { ...at(90, 'there'), random }));

  test('flows into its continuation: what is open, and what became of what it has', () => {
    const cases: Record<string, (session: Session, moment: Moment) => Session> = {
      tasks: (session, now) => transitions.addTasks(session, { tasks: ['a late one'] }, now),
      questions: (session, now) => transitions.ask(session, { text: 'a late one' }, now),
      nextSteps: (session, now) => transitions.addNextSteps(session, { nextSteps: ['a late one'] }, now),
      decisions: (session, now) => transitions.decide(session, { text: 'a late one' }, now),
    };
    for (const [list, change] of Object.entries(cases)) {
      const carried = carry(late(change), child);
      expect(carried[list as 'tasks']).toHaveLength(child[list as 'tasks'].length + 1);
      expect(JSON.stringify(carried[list as 'tasks'])).toContain('a late one');
      expect(carried.clock >= late(change).clock).toBe(true);
      expect(settle(carried)).toEqual(carried);
    }
    expect(carry(late(cases['decisions'] as never), child).decisions.map(({ from }) => from)).toEqual([
      parentId,
      parentId,
    ]);
    const done = late((session, now) =>
      transitions.setTask(session, { task: 'cache', status: 'completed' }, now),
    );
    expect(carry(done, child).tasks[0]).toMatchObject({ subject: 'cache', status: 'completed' });
    const answered = late((session, now) =>
      transitions.answer(session, { question: 'for how long?', answer: 'an hour' }, now),
    );
    expect(carry(answered, child).questions[0]?.answers).toMatchObject([{ text: 'an hour' }]);
  });

  test('changes nothing a second time, nor where there is nothing new, nor in the session of another', () => {
    const more = late((session, now) => transitions.addTasks(session, { tasks: ['a late one'] }, now));
    const once = carry(more, child);
    expect(carry(more, once)).toEqual(once);
    expect(carry(parent, child)).toEqual(child);
    expect(carry({ ...more, id: 'sess_other' }, child)).toBe(child);
  });

  test('brings back nothing that was removed, in the one or in the other', () => {
    const [first, second] = child.tasks as [Session['tasks'][number], Session['tasks'][number]];
    const beaten = transitions.beat(child, {}, at(70));
    const without = takeOut(beaten, 'tasks', new Set([first.id]));
    expect(carry(parent, without).tasks).toEqual([second]);
    const removed = late((session, now) =>
      takeOut(transitions.log(session, { message: 'removes' }, now), 'tasks', new Set([second.id])),
    );
    const carried = carry(removed, without);
    expect(carried.tasks).toEqual([]);
    expect(carry(parent, carried).tasks).toEqual([]);
    expect(join(carried, child).tasks).toEqual([]);
    // The next thing that is said is later than all of it.
    expect(transitions.log(carried, { message: 'm' }, at(0)).clock > removed.clock).toBe(true);
  });
});

test('a field that only an older version of an item has does not pass for one of the newer', () => {
  const commit = (minutes: number, machine: string, capturedOn?: string) =>
    transitions.addCommits(
      activeSession(),
      { commits: [{ id: 'c0ffee', message: machine, at: null, ...(capturedOn && { capturedOn }) }] },
      at(minutes, machine),
    );
  const [a, b, c] = [commit(1, 'a', 'main'), commit(3, 'b'), commit(2, 'c', 'feat')];
  expect(join(join(a, b), c).commits).toEqual(join(a, join(b, c)).commits);
  expect(join(join(a, b), c).commits).toMatchObject([{ message: 'b', capturedOn: 'feat' }]);
});
