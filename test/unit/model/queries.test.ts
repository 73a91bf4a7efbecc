import { describe, expect, test } from 'vitest';
import {
  believable,
  byLastActivity,
  isStale,
  lastActivityAt,
  summaryOf,
  timelineOf,
  unfinishedTasks,
} from '../../../src/model/queries.ts';
import type { Session } from '../../../src/model/session.ts';
import type { Moment } from '../../../src/model/stamp.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { activeSession, at, minute, parkedSession, richSession } from '../../support/builders.ts';

test('a summary has counts instead of lists', () => {
  const summary = summaryOf(richSession());
  expect(summary.counts).toEqual({
    tasks: 4,
    tasksPending: 1,
    tasksInProgress: 1,
    tasksCompleted: 1,
    tasksSkipped: 1,
    events: 1,
    decisions: 1,
    questions: 2,
    questionsOpen: 1,
    nextSteps: 5,
    commits: 1,
    files: 1,
  });
  expect(summary.nextStep).toBe('one');
  for (const field of [
    'tasks',
    'events',
    'decisions',
    'questions',
    'nextSteps',
    'commits',
    'files',
    'history',
    'context',
  ]) {
    expect(summary).not.toHaveProperty(field);
  }
});

test('the newest activity comes first, and ids break ties', () => {
  const summaries = [
    activeSession('b'),
    activeSession('a'),
    transitions.log(activeSession('c'), { message: '' }, at(9)),
  ];
  expect(
    summaries
      .map(summaryOf)
      .sort(byLastActivity)
      .map(each => each.id),
  ).toEqual(['c', 'b', 'a']);
  expect(lastActivityAt({ lastHeartbeatAt: minute(1).toISOString(), endedAt: minute(2).toISOString() })).toBe(
    minute(2).toISOString(),
  );
});

test('stale is a view of active sessions only', () => {
  const session = activeSession();
  expect(isStale(session, minute(60), 1)).toBe(false);
  expect(isStale(session, minute(60.1), 1)).toBe(true);
  expect(isStale(parkedSession(), minute(6000), 1)).toBe(false);
  expect(session.status).toBe('active');
});

test('what the clock said while it was far ahead keeps no session fresh for ever', () => {
  const ahead = activeSession(undefined, { lastHeartbeatAt: '2099-01-01T00:00:00.000Z' });
  expect(isStale(ahead, minute(1), 24)).toBe(true);
  // A clock that is a little behind another one's is no reason to doubt.
  expect(isStale(activeSession(), minute(-60), 24)).toBe(false);
});

describe('the times of a summary', () => {
  const future = '2099-01-01T00:00:00.000Z';
  const summary = (changes: Partial<Session>) => summaryOf(activeSession(undefined, changes));

  test('are as they are, if they are before the document was written', () => {
    const whole = summary({ lastHeartbeatAt: minute(5).toISOString() });
    expect(believable(whole, minute(5).getTime(), minute(9))).toBe(whole);
    // The time of a file may be that of the clock's last tick.
    expect(believable(whole, minute(4.9).getTime(), minute(9))).toBe(whole);
  });

  test('are that of the document where they are after it', () => {
    const times = { lastHeartbeatAt: future, parkedAt: future, endedAt: null };
    expect(believable(summary(times), minute(5).getTime(), minute(9))).toMatchObject({
      lastHeartbeatAt: minute(5).toISOString(),
      parkedAt: minute(5).toISOString(),
      endedAt: null,
      startedAt: minute(0).toISOString(),
    });
  });

  test('are the latest of its own that can be true, where the document was written by that clock too', () => {
    const times = { lastHeartbeatAt: future, parkedAt: minute(3).toISOString() };
    const seen = believable(summary(times), Date.parse(future), minute(9));
    expect(seen).toMatchObject({ lastHeartbeatAt: minute(3).toISOString() });
    const whole = summary({ lastHeartbeatAt: future, startedAt: future });
    expect(believable(whole, Date.parse(future), minute(9))).toBe(whole);
  });
});

test('a timeline keeps an event that a wrong clock dated where it was noted', () => {
  const log = (session: Session, message: string, now: Moment) => transitions.log(session, { message }, now);
  const ahead = { ...at(0), now: new Date('2099-01-01T00:00:00.000Z') };
  let session = log(activeSession(), 'one', at(1));
  session = log(session, 'two, by a clock that was ahead', ahead);
  session = log(session, 'three', at(3));
  session = transitions.park(session, { reason: null }, at(4));
  session = log(session, 'four, by a clock that was ahead', ahead);
  session = transitions.complete(session, { outcome: null }, at(6));
  expect(timelineOf(session).map(each => ('event' in each ? each.event.message : each.change.to))).toEqual([
    'active',
    'one',
    'two, by a clock that was ahead',
    'three',
    'parked',
    'four, by a clock that was ahead',
    'completed',
  ]);
});

test('unfinished is what is pending or in progress', () => {
  expect(unfinishedTasks(richSession()).map(task => task.subject)).toEqual(['cache', 'write it down']);
});
