import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSessionError } from '../../../src/model/errors.ts';
import { parseJson } from '../../../src/model/json.ts';
import { parseSession, serializeDocument } from '../../../src/model/parseSession.ts';
import {
  activeMsOf,
  countsOf,
  firstAnswer,
  statusChanges,
  summaryOf,
  timelineOf,
} from '../../../src/model/queries.ts';
import { type Session, taskStatuses } from '../../../src/model/session.ts';
import type { Moment } from '../../../src/model/stamp.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { activeSession, at, minute, parentId, project, richSession } from '../../support/builders.ts';

/** A transition with its input and the minutes by which the clock moved before it, which may be backwards. */
interface Move {
  readonly name: string;
  readonly run: (session: Session, now: Moment, id: string) => Session;
  readonly minutes: number;
}

const subject = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const texts = fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 });
const move = (name: string, arbitrary: fc.Arbitrary<Move['run']>): fc.Arbitrary<Move> =>
  fc.record({ name: fc.constant(name), run: arbitrary, minutes: fc.integer({ min: -600, max: 600 }) });
const always = (run: Move['run']) => fc.constant(run);

const moves = fc.array(
  fc.oneof(
    move(
      'log',
      always((session, now, id) => transitions.log(session, { message: id }, now)),
    ),
    move(
      'addTasks',
      fc
        .uniqueArray(subject, { maxLength: 3 })
        .map(subjects => (session, now) => transitions.addTasks(session, { tasks: subjects }, now)),
    ),
    move(
      'setTask',
      fc
        .record({
          task: subject,
          status: fc.constantFrom(...taskStatuses),
          subject: fc.option(subject, { nil: undefined }),
        })
        .map(input => (session, now) => transitions.setTask(session, input, now)),
    ),
    move(
      'decide',
      always((session, now, id) => transitions.decide(session, { text: id }, now)),
    ),
    move(
      'ask',
      always((session, now, id) => transitions.ask(session, { text: id }, now)),
    ),
    move(
      'answer',
      fc.nat({ max: 5 }).map(index => (session, now) => {
        const question = session.questions[index]?.id ?? 'none';
        return transitions.answer(session, { question, answer: 'yes' }, now);
      }),
    ),
    move(
      'next',
      texts.map(nextSteps => (session, now) => transitions.addNextSteps(session, { nextSteps }, now)),
    ),
    move(
      'tag',
      texts.map(tags => (session, now) => transitions.addTags(session, { tags }, now)),
    ),
    move(
      'park',
      always((session, now) => transitions.park(session, { reason: null }, now)),
    ),
    move(
      'complete',
      always((session, now) => transitions.complete(session, { outcome: null }, now)),
    ),
    move(
      'reopen',
      always((session, now) => transitions.reopen(session, {}, now)),
    ),
    move(
      'resume',
      always((session, now, id) => transitions.resume(session, { newId: id }, now)),
    ),
    move(
      'goOn',
      always((session, now, id) => transitions.goOn(session, { newId: id }, now)),
    ),
    move(
      'archive',
      always((session, now) => transitions.archive(session, {}, now)),
    ),
    move(
      'unarchive',
      always((session, now) => transitions.unarchive(session, {}, now)),
    ),
    move(
      'trash',
      always((session, now) => transitions.moveToTrash(session, {}, now)),
    ),
    move(
      'restore',
      always((session, now) => transitions.restore(session, {}, now)),
    ),
  ),
  { minLength: 10, maxLength: 80 },
);
/** The same where the clock stays within a day, and where it goes anywhere. */
const slowMoves = moves.map(list => list.map(each => ({ ...each, minutes: each.minutes / 40 })));
const wildMoves = moves.map(list => list.map(each => ({ ...each, minutes: each.minutes * 1_000 })));

/** The times of a session that say when something happened in it, one list each. */
function timesOf({ events, history, tasks, questions, decisions }: Session): string[][] {
  return [
    events.map(({ at }) => at),
    history.map(({ at }) => at),
    decisions.filter(({ from }) => from === undefined).map(({ at }) => at),
    tasks.map(({ at }) => at),
    questions.map(({ at }) => at),
  ];
}

const allowed: Record<string, readonly string[]> = {
  park: ['active>parked'],
  complete: ['active>completed', 'parked>completed'],
  resume: ['parked>completed'],
  reopen: ['completed>active'],
};

/** Plays the moves; a session that is resumed goes on as its continuation. Calls `check` after each that was allowed. */
function play(
  list: readonly Move[],
  check: (before: Session, after: Session, name: string, now: Date) => void,
): Session[] {
  let session = activeSession(parentId);
  let clock = 0;
  const line = [session];
  for (const [index, { name, run, minutes }] of list.entries()) {
    clock += minutes;
    try {
      const after = run(session, at(clock), `id${index}`);
      check(session, after, name, minute(clock));
      session = after;
      line[line.length - 1] = session;
    } catch (error) {
      // A refusal is typed and changes nothing.
      if (!isSessionError(error)) throw error;
    }
    const continuation = transitions.continuationOf(session);
    if (
      (name === 'resume' || name === 'goOn') &&
      continuation !== null &&
      session.resumedAs === `id${index}`
    ) {
      session = continuation;
      line.push(session);
    }
  }
  return line;
}

test('the status changes only as the table of transitions says, and the history tells of each change', () => {
  fc.assert(
    fc.property(moves, list => {
      play(list, (before, after, name) => {
        const change = `${before.status}>${after.status}`;
        const [was, is] = [statusChanges(before), statusChanges(after)];
        if (before.status === after.status) expect(is).toEqual(was);
        else {
          expect(allowed[name]).toContain(change);
          expect(is).toHaveLength(was.length + 1);
        }
        expect(is.at(-1)?.to).toBe(after.status);
        expect(after.endedAt !== null).toBe(after.status === 'completed');
        expect(after.parkedAt !== null || after.status !== 'parked').toBe(true);
      });
    }),
  );
});

test('task subjects and ids stay unique', () => {
  fc.assert(
    fc.property(moves, list => {
      play(list, (_, { tasks, tags }) => {
        expect(new Set(tasks.map(task => task.subject)).size).toBe(tasks.length);
        expect(new Set(tasks.map(task => task.id)).size).toBe(tasks.length);
        expect(new Set(tags.map(tag => tag.id)).size).toBe(tags.length);
      });
    }),
  );
});

test('the lineage goes both ways and nothing open is lost on it', () => {
  fc.assert(
    fc.property(moves, list => {
      const line = play(list, () => {});
      for (const [index, child] of line.entries()) {
        const parent = line[index - 1];
        expect(child.resumedFrom).toBe(parent?.id ?? null);
        if (parent === undefined) continue;
        expect(parent).toMatchObject({ resumedAs: child.id, status: 'completed' });
        const ids = child.tasks.map(task => task.id);
        for (const { id, status } of parent.tasks) {
          expect(ids.includes(id)).toBe(status === 'pending' || status === 'in_progress');
        }
        expect(child.nextSteps.slice(0, parent.nextSteps.length)).toEqual(parent.nextSteps);
        expect(child.decisions.slice(0, parent.decisions.length).map(each => each.id)).toEqual(
          parent.decisions.map(each => each.id),
        );
        const inherited = child.questions.map(question => question.id);
        for (const question of parent.questions)
          if (firstAnswer(question) === null) expect(inherited).toContain(question.id);
      }
    }),
  );
});

test('counts add up', () => {
  fc.assert(
    fc.property(moves, list => {
      for (const session of play(list, () => {})) {
        const counts = countsOf(session);
        const { tasksPending, tasksInProgress, tasksCompleted, tasksSkipped } = counts;
        expect(tasksPending + tasksInProgress + tasksCompleted + tasksSkipped).toBe(counts.tasks);
        expect(counts.tasks).toBe(session.tasks.length);
        expect(counts.questionsOpen).toBeLessThanOrEqual(counts.questions);
        expect(summaryOf(session)).toMatchObject({ counts, nextStep: session.nextSteps[0]?.text ?? null });
      }
    }),
  );
});

test('stamps never run backwards, whatever the clock does, and no time at work is lost', () => {
  fc.assert(
    fc.property(fc.oneof(slowMoves, wildMoves), list => {
      const ordered = (...stamps: (string | undefined)[]) => {
        const known = stamps.filter(stamp => stamp !== undefined);
        expect(known).toEqual([...known].sort());
      };
      const line = play(list, (before, after, _, now) => {
        expect(after === before || after.clock > before.clock).toBe(true);
        ordered(after.stamp, ...after.events.map(event => event.stamp), after.clock);
        ordered(after.stamp, ...after.history.map(change => change.stamp), after.clock);
        ordered(...after.tags.map(tag => tag.stamp), after.clock);
        for (const task of after.tasks) ordered(task.stamp, task.edits?.status, after.clock);
        for (const { stamp, answers } of after.questions) ordered(stamp, answers[0]?.stamp, after.clock);
        // The wall clock is told as it is.
        if (after.lastHeartbeatAt !== before.lastHeartbeatAt)
          expect(after.lastHeartbeatAt).toBe(now.toISOString());
        expect(activeMsOf(after)).toBeGreaterThanOrEqual(activeMsOf(before));
      });
      for (const [index, child] of line.entries()) ordered(line[index - 1]?.stamp, child.stamp);
    }),
  );
});

test('after a day on which the clock was far ahead, what happens is dated with the time it is', () => {
  const daysAhead = fc.integer({ min: 2, max: 30_000 });
  fc.assert(
    fc.property(moves, daysAhead, moves, (before, days, after) => {
      const ahead: Move = {
        name: 'log',
        run: (session, now, id) => transitions.log(session, { message: id }, now),
        minutes: days * 1440,
      };
      const back: Move = { ...ahead, minutes: -days * 1440 };
      const soon = (now: Date) => now.getTime() + 86_400_000;
      play([...before, ahead, back, ...after], (was, is, _, now) => {
        expect(activeMsOf(is) - activeMsOf(was)).toBeLessThanOrEqual(15 * 60_000);
        expect(activeMsOf(is)).toBeGreaterThanOrEqual(activeMsOf(was));
        for (const [index, list] of timesOf(is).entries()) {
          // What was there is as it was and where it was; what is new is not in a far future.
          const old = timesOf(was)[index] ?? [];
          expect(list.slice(0, old.length)).toEqual(old);
          for (const time of list.slice(old.length)) expect(Date.parse(time)).toBeLessThanOrEqual(soon(now));
        }
        if (is.lastHeartbeatAt !== was.lastHeartbeatAt)
          expect(Date.parse(is.lastHeartbeatAt)).toBeLessThanOrEqual(soon(now));
      });
    }),
  );
});

test('the timeline has every event and every change, each list in its own order', () => {
  fc.assert(
    fc.property(wildMoves, list => {
      for (const session of play(list, () => {})) {
        const timeline = timelineOf(session);
        expect(timeline.flatMap(each => ('event' in each ? [each.event] : []))).toEqual(session.events);
        expect(timeline.flatMap(each => ('change' in each ? [each.change] : []))).toEqual(
          statusChanges(session),
        );
      }
    }),
  );
});

const unknownKey = fc.string({ maxLength: 12 });
const unknownFields = fc
  .dictionary(unknownKey, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4, noNullPrototype: true })
  .map(fields => Object.fromEntries(Object.entries(fields).map(([key, value]) => [`x${key}`, value])));

test('a document with fields of a later version at every level is rewritten without losing any', () => {
  fc.assert(
    fc.property(moves, fc.array(unknownFields, { minLength: 14, maxLength: 14 }), (list, extra) => {
      const [last] = play(list, () => {}).slice(-1);
      const base = { ...richSession(), tasks: last?.tasks ?? [], questions: last?.questions ?? [] };
      const add = <T extends object>(items: readonly T[], index: number) =>
        items.map(item => ({ ...item, ...extra[index] }));
      const session = {
        ...base,
        ...extra[0],
        project: { ...project, ...extra[1] },
        agent: { name: 'a', sessionId: 'b', ...extra[2] },
        tasks: add(base.tasks, 3),
        events: add(base.events, 4),
        decisions: add(base.decisions, 5),
        questions: add(base.questions, 6).map(question => ({
          ...question,
          answers: add(question.answers, 12),
        })),
        commits: add(base.commits, 7),
        history: add(base.history, 8),
        nextSteps: add(base.nextSteps, 9),
        files: add(base.files, 10),
        tags: add(base.tags, 11),
        where: { ...base.where, ...extra[13] },
        needs: { text: 'a review', kind: 'other', since: minute(1).toISOString(), by: null, ...extra[9] },
        activity: { text: 'tests', at: minute(1).toISOString(), ...extra[10] },
        context: { ...extra[0], editors: [extra[1]] },
        claims: [
          {
            ...{ id: 'sess_next', stamp: base.clock, at: minute(1).toISOString(), machine: 'm', order: 1 },
            ...{ intent: '', branch: null, where: { ...base.where, ...extra[1] }, head: null, agent: null },
            ...extra[2],
          },
        ],
      } as unknown as Session;
      // What JSON does not know the difference of (-0) is not a difference.
      const text = serializeDocument(JSON.parse(JSON.stringify(session)) as Session);
      const parsed = parseSession(text, session.id, 'p');
      expect(parsed).toEqual(parseJson(text));
      expect(JSON.parse(serializeDocument(parsed))).toEqual(JSON.parse(text));
      expect(parseSession(serializeDocument(parsed), session.id, 'p')).toEqual(parsed);
      const changed = transitions.edit(parsed, { intent: 'new' }, at(100));
      expect(Object.keys(changed).sort()).toEqual(Object.keys(parsed).sort());
    }),
  );
});

test('what the transitions make is read back as the very same text', () => {
  fc.assert(
    fc.property(moves, list => {
      for (const session of play(list, () => {})) {
        const text = serializeDocument(session);
        const parsed = parseSession(text, session.id, 'p');
        expect(serializeDocument(parsed)).toBe(text);
      }
    }),
  );
});
