import { expect, test } from 'vitest';
import { statusChanges } from '../../../src/model/queries.ts';
import { continuationOf, goOn, park, resume } from '../../../src/model/transitions.ts';
import {
  at,
  childId,
  completedSession,
  minute,
  parentId,
  parkedSession,
  project,
  where,
} from '../../support/builders.ts';

test('a continuation inherits everything that is open, and nothing that is done', () => {
  const parent = resume(parkedSession(), { newId: childId }, at(60));
  const child = continuationOf(parent);
  const before = parkedSession();
  expect(child).toMatchObject({
    id: childId,
    status: 'active',
    revision: 1,
    resumedFrom: parentId,
    resumedAs: null,
    intent: before.intent,
    project,
    branch: before.branch,
    where: before.where,
    ref: 'ISSUE-12',
    tags: before.tags,
    context: { editors: [{ path: 'src/login.ts', line: 12 }] },
    startedAt: minute(60).toISOString(),
    events: [],
    commits: [],
    files: [],
    active: {},
    days: {},
  });
  // The same things: they keep their ids and stamps.
  expect(child?.tasks).toEqual(before.tasks.slice(1, 3));
  expect(child?.tasks.map(task => [task.subject, task.status])).toEqual([
    ['cache', 'in_progress'],
    ['write it down', 'pending'],
  ]);
  expect(child?.questions).toEqual([before.questions[0]]);
  expect(child?.nextSteps).toEqual(before.nextSteps);
  expect(child?.nextSteps.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four', 'five']);
  expect(child?.decisions).toEqual([{ ...before.decisions[0], from: parentId }]);
});

test('what is given with the resume goes before what is inherited', () => {
  const input = {
    newId: childId,
    intent: 'finish it',
    where: { ...where, worktree: '/work/api-2' },
    branch: null,
    head: 'f00d',
    agent: { name: 'codex', sessionId: '9' },
  };
  const child = continuationOf(resume(parkedSession(), input, at(60)));
  expect(child).toMatchObject({
    intent: 'finish it',
    where: { ...where, worktree: '/work/api-2', machine: 'here' },
    branch: null,
    startHead: 'f00d',
    agent: { name: 'codex', sessionId: '9' },
  });
});

test('the resumed session is completed, keeps what it had, and names its continuation', () => {
  const before = parkedSession();
  const parent = resume(before, { newId: childId }, at(60));
  expect(parent).toMatchObject({
    status: 'completed',
    resumedAs: childId,
    endedAt: minute(60).toISOString(),
    outcome: null,
  });
  expect(parent.tasks).toEqual(before.tasks);
  expect(parent.questions).toEqual(before.questions);
  // Its claim completes it: the history has no second word of it, what is shown has.
  expect(parent.history).toEqual(before.history);
  expect(statusChanges(parent).at(-1)).toEqual({
    id: childId,
    stamp: parent.clock,
    at: minute(60).toISOString(),
    to: 'completed',
    note: null,
  });
});

test('a decision keeps the session that took it over many resumes', () => {
  const child = continuationOf(resume(parkedSession(), { newId: childId }, at(60)));
  const parkedChild = park(child as NonNullable<typeof child>, { reason: null }, at(80));
  const grandchild = continuationOf(resume(parkedChild, { newId: 'sess_grandchild' }, at(90)));
  expect(grandchild?.resumedFrom).toBe(childId);
  expect(grandchild?.decisions.map(decision => decision.from)).toEqual([parentId]);
});

test('what was completed is gone on from in the same way, and stays completed as it was', () => {
  const before = completedSession();
  const parent = goOn(before, { newId: childId, intent: 'one more thing' }, at(60));
  const { claims, clock, ...rest } = parent;
  expect({ ...rest, claims: [], clock: before.clock }).toEqual({ ...before, resumedAs: childId });
  expect(claims).toMatchObject([
    { id: childId, stamp: clock, at: minute(60).toISOString(), intent: 'one more thing', order: 1 },
  ]);
  const child = continuationOf(parent);
  expect(child).toMatchObject({
    id: childId,
    status: 'active',
    resumedFrom: parentId,
    startedAt: minute(60).toISOString(),
    nextSteps: before.nextSteps,
  });
  expect(child?.tasks).toEqual(before.tasks.slice(1, 3));
});

test('the continuation is made from the resumed session alone, always the same', () => {
  const parent = resume(parkedSession(), { newId: childId }, at(60));
  expect(continuationOf(parent)).toEqual(continuationOf(structuredClone(parent)));
  expect(continuationOf(parkedSession())).toBeNull();
});
