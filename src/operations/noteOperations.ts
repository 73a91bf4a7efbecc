import { captureCommits } from '../git/capture.ts';
import { GitError } from '../git/runGit.ts';
import { findWorktree } from '../git/worktree.ts';
import { SessionError } from '../model/errors.ts';
import { listLimits } from '../model/limits.ts';
import { openSteps } from '../model/queries.ts';
import { type Session, taskStatuses } from '../model/session.ts';
import * as transitions from '../model/transitions.ts';
import { change, changeAfter, sessionField } from './change.ts';
import { choice, flag, line, lines, optional, text } from './fields.ts';
import { operation } from './operation.ts';
import { oneLine, plural } from './page.ts';
import type { Services } from './services.ts';
import { showChange } from './showSession.ts';

export const log = operation({
  name: 'log',
  title: 'Log an event',
  description: 'Notes what happened, with the time.',
  effects: 'changes',
  fields: {
    message: text('message', 'What happened', { positional: 'rest', value: 'MESSAGE' }),
    session: sessionField,
  },
  examples: ['work-sessions log "The test fails only on Windows"'],
  run: (services, { session, message }) =>
    change(services, session, (current, moment) => transitions.log(current, { message }, moment)),
  show: (session, page) => showChange('Logged to', session, page),
});

export const activity = operation({
  name: 'activity',
  title: 'Set the activity',
  description: 'Says what is going on right now.',
  effects: 'changes',
  fields: { activity: line('activity', 'What is going on', { positional: 'rest' }), session: sessionField },
  run: (services, input) =>
    change(services, input.session, (current, moment) =>
      transitions.setActivity(current, { activity: input.activity }, moment),
    ),
  show: (session, page) => showChange('Doing now, in', session, page),
});

export const needs = operation({
  name: 'needs',
  title: 'Ask for the person',
  description: 'Says that the person must act and why, or that it is no longer so.',
  effects: 'changes',
  fields: {
    reason: optional(line('needs', 'Why the person must act', { positional: 'rest', value: 'REASON' })),
    clear: flag('Nothing is needed any more'),
    session: sessionField,
  },
  async run(services, { reason, clear, session }): Promise<Session> {
    if ((reason === undefined) === !clear) {
      throw new SessionError('usage', { message: 'Give either a reason or --clear.' });
    }
    return change(services, session, (current, moment) =>
      transitions.setNeeds(current, { needs: reason ?? null }, moment),
    );
  },
  show: (session, page) =>
    showChange(session.needs === null ? 'Nothing needed any more in' : 'You are needed in', session, page),
});

export const beat = operation({
  name: 'beat',
  title: 'Send a heartbeat',
  description: 'A sign of life: somebody is at work in the session.',
  effects: 'changes',
  fields: { session: sessionField },
  run: (services, { session }) =>
    change(services, session, (current, moment) => transitions.beat(current, {}, moment)),
  show: (session, page) => showChange('Heartbeat of', session, page),
});

export const taskAdd = operation({
  name: 'task add',
  title: 'Add tasks',
  description: 'Adds tasks to a session; each subject is unique in it.',
  effects: 'changes',
  fields: {
    subjects: lines('subject', 'What is to be done', { positional: 'rest', value: 'SUBJECT' }),
    session: sessionField,
  },
  examples: ['work-sessions task add "Write the test" "Mend the parser"'],
  async run(services, { subjects, session }): Promise<Session> {
    return change(services, session, (current, moment) =>
      transitions.addTasks(current, { tasks: subjects }, moment),
    );
  },
  show: (session, page) => showChange(`${plural(session.tasks.length, 'task')} in`, session, page),
});

export const taskSet = operation({
  name: 'task set',
  title: 'Change a task',
  description: "Sets a task's status, and its subject if one is given.",
  effects: 'changes',
  fields: {
    task: line(
      'subject',
      'The task: its number in show, or its subject or its id, or an unambiguous part of those',
      {
        positional: 'one',
        value: 'TASK',
      },
    ),
    status: choice(taskStatuses, 'What it is now', { positional: 'one', value: 'STATUS' }),
    subject: optional(line('subject', 'A new subject')),
    session: sessionField,
  },
  examples: ['work-sessions task set 2 completed', 'work-sessions task set parser in_progress'],
  run: (services, { session, ...input }) =>
    change(services, session, (current, moment) => transitions.setTask(current, input, moment)),
  show: (session, page) => showChange('Task changed in', session, page),
});

export const decide = operation({
  name: 'decide',
  title: 'Note a decision',
  description: 'Notes a decision, so that whoever goes on knows it was taken.',
  effects: 'changes',
  fields: { text: text('decision', 'What was decided', { positional: 'rest' }), session: sessionField },
  async run(services, input): Promise<Session> {
    return change(services, input.session, (current, moment) =>
      transitions.decide(current, { text: input.text }, moment),
    );
  },
  show: (session, page) => showChange('Decision noted in', session, page),
});

export const ask = operation({
  name: 'ask',
  title: 'Note a question',
  description: 'Notes an open question.',
  effects: 'changes',
  fields: {
    question: text('question', 'The question', { positional: 'rest', value: 'QUESTION' }),
    session: sessionField,
  },
  async run(services, input): Promise<Session> {
    return change(services, input.session, (current, moment) =>
      transitions.ask(current, { text: input.question }, moment),
    );
  },
  show: (session, page) => showChange('Question noted in', session, page),
});

export const answer = operation({
  name: 'answer',
  title: 'Answer a question',
  description: 'Answers an open question.',
  effects: 'changes',
  fields: {
    question: line(
      'question',
      'The question: its number in show, or its text or its id, or an unambiguous part of those',
      {
        positional: 'one',
        value: 'QUESTION',
      },
    ),
    answer: text('answer', 'The answer', { positional: 'rest' }),
    session: sessionField,
  },
  run: (services, { session, ...input }) =>
    change(services, session, (current, moment) => transitions.answer(current, input, moment)),
  show: (session, page) => showChange('Answered in', session, page),
});

export const next = operation({
  name: 'next',
  title: 'Add next steps',
  description: 'Adds what is to be done next, in any number.',
  effects: 'changes',
  fields: {
    steps: lines('nextStep', 'A next step', { positional: 'rest', value: 'STEP' }),
    session: sessionField,
  },
  run: (services, { steps, session }) =>
    change(services, session, (current, moment) =>
      transitions.addNextSteps(current, { nextSteps: steps }, moment),
    ),
  show: (session, page) => showChange(`${plural(openSteps(session).length, 'next step')} in`, session, page),
});

export const tag = operation({
  name: 'tag',
  title: 'Add tags',
  description: 'Tags a session.',
  effects: 'changes',
  fields: { tags: lines('tag', 'A tag', { positional: 'rest', value: 'TAG' }), session: sessionField },
  run: (services, { tags, session }) =>
    change(services, session, (current, moment) => transitions.addTags(current, { tags }, moment)),
  show: (session, page) =>
    showChange(`Tagged ${session.tags.map(({ id }) => oneLine(id)).join(', ')}:`, session, page),
});

export const commitAdd = operation({
  name: 'commit add',
  title: 'Add a commit',
  description: 'Notes a commit that belongs to the session.',
  effects: 'changes',
  fields: {
    sha: line('sha', "The commit's name", { positional: 'one', value: 'SHA' }),
    message: optional(line('commitMessage', 'Its subject', { positional: 'rest', value: 'MESSAGE' })),
    session: sessionField,
  },
  async run(services, { sha, message, session }): Promise<Session> {
    if (!/^[0-9a-fA-F]{4,64}$/.test(sha)) {
      throw new SessionError('invalid_input', {
        field: 'sha',
        problem: 'must be 4 to 64 hexadecimal digits',
      });
    }
    const at = services.now().toISOString();
    const commit = { id: sha.toLowerCase(), message: message ?? '', at };
    return change(services, session, (current, moment) =>
      transitions.addCommits(current, { commits: [commit] }, moment),
    );
  },
  show: (session, page) => showChange(`${plural(session.commits.length, 'commit')} in`, session, page),
});

export interface Captured {
  readonly session: Session;
  /** How many commits were not known before; one that was amended counts. */
  readonly added: number;
  /** False: this clone has not all that is needed to tell the files of every commit. */
  readonly hasFiles: boolean;
}

/** What git tells of a session's commits, as a change of it. */
async function capture(services: Services, session: Session) {
  const { id, branch } = session;
  const { worktree } = session.where;
  const git = await findWorktree(worktree);
  if (git === null) {
    const message = `${worktree} is not in a git repository`;
    throw new SessionError('git', { problem: 'git_failed', message });
  }
  if (branch !== null && git.branch !== branch) {
    throw new SessionError('wrong_branch', { id, wanted: branch, actual: git.branch, worktree });
  }
  const capturedOn = git.branch ?? '';
  const found = await captureCommits({
    root: worktree,
    branch: git.branch,
    since: session.startedAt,
    startHead: session.startHead,
    captured: session.commits.flatMap(commit => (commit.capturedOn === capturedOn ? [commit.id] : [])),
    limit: listLimits.commits,
    timeoutMs: (await services.settings()).gitTimeoutSeconds * 1000,
  }).catch(error => {
    if (!(error instanceof GitError)) throw error;
    throw new SessionError('git', { problem: error.code, message: error.message }, { cause: error });
  });
  const { superseded, filesLeft, hasFiles } = found;
  const commits = found.commits.map(({ sha, message, at }) => ({
    id: sha,
    message: oneLine(message).slice(0, 2_000),
    at,
    capturedOn,
  }));
  const files = [...new Set(found.commits.flatMap(commit => commit.files))];
  return { change: { commits, files, superseded, filesLeft }, hasFiles };
}

export const commitCapture = operation({
  name: 'commit capture',
  title: 'Capture commits',
  description:
    'Takes over what HEAD gained on the session’s branch since the session began, with the files touched; what was amended or rebased since replaces what was captured before.',
  effects: 'changes',
  fields: { session: sessionField },
  async run(services, input): Promise<Captured> {
    let before: Session['commits'] = [];
    let hasFiles = true;
    const session = await changeAfter(services, input.session, async current => {
      // Git is asked before the lock is taken: nobody waits for it.
      const captured = await capture(services, current);
      before = current.commits;
      hasFiles = captured.hasFiles;
      return (locked, moment) => transitions.addCommits(locked, captured.change, moment);
    });
    const known = new Set(before.map(commit => commit.id));
    return { session, added: session.commits.filter(commit => !known.has(commit.id)).length, hasFiles };
  },
  json: ({ session }) => session,
  show: ({ session }, page) => showChange(`${plural(session.commits.length, 'commit')} in`, session, page),
  warnings: ({ hasFiles }) =>
    hasFiles ? [] : ['This clone has not all that is needed: of some commits the files could not be told.'],
});
