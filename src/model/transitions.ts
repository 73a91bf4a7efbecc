import { SessionError } from './errors.ts';
import { unfinishedTasks } from './queries.ts';
import {
  type Agent,
  type Commit,
  type Continuation,
  type ProjectRef,
  type Session,
  schemaVersion,
  type TaskStatus,
} from './session.ts';
import {
  activeFor,
  alreadyResumed,
  append,
  checkList,
  enter,
  find,
  openFor,
  refuseTrash,
  touch,
  unique,
  wrongPlace,
  wrongStatus,
} from './sessionRules.ts';

/*
 * Every way a session can change, as pure functions `(session, input, now) → session`. They know no
 * files, no clock and no randomness, and may be run again: the store does so from a fresh read when
 * a commit was refused. What is not allowed is thrown as a typed refusal and nothing is written.
 */

export interface NewSession {
  id: string;
  intent: string;
  project: ProjectRef;
  worktree: string;
  branch?: string | null;
  head?: string | null;
  ref?: string | null;
  tags?: readonly string[];
  tasks?: readonly NewTask[];
  agent?: Agent | null;
}

export interface NewTask {
  id: string;
  subject: string;
}

/** A new active session. */
export function start(input: NewSession, now: Date): Session {
  const at = now.toISOString();
  const session: Session = {
    id: input.id,
    schemaVersion,
    revision: 1,
    place: 'sessions',
    status: 'active',
    intent: input.intent,
    project: input.project,
    branch: input.branch ?? null,
    worktree: input.worktree,
    startHead: input.head ?? null,
    ref: input.ref ?? null,
    tags: unique(input.tags ?? []),
    startedAt: at,
    lastHeartbeatAt: at,
    endedAt: null,
    parkedAt: null,
    parkedReason: null,
    outcome: null,
    activity: null,
    needs: null,
    resumedFrom: null,
    resumedAs: null,
    agent: input.agent ?? null,
    tasks: [],
    events: [],
    decisions: [],
    questions: [],
    nextSteps: [],
    commits: [],
    files: [],
    history: [{ at, to: 'active', note: null }],
    context: {},
    activeMs: 0,
    continuation: null,
  };
  checkList('tags', session.tags);
  return addTasks(session, { tasks: input.tasks ?? [] }, now);
}

export function log(session: Session, input: { message: string }, now: Date): Session {
  const open = openFor(session, 'log', now);
  return {
    ...open,
    events: append('events', open.events, [{ at: open.lastHeartbeatAt, message: input.message }]),
  };
}

export function setActivity(session: Session, input: { activity: string | null }, now: Date): Session {
  return { ...activeFor(session, 'set the activity of', now), activity: input.activity };
}

export function setNeeds(session: Session, input: { needs: string | null }, now: Date): Session {
  return { ...activeFor(session, 'set what is needed of', now), needs: input.needs };
}

/** A sign of life and nothing else. */
export function beat(session: Session, _input: object, now: Date): Session {
  return activeFor(session, 'send a heartbeat to', now);
}

/** Adds tasks, each with a subject of its own. @throws SessionError `duplicate_subject` */
export function addTasks(session: Session, input: { tasks: readonly NewTask[] }, now: Date): Session {
  if (input.tasks.length === 0) return session;
  const open = openFor(session, 'add a task to', now);
  const at = open.lastHeartbeatAt;
  const subjects = new Set(open.tasks.map(task => task.subject));
  const added = input.tasks.map(task => {
    if (subjects.has(task.subject)) {
      throw new SessionError('duplicate_subject', { id: session.id, subject: task.subject });
    }
    subjects.add(task.subject);
    return { id: task.id, subject: task.subject, status: 'pending' as const, addedAt: at, updatedAt: at };
  });
  return { ...open, tasks: append('tasks', open.tasks, added) };
}

export interface TaskChange {
  /** The task's id, its place in the list (from 1), or an unambiguous part of its subject or its id. */
  task: string;
  status?: TaskStatus | undefined;
  subject?: string | undefined;
}

export function setTask(session: Session, input: TaskChange, now: Date): Session {
  const open = openFor(session, 'change a task of', now);
  const task = find('task', open.tasks, input.task, item => item.subject);
  const subject = input.subject ?? task.subject;
  // Of two imported tasks that are called the same, either can still be done.
  if (subject !== task.subject && open.tasks.some(other => other.subject === subject)) {
    throw new SessionError('duplicate_subject', { id: session.id, subject });
  }
  const changed = { ...task, subject, status: input.status ?? task.status, updatedAt: open.lastHeartbeatAt };
  return { ...open, tasks: open.tasks.map(other => (other === task ? changed : other)) };
}

export function decide(session: Session, input: { id: string; text: string }, now: Date): Session {
  const open = openFor(session, 'add a decision to', now);
  const decision = { id: input.id, text: input.text, at: open.lastHeartbeatAt };
  return { ...open, decisions: append('decisions', open.decisions, [decision]) };
}

export function ask(session: Session, input: { id: string; text: string }, now: Date): Session {
  const open = openFor(session, 'add a question to', now);
  const question = {
    id: input.id,
    text: input.text,
    askedAt: open.lastHeartbeatAt,
    answer: null,
    answeredAt: null,
  };
  return { ...open, questions: append('questions', open.questions, [question]) };
}

/** @throws SessionError `already_answered`: an answer is not overwritten by a later one. */
export function answer(session: Session, input: { question: string; answer: string }, now: Date): Session {
  const open = openFor(session, 'answer a question of', now);
  const question = find('question', open.questions, input.question, item => item.text);
  if (question.answer !== null) {
    throw new SessionError('already_answered', { id: session.id, question: question.text });
  }
  const answered = { ...question, answer: input.answer, answeredAt: open.lastHeartbeatAt };
  return { ...open, questions: open.questions.map(other => (other === question ? answered : other)) };
}

export function addNextSteps(session: Session, input: { nextSteps: readonly string[] }, now: Date): Session {
  const open = openFor(session, 'add a next step to', now);
  return { ...open, nextSteps: append('nextSteps', open.nextSteps, input.nextSteps) };
}

export function addTags(session: Session, input: { tags: readonly string[] }, now: Date): Session {
  const open = openFor(session, 'tag', now);
  return { ...open, tags: checkList('tags', unique([...open.tags, ...input.tags])) };
}

export interface CommitChange {
  readonly commits: readonly Commit[];
  readonly files?: readonly string[];
  /** Names of captured commits that were rewritten: they and the files that only they touched go. */
  readonly superseded?: readonly string[];
  readonly filesLeft?: readonly string[];
}

/** Adds commits and the files they touched. One commit is one, by its whole name and by the beginning of it. */
export function addCommits(session: Session, input: CommitChange, now: Date): Session {
  const open = activeFor(session, 'add a commit to', now);
  const superseded = new Set(input.superseded);
  const commits = new Map(
    open.commits
      .filter(({ sha, capturedOn }) => capturedOn === undefined || !superseded.has(sha))
      .map(commit => [commit.sha, commit] as const),
  );
  for (const commit of input.commits) {
    const known = commits.get(commit.sha) ?? sameCommit(commits, commit.sha);
    // Named by hand before, by the beginning of its name: now it is known whole, in its place.
    const isWhole = known && commit.sha.length > known.sha.length;
    if (known === undefined) commits.set(commit.sha, commit);
    else if (isWhole)
      commits.set(known.sha, { ...known, sha: commit.sha, message: commit.message || known.message });
  }
  const left = new Set(input.filesLeft);
  const files = open.files.filter(file => !left.has(file));
  return {
    ...open,
    commits: checkList('commits', [...commits.values()]),
    files: checkList('files', unique([...files, ...(input.files ?? [])])),
  };
}

/** Git's own shortest name of a commit, unless it is asked for a shorter one. */
const leastCommitName = 7;
const wholeCommitName = 40;

/** The commit that one of two names is the beginning of the other of. */
function sameCommit(commits: ReadonlyMap<string, Commit>, sha: string): Commit | undefined {
  if (!/^[0-9a-f]+$/.test(sha) || sha.length < leastCommitName) return undefined;
  for (const commit of commits.values()) {
    const [short, long] = commit.sha.length < sha.length ? [commit.sha, sha] : [sha, commit.sha];
    if (short.length < wholeCommitName && short.length >= leastCommitName && long.startsWith(short))
      return commit;
  }
  return undefined;
}

export interface Edit {
  intent?: string | undefined;
  ref?: string | null | undefined;
  branch?: string | null | undefined;
}

export function edit(session: Session, input: Edit, now: Date): Session {
  const open = openFor(session, 'edit', now);
  return {
    ...open,
    intent: input.intent ?? open.intent,
    ref: input.ref === undefined ? open.ref : input.ref,
    branch: input.branch === undefined ? open.branch : input.branch,
  };
}

/** active → parked. What was going on and what the person had to do end with it. */
export function park(
  session: Session,
  input: { reason: string | null; nextSteps?: readonly string[] },
  now: Date,
): Session {
  const active = activeFor(session, 'park', now);
  return {
    ...active,
    ...enter(active, 'parked', input.reason),
    parkedAt: active.lastHeartbeatAt,
    parkedReason: input.reason,
    activity: null,
    needs: null,
    // What was meant to come first when it was put aside comes first when it goes on.
    nextSteps: append('nextSteps', input.nextSteps ?? [], active.nextSteps),
  };
}

/** active or parked → completed. A parked session that is completed was dropped. */
export function complete(
  session: Session,
  input: { outcome: string | null; nextSteps?: readonly string[] },
  now: Date,
): Session {
  const open = openFor(session, 'complete', now);
  return {
    ...open,
    ...enter(open, 'completed', input.outcome),
    endedAt: open.lastHeartbeatAt,
    outcome: input.outcome,
    activity: null,
    needs: null,
    nextSteps: append('nextSteps', open.nextSteps, input.nextSteps ?? []),
  };
}

/** completed → active again, unless it was resumed: then its continuation is where the work goes on. */
export function reopen(session: Session, _input: object, now: Date): Session {
  refuseTrash(session);
  if (session.resumedAs !== null) throw alreadyResumed(session, session.resumedAs);
  if (session.status !== 'completed') throw wrongStatus(session, ['completed'], 'reopen');
  const touched = touch(session, now);
  return {
    ...touched,
    ...enter(touched, 'active', null),
    place: 'sessions',
    endedAt: null,
    outcome: null,
    parkedAt: null,
    parkedReason: null,
  };
}

export interface Resume {
  newId: string;
  intent?: string | undefined;
  worktree?: string | undefined;
  branch?: string | null | undefined;
  head?: string | null | undefined;
  agent?: Agent | null | undefined;
}

/**
 * parked → completed, as the one commit point of a resume: from here on the continuation exists,
 * whether its document has been written yet or not (`continuationOf` makes it).
 */
export function resume(session: Session, input: Resume, now: Date): Session {
  refuseTrash(session);
  if (session.resumedAs !== null) throw alreadyResumed(session, session.resumedAs);
  if (session.status !== 'parked') throw wrongStatus(session, ['parked'], 'resume');
  const touched = touch(session, now);
  const at = touched.lastHeartbeatAt;
  return {
    ...touched,
    ...enter(touched, 'completed', null),
    endedAt: at,
    resumedAs: input.newId,
    continuation: continuationAt(at, session, input),
  };
}

/**
 * completed → the same, with the session in which the work goes on after all: for whoever comes back to
 * what was completed without reopening it. When it ended, and what came of it, stays. The one commit
 * point is here as in a resume, so that there is one continuation at most.
 */
export function goOn(session: Session, input: Resume, now: Date): Session {
  refuseTrash(session);
  if (session.resumedAs !== null) throw alreadyResumed(session, session.resumedAs);
  if (session.status !== 'completed') throw wrongStatus(session, ['completed'], 'go on from');
  const at = touch(session, now).lastHeartbeatAt;
  return { ...session, resumedAs: input.newId, continuation: continuationAt(at, session, input) };
}

function continuationAt(at: string, session: Session, input: Resume): Continuation {
  return {
    at,
    intent: input.intent ?? session.intent,
    branch: input.branch === undefined ? session.branch : input.branch,
    worktree: input.worktree ?? session.worktree,
    head: input.head ?? null,
    agent: input.agent ?? null,
  };
}

/**
 * The new session that a resumed one goes on in; null for a session that was not resumed. It is made
 * from the resumed session alone, so whoever rolls an interrupted resume forward makes the same one.
 */
export function continuationOf(parent: Session): Session | null {
  const { continuation, resumedAs } = parent;
  if (continuation === null || resumedAs === null) return null;
  const fresh = start(
    {
      id: resumedAs,
      intent: continuation.intent,
      project: parent.project,
      worktree: continuation.worktree,
      branch: continuation.branch,
      head: continuation.head,
      ref: parent.ref,
      tags: parent.tags,
      agent: continuation.agent,
    },
    new Date(continuation.at),
  );
  return {
    ...fresh,
    resumedFrom: parent.id,
    tasks: unfinishedTasks(parent),
    questions: parent.questions.filter(question => question.answer === null),
    nextSteps: parent.nextSteps,
    decisions: parent.decisions.map(decision => ({ ...decision, from: decision.from ?? parent.id })),
    context: parent.context,
  };
}

/** completed → put away, where lists do not show it. */
export function archive(session: Session, _input: object, _now: Date): Session {
  refuseTrash(session);
  if (session.status !== 'completed') throw wrongStatus(session, ['completed'], 'archive');
  if (session.place === 'archive') throw wrongPlace(session, 'archive');
  return { ...session, place: 'archive' };
}

export function unarchive(session: Session, _input: object, _now: Date): Session {
  refuseTrash(session);
  if (session.place !== 'archive') throw wrongPlace(session, 'unarchive');
  return { ...session, place: 'sessions' };
}

/** Into the trash, from which `restore` brings it back. Any status may be there. */
export function moveToTrash(session: Session, _input: object, _now: Date): Session {
  if (session.place === 'trash') throw wrongPlace(session, 'delete');
  return { ...session, place: 'trash' };
}

export function restore(session: Session, _input: object, _now: Date): Session {
  if (session.place !== 'trash') throw wrongPlace(session, 'restore');
  return { ...session, place: 'sessions' };
}
