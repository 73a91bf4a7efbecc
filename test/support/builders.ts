import type { NextStep, ProjectRef, Session } from '../../src/model/session.ts';
import type { Moment } from '../../src/model/stamp.ts';
import * as transitions from '../../src/model/transitions.ts';

/** A moment on the day the tests play on, so many minutes after its noon. */
export function minute(minutes: number): Date {
  return new Date(Date.UTC(2026, 10, 21, 12, 0) + minutes * 60_000);
}

/** What a change at that minute is made with. */
export function at(minutes: number, machine = 'here'): Moment {
  const now = minute(minutes);
  return { now, today: now.toISOString().slice(0, 10), machine, random: '0'.repeat(12) };
}

/** That a person must act. */
export function needing(text: string): NonNullable<Session['needs']> {
  return { text, kind: 'other', since: minute(0).toISOString(), by: null };
}

export const where = { worktree: '/work/api', root: '/work/api', commonDir: '/work/api/.git' };

export const project: ProjectRef = {
  key: 'prj_api',
  name: 'api',
  firstCommit: '8d3c1f',
  remote: 'git@example.org:team/api.git',
};

export const parentId = 'sess_20261121T1200_00000001';
export const childId = 'sess_20261121T1300_00000002';

/** A session just started. */
export function activeSession(id: string = parentId, changes: Partial<Session> = {}): Session {
  const input = { id, intent: 'make the login faster', project, where, branch: 'feat/login' };
  return { ...transitions.start(input, at(0)), ...changes };
}

/** An active session that has something of everything. */
export function richSession(id: string = parentId): Session {
  let session = transitions.start(
    {
      id,
      intent: 'make the login faster',
      project,
      where,
      branch: 'dependabot/npm/@types/x',
      head: 'a1b2c3d',
      ref: 'ISSUE-12',
      tags: ['login', 'speed'],
      tasks: ['measure', 'cache', 'write it down', 'ask the vendor'],
      agent: { name: 'claude', sessionId: 'agent-1' },
    },
    at(0),
  );
  session = transitions.setTask(session, { task: 'measure', status: 'completed' }, at(1));
  session = transitions.setTask(session, { task: 'cache', status: 'in_progress' }, at(2));
  session = transitions.setTask(session, { task: 'ask the vendor', status: 'skipped' }, at(2));
  session = transitions.log(session, { message: 'measured: 800 ms' }, at(3));
  session = transitions.decide(session, { text: 'cache the profile' }, at(4));
  session = transitions.ask(session, { text: 'for how long?' }, at(5));
  session = transitions.ask(session, { text: 'who owns it?' }, at(5));
  session = transitions.answer(session, { question: 'who owns it?', answer: 'the API team' }, at(6));
  session = transitions.addNextSteps(session, { nextSteps: ['one', 'two', 'three', 'four', 'five'] }, at(7));
  session = transitions.addCommits(
    session,
    { commits: [{ id: 'c0ffee', message: 'faster', at: minute(8).toISOString() }], files: ['src/login.ts'] },
    at(8),
  );
  return { ...session, context: { editors: [{ path: 'src/login.ts', line: 12 }] } } as Session;
}

/** Items with what every item of a list has. */
export function items<T extends object>(
  ...list: readonly T[]
): (T & { id: string; stamp: string; at: string })[] {
  const { stamp, startedAt } = activeSession();
  return list.map((item, index) => ({ id: `item${index}`, stamp, at: startedAt, ...item }));
}

/** Next steps of those texts, in their order. */
export function steps(...texts: readonly string[]): NextStep[] {
  return items(...texts.map((text, rank) => ({ text, rank, done: null })));
}

export function parkedSession(id: string = parentId): Session {
  return transitions.park(richSession(id), { reason: 'lunch' }, at(10));
}

export function completedSession(id: string = parentId): Session {
  return transitions.complete(richSession(id), { outcome: 'done' }, at(10));
}
