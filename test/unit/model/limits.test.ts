import { expect, test } from 'vitest';
import { isSessionError } from '../../../src/model/errors.ts';
import { type ListField, listLimits } from '../../../src/model/limits.ts';
import { newProject, setRoadmap } from '../../../src/model/project.ts';
import type { Session } from '../../../src/model/session.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { activeSession, at } from '../../support/builders.ts';

const now = at(1);
const nowText = now.now.toISOString();
/** What every item of a list has. */
const item = (id: string) => ({ id, stamp: activeSession().stamp, at: nowText });
const numbered = <T>(count: number, make: (text: string) => T) =>
  Array.from({ length: count }, (_, n) => make(`${n}`));

/** Fills a list to its limit and adds one more. */
const fill: Record<
  Exclude<ListField, 'roadmap' | 'history' | 'claims' | 'desks'>,
  (session: Session, count: number) => Session
> = {
  tasks: (session, count) => transitions.addTasks(session, { tasks: numbered(count, String) }, now),
  events: (session, count) => {
    const events = numbered(count - 1, message => ({ ...item(message), message }));
    return transitions.log({ ...session, events }, { message: 'last' }, now);
  },
  decisions: (session, count) => {
    const decisions = numbered(count - 1, text => ({ ...item(text), text }));
    return transitions.decide({ ...session, decisions }, { text: 'last' }, now);
  },
  questions: (session, count) => {
    const questions = numbered(count - 1, text => ({ ...item(text), text, answers: [] }));
    return transitions.ask({ ...session, questions }, { text: 'last' }, now);
  },
  nextSteps: (session, count) =>
    transitions.addNextSteps(session, { nextSteps: numbered(count, String) }, now),
  tags: (session, count) => transitions.addTags(session, { tags: numbered(count, String) }, now),
  commits: (session, count) =>
    transitions.addCommits(session, { commits: numbered(count, id => ({ id, message: id, at: null })) }, now),
  files: (session, count) =>
    transitions.addCommits(session, { commits: [], files: numbered(count, String) }, now),
};

test.for(Object.keys(fill) as (keyof typeof fill)[])(
  '%s are limited, and as many as the limit says fit',
  field => {
    const limit = listLimits[field];
    expect(fill[field](activeSession(), limit)[field]).toHaveLength(limit);
    expectOverLimit(() => fill[field](activeSession(), limit + 1), field);
  },
);

test('next steps that come with a park or a completion are limited as well', () => {
  const full = fill.nextSteps(activeSession(), listLimits.nextSteps);
  expectOverLimit(() => transitions.park(full, { reason: null, nextSteps: ['one more'] }, now), 'nextSteps');
  expectOverLimit(
    () => transitions.complete(full, { outcome: null, nextSteps: ['one more'] }, now),
    'nextSteps',
  );
});

test('the history is limited', () => {
  const history = numbered(listLimits.history, note => ({ ...item(note), what: 'active', note }));
  expectOverLimit(() => transitions.park({ ...activeSession(), history }, { reason: null }, now), 'history');
});

test('a roadmap is limited', () => {
  const project = newProject({ key: 'k', name: 'n', root: '/', commonDir: null, remote: null }, now.now);
  expect(setRoadmap(project, { done: numbered(listLimits.roadmap, String) }).done).toHaveLength(
    listLimits.roadmap,
  );
  expectOverLimit(() => setRoadmap(project, { done: numbered(listLimits.roadmap + 1, String) }), 'roadmap');
});

function expectOverLimit(run: () => unknown, field: ListField): void {
  try {
    run();
  } catch (error) {
    expect(isSessionError(error, 'over_limit') && error.details).toEqual({
      field,
      limit: listLimits[field],
      unit: 'items',
    });
    return;
  }
  expect.unreachable(`${field} took one too many`);
}
