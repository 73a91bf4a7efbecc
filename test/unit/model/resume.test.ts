import { expect, test } from 'vitest';
import { continuationOf, resume } from '../../../src/model/transitions.ts';
import { childId, minute, parentId, parkedSession, project } from '../../support/builders.ts';

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

test('the continuation is made from the resumed session alone, always the same', () => {
  const parent = resume(parkedSession(), { newId: childId }, minute(60));
  expect(continuationOf(parent)).toEqual(continuationOf(structuredClone(parent)));
  expect(continuationOf(parkedSession())).toBeNull();
});
