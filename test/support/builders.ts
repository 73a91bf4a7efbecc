import type { ProjectRef, Session } from '../../src/model/session.ts';
import * as transitions from '../../src/model/transitions.ts';

/** A moment on the day the tests play on, so many minutes after its noon. */
export function minute(minutes: number): Date {
  return new Date(Date.UTC(2026, 10, 21, 12, 0) + minutes * 60_000);
}

export const project: ProjectRef = {
  key: 'prj_api',
  name: 'api',
  root: '/work/api',
  commonDir: '/work/api/.git',
  firstCommit: '8d3c1f',
  remote: 'git@example.org:team/api.git',
};

export const parentId = 'sess_20261121T1200_00000001';
export const childId = 'sess_20261121T1300_00000002';

/** A session just started. */
export function activeSession(id: string = parentId, changes: Partial<Session> = {}): Session {
  const input = { id, intent: 'make the login faster', project, worktree: '/work/api', branch: 'feat/login' };
  return { ...transitions.start(input, minute(0)), ...changes };
}

/** An active session that has something of everything. */
export function richSession(id: string = parentId): Session {
  let session = transitions.start(
    {
      id,
      intent: 'make the login faster',
      project,
      worktree: '/work/api',
      branch: 'dependabot/npm/@types/x',
      head: 'a1b2c3d',
      ref: 'ISSUE-12',
      tags: ['login', 'speed'],
      tasks: [
        { id: 'task_1', subject: 'measure' },
        { id: 'task_2', subject: 'cache' },
        { id: 'task_3', subject: 'write it down' },
        { id: 'task_4', subject: 'ask the vendor' },
      ],
      agent: { name: 'claude', sessionId: 'agent-1' },
    },
    minute(0),
  );
  session = transitions.setTask(session, { task: 'task_1', status: 'completed' }, minute(1));
  session = transitions.setTask(session, { task: 'task_2', status: 'in_progress' }, minute(2));
  session = transitions.setTask(session, { task: 'task_4', status: 'skipped' }, minute(2));
  session = transitions.log(session, { message: 'measured: 800 ms' }, minute(3));
  session = transitions.decide(session, { id: 'dec_1', text: 'cache the profile' }, minute(4));
  session = transitions.ask(session, { id: 'q_1', text: 'for how long?' }, minute(5));
  session = transitions.ask(session, { id: 'q_2', text: 'who owns it?' }, minute(5));
  session = transitions.answer(session, { question: 'q_2', answer: 'the API team' }, minute(6));
  session = transitions.addNextSteps(
    session,
    { nextSteps: ['one', 'two', 'three', 'four', 'five'] },
    minute(7),
  );
  session = transitions.addCommits(
    session,
    { commits: [{ sha: 'c0ffee', message: 'faster', at: minute(8).toISOString() }], files: ['src/login.ts'] },
    minute(8),
  );
  return { ...session, context: { editors: [{ path: 'src/login.ts', line: 12 }] } as Session['context'] };
}

export function parkedSession(id: string = parentId): Session {
  return transitions.park(richSession(id), { reason: 'lunch' }, minute(10));
}

export function completedSession(id: string = parentId): Session {
  return transitions.complete(richSession(id), { outcome: 'done' }, minute(10));
}
