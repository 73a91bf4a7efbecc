import { expect, test } from 'vitest';
import {
  byLastActivity,
  isStale,
  lastActivityAt,
  summaryOf,
  unfinishedTasks,
} from '../../../src/model/queries.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { activeSession, minute, parkedSession, richSession } from '../../support/builders.ts';

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
    transitions.log(activeSession('c'), { message: '' }, minute(9)),
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

test('unfinished is what is pending or in progress', () => {
  expect(unfinishedTasks(richSession()).map(task => task.id)).toEqual(['task_2', 'task_3']);
});
