import { describe, expect, test } from 'vitest';
import { type ErrorCode, isSessionError } from '../../../src/model/errors.ts';
import type { Session } from '../../../src/model/session.ts';
import * as transitions from '../../../src/model/transitions.ts';
import {
  activeSession,
  at,
  childId,
  minute,
  parkedSession,
  project,
  richSession,
  where,
} from '../../support/builders.ts';

const now = at(60);
const nowText = minute(60).toISOString();

const completed = transitions.complete(richSession(), { outcome: 'done' }, at(10));
const states = {
  active: richSession(),
  parked: parkedSession(),
  completed,
  resumed: transitions.resume(parkedSession(), { newId: childId }, at(20)),
  archived: transitions.archive(completed, {}, at(20)),
  trashed: transitions.moveToTrash(richSession(), {}, at(20)),
};
type State = keyof typeof states;

const actions: Record<string, (session: Session) => Session> = {
  log: session => transitions.log(session, { message: 'm' }, now),
  addTasks: session => transitions.addTasks(session, { tasks: ['new'] }, now),
  setTask: session => transitions.setTask(session, { task: 'cache', status: 'completed' }, now),
  decide: session => transitions.decide(session, { text: 'so' }, now),
  ask: session => transitions.ask(session, { text: 'why?' }, now),
  answer: session => transitions.answer(session, { question: 'for how long?', answer: 'because' }, now),
  addNextSteps: session => transitions.addNextSteps(session, { nextSteps: ['n'] }, now),
  addTags: session => transitions.addTags(session, { tags: ['t'] }, now),
  edit: session => transitions.edit(session, { intent: 'other' }, now),
  setActivity: session => transitions.setActivity(session, { activity: 'tests' }, now),
  setNeeds: session => transitions.setNeeds(session, { needs: 'an answer' }, now),
  beat: session => transitions.beat(session, {}, now),
  addCommits: session =>
    transitions.addCommits(session, { commits: [{ id: 's', message: 'm', at: null }] }, now),
  park: session => transitions.park(session, { reason: null }, now),
  complete: session => transitions.complete(session, { outcome: null }, now),
  resume: session => transitions.resume(session, { newId: 'sess_other' }, now),
  goOn: session => transitions.goOn(session, { newId: 'sess_other' }, now),
  reopen: session => transitions.reopen(session, {}, now),
  archive: session => transitions.archive(session, {}, now),
  unarchive: session => transitions.unarchive(session, {}, now),
  moveToTrash: session => transitions.moveToTrash(session, {}, now),
  restore: session => transitions.restore(session, {}, now),
};

/** What comes of each action in each state: the status (and the place, if another), or the refusal. */
type Outcome = Record<State, Session['status'] | `${Session['status']} in ${Session['place']}` | ErrorCode>;

const note: Outcome = {
  active: 'active',
  parked: 'parked',
  completed: 'wrong_status',
  resumed: 'already_resumed',
  archived: 'wrong_status',
  trashed: 'in_trash',
};
const whileActive: Outcome = { ...note, parked: 'wrong_status' };

const table: Record<keyof typeof actions, Outcome> = {
  // Parked sessions still take notes; completed ones take nothing until they are reopened.
  log: note,
  addTasks: note,
  setTask: note,
  decide: note,
  ask: note,
  answer: note,
  addNextSteps: note,
  addTags: note,
  edit: note,
  setActivity: whileActive,
  setNeeds: whileActive,
  beat: whileActive,
  addCommits: whileActive,
  park: { ...whileActive, active: 'parked' },
  complete: { ...note, active: 'completed', parked: 'completed' },
  resume: {
    active: 'wrong_status',
    parked: 'completed',
    completed: 'wrong_status',
    resumed: 'already_resumed',
    archived: 'wrong_status',
    trashed: 'in_trash',
  },
  goOn: {
    active: 'wrong_status',
    parked: 'wrong_status',
    completed: 'completed',
    resumed: 'already_resumed',
    archived: 'completed in archive',
    trashed: 'in_trash',
  },
  reopen: {
    active: 'wrong_status',
    parked: 'wrong_status',
    completed: 'active',
    resumed: 'already_resumed',
    archived: 'active',
    trashed: 'in_trash',
  },
  archive: {
    active: 'wrong_status',
    parked: 'wrong_status',
    completed: 'completed in archive',
    resumed: 'completed in archive',
    archived: 'wrong_place',
    trashed: 'in_trash',
  },
  unarchive: {
    active: 'wrong_place',
    parked: 'wrong_place',
    completed: 'wrong_place',
    resumed: 'wrong_place',
    archived: 'completed',
    trashed: 'in_trash',
  },
  moveToTrash: {
    active: 'active in trash',
    parked: 'parked in trash',
    completed: 'completed in trash',
    resumed: 'completed in trash',
    archived: 'completed in trash',
    trashed: 'wrong_place',
  },
  restore: {
    active: 'wrong_place',
    parked: 'wrong_place',
    completed: 'wrong_place',
    resumed: 'wrong_place',
    archived: 'wrong_place',
    trashed: 'active',
  },
};

describe.for(Object.keys(actions))('%s', name => {
  test.for(Object.keys(states) as State[])('on a session that is %s', state => {
    const before = structuredClone(states[state]);
    const outcome = outcomeOf(() => (actions[name] as (session: Session) => Session)(states[state]));
    expect(outcome).toBe(table[name]?.[state]);
    // A transition never changes what it was given.
    expect(states[state]).toEqual(before);
  });
});

function outcomeOf(run: () => Session): string {
  try {
    const session = run();
    return session.place === 'sessions' ? session.status : `${session.status} in ${session.place}`;
  } catch (error) {
    if (isSessionError(error)) return error.code;
    throw error;
  }
}

/** The details of the refusal. */
function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isSessionError(error)) return { code: error.code, ...error.details };
    throw error;
  }
  return null;
}

test('refusals have the data that their sentences need', () => {
  const id = states.active.id;
  const resume = actions.resume as (session: Session) => Session;
  expect(refusal(() => resume(states.resumed))).toEqual({ code: 'already_resumed', id, resumedAs: childId });
  expect(refusal(() => resume(states.active))).toEqual({
    code: 'wrong_status',
    id,
    status: 'active',
    wanted: ['parked'],
    action: 'resume',
  });
  expect(refusal(() => transitions.archive(states.archived, {}, now))).toEqual({
    code: 'wrong_place',
    id,
    place: 'archive',
    action: 'archive',
  });
});

test('a start has nothing but what it was given', () => {
  const session = transitions.start({ id: 'sess_1', intent: 'i', project, where, tags: ['a', 'a'] }, now);
  expect(session).toMatchObject({
    status: 'active',
    revision: 1,
    place: 'sessions',
    where: { ...where, machine: 'here' },
    tasks: [],
    events: [],
  });
  expect(session.tags.map(({ id }) => id)).toEqual(['a']);
  expect(session.startedAt).toBe(nowText);
  expect(session.history).toEqual([
    { id: 'start', stamp: session.stamp, at: nowText, what: 'active', note: null },
  ]);
});

test('parking and completing change what belongs together', () => {
  let session = transitions.setNeeds(activeSession(), { needs: 'a review' }, at(1));
  session = transitions.setActivity(session, { activity: 'typing' }, at(2));
  const parked = transitions.park(session, { reason: 'lunch', nextSteps: ['test it'] }, at(3));
  expect(parked).toMatchObject({
    parkedReason: 'lunch',
    parkedAt: minute(3).toISOString(),
    activity: null,
    needs: null,
  });
  expect(parked.lastHeartbeatAt).toBe(minute(3).toISOString());
  expect(parked.nextSteps.map(({ text }) => text)).toEqual(['test it']);
  const dropped = transitions.complete(parked, { outcome: 'dropped' }, at(4));
  expect(dropped).toMatchObject({ outcome: 'dropped', endedAt: minute(4).toISOString() });
  expect(dropped.lastHeartbeatAt).toBe(minute(4).toISOString());
  const reopened = transitions.reopen(dropped, {}, at(5));
  expect(reopened).toMatchObject({
    status: 'active',
    endedAt: null,
    outcome: null,
    parkedAt: null,
    parkedReason: null,
  });
  expect(reopened.history.map(change => change.what)).toEqual(['active', 'parked', 'completed', 'active']);
});

test('a session from the archive that is reopened is back in the list', () => {
  expect(transitions.reopen(states.archived, {}, now)).toMatchObject({ status: 'active', place: 'sessions' });
});

test('time at work counts gaps of up to fifteen minutes while active, of each machine and day', () => {
  let session = transitions.log(activeSession(), { message: '1' }, at(15));
  session = transitions.log(session, { message: '2' }, at(31));
  session = transitions.log(session, { message: '3' }, { ...at(33, 'there'), today: '2026-11-22' });
  // Back, by a clock that is behind: no work, and the time it is now is honestly told.
  session = transitions.log(session, { message: '4' }, at(32));
  expect(session.lastHeartbeatAt).toBe(minute(32).toISOString());
  session = transitions.park(session, { reason: null }, at(33));
  session = transitions.log(session, { message: '5' }, at(34));
  expect(session.active).toEqual({ here: 16 * 60_000, there: 2 * 60_000 });
  expect(session.days).toEqual({
    here: { '2026-11-21': 16 * 60_000 },
    there: { '2026-11-22': 2 * 60_000 },
  });
});

describe('tasks', () => {
  test('have subjects of their own, whether added or renamed', () => {
    const session = richSession();
    const add = (...subjects: string[]) => transitions.addTasks(session, { tasks: subjects }, now);
    expect(refusal(() => add('new', 'cache'))).toMatchObject({ code: 'duplicate_subject', subject: 'cache' });
    expect(refusal(() => add('twice', 'twice'))).toMatchObject({
      code: 'duplicate_subject',
      subject: 'twice',
    });
    const rename = (subject: string) => transitions.setTask(session, { task: 'measure', subject }, now);
    expect(refusal(() => rename('cache'))).toMatchObject({ code: 'duplicate_subject', subject: 'cache' });
    expect(rename('measure').tasks[0]?.subject).toBe('measure');
    expect(rename('measure again').tasks[0]?.subject).toBe('measure again');
  });

  test.for([
    [richSession().tasks[1]?.id, 'cache'],
    ['cache', 'cache'],
    ['CACH', 'cache'],
    ['write it', 'write it down'],
    ['3', 'write it down'],
    ['04', 'ask the vendor'],
  ])('are found by %j', ([query, subject]) => {
    const changed = transitions.setTask(richSession(), { task: query as string, status: 'skipped' }, now);
    expect(changed.tasks.find(task => task.subject === subject)).toMatchObject({
      status: 'skipped',
      edits: { status: changed.clock },
    });
  });

  test('that are not there or not clear are refused', () => {
    const set = (task: string) => () => transitions.setTask(richSession(), { task, status: 'skipped' }, now);
    expect(refusal(set('nothing'))).toEqual({ code: 'not_found', what: 'task', query: 'nothing' });
    expect(refusal(set(''))).toMatchObject({ code: 'not_found' });
    expect(refusal(set('e'))).toMatchObject({ code: 'ambiguous', candidates: { length: 4 } });
  });

  describe('with ids of before and random ones', () => {
    const subjects = ['paint 7 walls', 'sand 7 doors', 'make a task force'];
    const ids = ['task_00000003', 'task_7f3a0002', 'task_12345678'];
    const added = transitions.addTasks(activeSession(), { tasks: subjects }, now);
    const tasks = added.tasks.map((task, index) => ({ ...task, id: ids[index] as string }));
    const session = { ...added, tasks };
    const found = (task: string) => {
      const changed = transitions.setTask(session, { task, status: 'skipped' }, now).tasks;
      return changed.filter(each => each.status === 'skipped').map(each => each.subject);
    };

    test('a number is the place in the list, never a digit that is in an id or in a subject', () => {
      for (const [index, subject] of subjects.entries()) expect(found(`${index + 1}`)).toEqual([subject]);
      for (const number of ['0', '7', '12', '99999'])
        expect(refusal(() => found(number))).toMatchObject({ code: 'not_found', query: number });
    });

    test('a part of an id counts from four characters on, of a subject at any length', () => {
      expect(found('7f3a')).toEqual([subjects[1]]);
      expect(found('7F3A')).toEqual([subjects[1]]);
      expect(found('12345678')).toEqual([subjects[2]]);
      expect(refusal(() => found('7f3'))).toMatchObject({ code: 'not_found' });
      expect(found('sa')).toEqual([subjects[1]]);
      expect(found('task')).toEqual([subjects[2]]);
      expect(found('task_7f')).toEqual([subjects[1]]);
    });

    test('a subject that is a number is meant before the place', () => {
      const named = transitions.addTasks(session, { tasks: ['1'] }, now);
      const changed = transitions.setTask(named, { task: '1', status: 'skipped' }, now);
      expect(changed.tasks.map(each => each.status === 'skipped')).toEqual([false, false, false, true]);
    });
  });

  test('of one name or id, as an import of before left them, are told apart by their place', () => {
    const [task] = richSession().tasks as [Session['tasks'][number]];
    const twins = activeSession(undefined, { tasks: [task, { ...task }] });
    const changed = transitions.setTask(twins, { task: '2', status: 'skipped' }, now);
    expect(changed.tasks.map(each => each.status)).toEqual([task.status, 'skipped']);
    const named = activeSession(undefined, { tasks: [task, { ...task, id: 'task_other' }] });
    const done = transitions.setTask(named, { task: 'task_other', status: 'skipped' }, now);
    expect(done.tasks.map(each => each.status)).toEqual([task.status, 'skipped']);
  });
});

test('an answer is not overwritten by a later one', () => {
  const again = () => transitions.answer(richSession(), { question: 'who owns it?', answer: 'nobody' }, now);
  expect(refusal(again)).toMatchObject({ code: 'already_answered', question: 'who owns it?' });
  const answered = transitions.answer(richSession(), { question: 'how long', answer: 'an hour' }, now);
  expect(answered.questions[0]?.answers).toMatchObject([{ text: 'an hour', at: nowText }]);
  const byPlace = transitions.answer(richSession(), { question: '1', answer: 'an hour' }, now);
  expect(byPlace.questions[0]?.answers).toMatchObject([{ text: 'an hour' }]);
  expect(refusal(() => transitions.answer(richSession(), { question: '3', answer: 'x' }, now))).toMatchObject(
    { code: 'not_found' },
  );
});

test('commits and files are there once', () => {
  const commits = ['c0ffee', 'beef', 'beef'].map(id => ({ id, message: id, at: null }));
  const session = transitions.addCommits(
    richSession(),
    { commits, files: ['src/login.ts', 'b.ts', 'b.ts'] },
    now,
  );
  expect(session.commits.map(commit => commit.id)).toEqual(['c0ffee', 'beef']);
  expect(session.files.map(({ id }) => id)).toEqual(['src/login.ts', 'b.ts']);
});

test('an edit changes what it names and nothing else', () => {
  const edited = transitions.edit(richSession(), { ref: null }, now);
  const { clock } = edited;
  expect(edited).toEqual({
    ...richSession(),
    ref: null,
    lastHeartbeatAt: nowText,
    clock,
    edits: { ...richSession().edits, ref: clock, lastHeartbeatAt: clock },
  });
});

test('nothing to add is nothing done', () => {
  const session = states.completed;
  expect(transitions.addTasks(session, { tasks: [] }, now)).toBe(session);
});
