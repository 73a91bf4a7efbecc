import { expect, test } from 'vitest';
import { continuationOf, goOn, resume } from '../../../src/model/transitions.ts';
import {
  childId,
  completedSession,
  minute,
  parentId,
  parkedSession,
  project,
} from '../../support/builders.ts';

test('a continuation inherits everything that is open, and nothing that is done', () => {
  const parent = resume(parkedSession(), { newId: childId }, minute(60));
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
    worktree: before.worktree,
    ref: 'ISSUE-12',
    tags: ['login', 'speed'],
    context: before.context,
    startedAt: minute(60).toISOString(),
    events: [],
    commits: [],
    files: [],
    activeMs: 0,
  });
  expect(child?.tasks.map(task => [task.id, task.status])).toEqual([
    ['task_2', 'in_progress'],
    ['task_3', 'pending'],
  ]);
  expect(child?.questions.map(question => question.id)).toEqual(['q_1']);
  expect(child?.nextSteps).toEqual(['one', 'two', 'three', 'four', 'five']);
  expect(child?.decisions).toEqual([{ ...before.decisions[0], from: parentId }]);
});

test('what is given with the resume goes before what is inherited', () => {
  const input = {
    newId: childId,
    intent: 'finish it',
    worktree: '/work/api-2',
    branch: null,
    head: 'f00d',
    agent: { name: 'codex', sessionId: '9' },
  };
  const child = continuationOf(resume(parkedSession(), input, minute(60)));
  expect(child).toMatchObject({
    intent: 'finish it',
    worktree: '/work/api-2',
    branch: null,
    startHead: 'f00d',
    agent: { name: 'codex', sessionId: '9' },
  });
});

test('the resumed session is completed, keeps what it had, and names its continuation', () => {
  const before = parkedSession();
  const parent = resume(before, { newId: childId }, minute(60));
  expect(parent).toMatchObject({
    status: 'completed',
    resumedAs: childId,
    endedAt: minute(60).toISOString(),
    outcome: null,
  });
  expect(parent.tasks).toEqual(before.tasks);
  expect(parent.questions).toEqual(before.questions);
  expect(parent.history.at(-1)).toEqual({ at: minute(60).toISOString(), to: 'completed', note: null });
});

test('a decision keeps the session that took it over many resumes', () => {
  const child = continuationOf(resume(parkedSession(), { newId: childId }, minute(60)));
  const parkedChild = { ...child, status: 'parked' } as Parameters<typeof resume>[0];
  const grandchild = continuationOf(resume(parkedChild, { newId: 'sess_grandchild' }, minute(90)));
  expect(grandchild?.resumedFrom).toBe(childId);
  expect(grandchild?.decisions.map(decision => decision.from)).toEqual([parentId]);
});

test('what was completed is gone on from in the same way, and stays completed as it was', () => {
  const before = completedSession();
  const parent = goOn(before, { newId: childId, intent: 'one more thing' }, minute(60));
  const { continuation, ...rest } = parent;
  expect({ ...rest, continuation: null }).toEqual({ ...before, resumedAs: childId });
  expect(continuation).toMatchObject({ at: minute(60).toISOString(), intent: 'one more thing' });
  const child = continuationOf(parent);
  expect(child).toMatchObject({
    id: childId,
    status: 'active',
    resumedFrom: parentId,
    startedAt: minute(60).toISOString(),
    nextSteps: before.nextSteps,
  });
  expect(child?.tasks.map(task => task.id)).toEqual(['task_2', 'task_3']);
});

test('the continuation is made from the resumed session alone, always the same', () => {
  const parent = resume(parkedSession(), { newId: childId }, minute(60));
  expect(continuationOf(parent)).toEqual(continuationOf(structuredClone(parent)));
  expect(continuationOf(parkedSession())).toBeNull();
});
