import { SessionError } from './errors.ts';
import { listLimits } from './limits.ts';
import { claimOf, newestOf, settle } from './merge.ts';
import { activeMsOf, countsOf, firstAnswer, openSteps, unfinishedTasks } from './queries.ts';
import {
  type Agent,
  type deskReasons,
  type EarlierPart,
  type ProjectRef,
  type Session,
  schemaVersion,
  type TaskStatus,
  type Where,
} from './session.ts';
import {
  activeFor,
  add,
  addNamed,
  alreadyResumed,
  born,
  enter,
  find,
  openFor,
  refuseTrash,
  stamped,
  takeOut,
  touch,
  write,
  writeItem,
  wrongPlace,
  wrongStatus,
} from './sessionRules.ts';
import { itemId, type Moment, tick } from './stamp.ts';

/*
 * Every way a session can change, as pure functions `(session, input, moment) → session`. They know no
 * files, no clock and no randomness, and may be run again: the store does so from a fresh read when
 * a commit was refused. What is not allowed is thrown as a typed refusal and nothing is written.
 */

export interface NewSession {
  id: string;
  intent: string;
  project: ProjectRef;
  /** Where the work is, on the machine of the moment. */
  where: Omit<Where, 'machine'>;
  branch?: string | null;
  head?: string | null;
  ref?: string | null;
  tags?: readonly string[];
  tasks?: readonly string[];
  agent?: Agent | null;
}

/** A new active session. */
export function start(input: NewSession, moment: Moment): Session {
  const stamp = tick(null, moment);
  const at = moment.now.toISOString();
  const session: Session = {
    id: input.id,
    schemaVersion,
    revision: 1,
    stamp,
    clock: stamp,
    edits: {},
    status: 'active',
    endedAt: null,
    outcome: null,
    parkedAt: null,
    parkedReason: null,
    resumedAs: null,
    place: 'sessions',
    intent: input.intent,
    project: input.project,
    where: on(moment.machine, input.where),
    branch: input.branch ?? null,
    startHead: input.head ?? null,
    ref: input.ref ?? null,
    activity: null,
    needs: null,
    agent: input.agent ?? null,
    desk: null,
    startedAt: at,
    lastHeartbeatAt: at,
    resumedFrom: null,
    imported: null,
    earlier: null,
    tasks: [],
    events: [],
    decisions: [],
    questions: [],
    nextSteps: [],
    commits: [],
    files: [],
    tags: [],
    // Of one id in every session, so that whoever makes a continuation makes the same one.
    history: [{ id: 'start', stamp, at, what: 'active', note: null }],
    claims: [],
    removed: {},
    active: {},
    days: {},
    desks: [],
  };
  return tasksAdded(tagsAdded(session, input.tags ?? []), input.tasks ?? [], moment);
}

export function log(
  session: Session,
  input: { message: string; kind?: string | undefined; by?: string | undefined },
  moment: Moment,
): Session {
  const open = openFor(session, 'log', moment);
  const { message, kind, by } = input;
  const event = {
    id: itemId(moment, open.clock),
    ...born(open),
    message,
    ...(kind && { kind }),
    ...(by && { by }),
  };
  return add(open, 'events', [event]);
}

export function setActivity(session: Session, input: { activity: string | null }, moment: Moment): Session {
  const active = activeFor(session, 'set the activity of', moment);
  const { activity } = input;
  return write(active, {
    activity: activity === null ? null : { text: activity, at: active.lastHeartbeatAt },
  });
}

export interface NewNeeds {
  /** Null: nothing is needed any more. */
  needs: string | null;
  kind?: string | undefined;
  by?: string | null | undefined;
}

export function setNeeds(
  session: Session,
  { needs, kind = 'other', by = null }: NewNeeds,
  moment: Moment,
): Session {
  const active = activeFor(session, 'set what is needed of', moment);
  return write(active, {
    needs: needs === null ? null : { text: needs, kind, since: active.lastHeartbeatAt, by },
  });
}

/** A sign of life and nothing else. */
export function beat(session: Session, _input: object, moment: Moment): Session {
  return activeFor(session, 'send a heartbeat to', moment);
}

/** Adds tasks, each with a subject of its own. @throws SessionError `duplicate_subject` */
export function addTasks(session: Session, input: { tasks: readonly string[] }, moment: Moment): Session {
  if (input.tasks.length === 0) return session;
  return tasksAdded(openFor(session, 'add a task to', moment), input.tasks, moment);
}

function tasksAdded(session: Session, subjects: readonly string[], moment: Moment): Session {
  const known = new Set(session.tasks.map(task => task.subject));
  const tasks = subjects.map((subject, n) => {
    if (known.has(subject)) throw new SessionError('duplicate_subject', { id: session.id, subject });
    known.add(subject);
    return { id: itemId(moment, session.clock, n), ...born(session), subject, status: 'pending' as const };
  });
  return add(session, 'tasks', tasks);
}

export interface TaskChange {
  /** The task's id, its place in the list (from 1), or an unambiguous part of its subject or its id. */
  task: string;
  status?: TaskStatus | undefined;
  subject?: string | undefined;
}

export function setTask(session: Session, input: TaskChange, moment: Moment): Session {
  const open = openFor(session, 'change a task of', moment);
  const task = find('task', open.tasks, input.task, item => item.subject);
  const { status, subject } = input;
  // Of two that are called the same (two machines made one each), either can still be done.
  const isRenamed = subject !== undefined && subject !== task.subject;
  if (isRenamed && open.tasks.some(other => other.subject === subject)) {
    throw new SessionError('duplicate_subject', { id: session.id, subject });
  }
  const changed = writeItem(open, task, { ...(status && { status }), ...(isRenamed && { subject }) });
  return { ...open, tasks: open.tasks.map(other => (other === task ? changed : other)) };
}

export function decide(session: Session, input: { text: string }, moment: Moment): Session {
  const open = openFor(session, 'add a decision to', moment);
  return add(open, 'decisions', [{ id: itemId(moment, open.clock), ...born(open), text: input.text }]);
}

export function ask(session: Session, input: { text: string }, moment: Moment): Session {
  const open = openFor(session, 'add a question to', moment);
  return add(open, 'questions', [
    { id: itemId(moment, open.clock), ...born(open), text: input.text, answers: [] },
  ]);
}

/** @throws SessionError `already_answered`: an answer is not overwritten by a later one. */
export function answer(
  session: Session,
  input: { question: string; answer: string },
  moment: Moment,
): Session {
  const open = openFor(session, 'answer a question of', moment);
  const question = find('question', open.questions, input.question, item => item.text);
  if (firstAnswer(question) !== null) {
    throw new SessionError('already_answered', { id: session.id, question: question.text });
  }
  const given = { id: itemId(moment, open.clock), ...born(open), text: input.answer };
  const answered = { ...question, answers: [...question.answers, given] };
  return { ...open, questions: open.questions.map(other => (other === question ? answered : other)) };
}

export function addNextSteps(
  session: Session,
  input: { nextSteps: readonly string[] },
  moment: Moment,
): Session {
  return stepsAdded(openFor(session, 'add a next step to', moment), input.nextSteps, 'last', moment);
}

function stepsAdded(
  session: Session,
  texts: readonly string[],
  where: 'first' | 'last',
  moment: Moment,
): Session {
  const ranks = session.nextSteps.map(step => step.rank);
  const first = where === 'last' ? Math.max(-1, ...ranks) + 1 : Math.min(0, ...ranks) - texts.length;
  const steps = texts.map((text, n) => ({
    // History and next steps of one change have ids of their own ranges.
    id: itemId(moment, session.clock, 2_048 + n),
    ...born(session),
    text,
    rank: first + n,
    done: null,
  }));
  return add(session, 'nextSteps', steps);
}

export function addTags(session: Session, input: { tags: readonly string[] }, moment: Moment): Session {
  return tagsAdded(openFor(session, 'tag', moment), input.tags);
}

function tagsAdded(session: Session, tags: readonly string[]): Session {
  const known = new Set(session.tags.map(({ id }) => id));
  const added = [...new Set(tags)].filter(tag => !known.has(tag));
  return addNamed(
    session,
    'tags',
    added.map(id => ({ id })),
  );
}

/** A commit as it is noted: its name, as whole as it is known. */
export interface NewCommit {
  readonly id: string;
  readonly message: string;
  readonly at: string | null;
  readonly capturedOn?: string | undefined;
}

export interface CommitChange {
  readonly commits: readonly NewCommit[];
  readonly files?: readonly string[];
  /** Names of captured commits that were rewritten: they and the files that only they touched go. */
  readonly superseded?: readonly string[];
  readonly filesLeft?: readonly string[];
}

/** Adds commits and the files they touched. One commit is one, by its whole name and by the beginning of it. */
export function addCommits(session: Session, input: CommitChange, moment: Moment): Session {
  let next = activeFor(session, 'add a commit to', moment);
  const superseded = new Set(input.superseded);
  const rewritten = next.commits.filter(
    ({ id, capturedOn }) => capturedOn !== undefined && superseded.has(id),
  );
  next = takeOut(next, 'commits', new Set(rewritten.map(({ id }) => id)));
  const known = new Map<string, NewCommit>(next.commits.map(commit => [commit.id, commit]));
  const added: NewCommit[] = [];
  const replaced = new Set<string>();
  for (const commit of input.commits) {
    const same = known.get(commit.id) ?? sameCommit(known, commit.id);
    // Named by hand before, by the beginning of its name: now it is known whole, among those it came with.
    const isWhole = same && commit.id.length > same.id.length;
    if (same && !isWhole) continue;
    if (same) replaced.add(same.id);
    const whole = same ? { ...same, id: commit.id, message: commit.message || same.message } : commit;
    known.set(commit.id, whole);
    added.push(whole);
  }
  next = takeOut(next, 'commits', replaced);
  const left = new Set(input.filesLeft);
  next = takeOut(next, 'files', new Set(next.files.flatMap(({ id }) => (left.has(id) ? [id] : []))));
  const there = new Set(next.files.map(({ id }) => id));
  const files = [...new Set(input.files)].filter(file => !there.has(file));
  return addNamed(
    addNamed(next, 'commits', added),
    'files',
    files.map(id => ({ id })),
  );
}

/** Git's own shortest name of a commit, unless it is asked for a shorter one. */
const leastCommitName = 7;
const wholeCommitName = 40;

/** The commit that one of two names is the beginning of the other of. */
function sameCommit<T extends { readonly id: string }>(
  commits: ReadonlyMap<string, T>,
  id: string,
): T | undefined {
  if (!/^[0-9a-f]+$/.test(id) || id.length < leastCommitName) return undefined;
  for (const commit of commits.values()) {
    const [short, long] = commit.id.length < id.length ? [commit.id, id] : [id, commit.id];
    if (short.length < wholeCommitName && short.length >= leastCommitName && long.startsWith(short))
      return commit;
  }
  return undefined;
}

/** A place on a machine, its fields in the order in which they are read. */
function on(machine: string, where: Omit<Where, 'machine'>): Where {
  return Object.assign({ machine }, where, { machine });
}

/** Where a session is now, whose folder was moved: with the stamp of the change that follows. */
export function moveTo(session: Session, where: Omit<Where, 'machine'>, moment: Moment): Session {
  return write(stamped(session, moment), { where: on(moment.machine, where) });
}

export interface Edit {
  intent?: string | undefined;
  ref?: string | null | undefined;
  branch?: string | null | undefined;
}

export function edit(session: Session, input: Edit, moment: Moment): Session {
  const open = openFor(session, 'edit', moment);
  const values = Object.entries(input).filter(([, value]) => value !== undefined);
  return write(open, Object.fromEntries(values));
}

/** active → parked. What was going on and what the person had to do end with it. */
export function park(
  session: Session,
  input: { reason: string | null; nextSteps?: readonly string[] },
  moment: Moment,
): Session {
  const active = write(activeFor(session, 'park', moment), { activity: null, needs: null });
  // What was meant to come first when it was put aside comes first when it goes on.
  return enter(stepsAdded(active, input.nextSteps ?? [], 'first', moment), 'parked', input.reason, moment);
}

/** active or parked → completed. A parked session that is completed was dropped. */
export function complete(
  session: Session,
  input: { outcome: string | null; nextSteps?: readonly string[] },
  moment: Moment,
): Session {
  const open = write(openFor(session, 'complete', moment), { activity: null, needs: null });
  return enter(stepsAdded(open, input.nextSteps ?? [], 'last', moment), 'completed', input.outcome, moment);
}

/** completed → active again, unless it was resumed: then its continuation is where the work goes on. */
export function reopen(session: Session, _input: object, moment: Moment): Session {
  refuseTrash(session);
  if (session.resumedAs !== null) throw alreadyResumed(session, session.resumedAs);
  if (session.status !== 'completed') throw wrongStatus(session, ['completed'], 'reopen');
  return enter(write(touch(session, moment), { place: 'sessions' }), 'active', null, moment);
}

export interface Resume {
  newId: string;
  intent?: string | undefined;
  where?: Omit<Where, 'machine'> | undefined;
  branch?: string | null | undefined;
  head?: string | null | undefined;
  agent?: Agent | null | undefined;
}

/**
 * parked → completed, as the one commit point of a resume: from here on the continuation exists,
 * whether its document has been written yet or not (`continuationOf` makes it).
 */
export function resume(session: Session, input: Resume, moment: Moment): Session {
  refuseTrash(session);
  if (session.resumedAs !== null) throw alreadyResumed(session, session.resumedAs);
  if (session.status !== 'parked') throw wrongStatus(session, ['parked'], 'resume');
  return claimed(touch(session, moment), input, moment);
}

/**
 * completed → the same, with the session in which the work goes on after all: for whoever comes back to
 * what was completed without reopening it. When it ended, and what came of it, stays. The one commit
 * point is here as in a resume, so that there is one continuation at most.
 */
export function goOn(session: Session, input: Resume, moment: Moment): Session {
  refuseTrash(session);
  if (session.resumedAs !== null) throw alreadyResumed(session, session.resumedAs);
  if (session.status !== 'completed') throw wrongStatus(session, ['completed'], 'go on from');
  return claimed(stamped(session, moment), input, moment);
}

function claimed(session: Session, input: Resume, moment: Moment): Session {
  const claim = {
    id: input.newId,
    stamp: session.clock,
    at: moment.now.toISOString(),
    machine: moment.machine,
    // Without a remote to ask, a claim is the first at once.
    order: 1,
    intent: input.intent ?? session.intent,
    branch: input.branch === undefined ? session.branch : input.branch,
    where: on(moment.machine, input.where ?? session.where),
    head: input.head ?? null,
    agent: input.agent ?? null,
  };
  return settle(add(session, 'claims', [claim]));
}

export interface NewDesk {
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
  /** The id of the window that it was in. */
  readonly window: string;
  /** `parked`: what a resume gives back from now on. `kept`: noted while working. `before`: as it was before another. */
  readonly why: (typeof deskReasons)[number];
}

/** Names a desk of this session; the store writes it with the same change. The newest thirty are named. */
export function attachDesk(session: Session, input: NewDesk, moment: Moment): Session {
  refuseTrash(session);
  const next = stamped(session, moment);
  const { hash, size, window, why } = input;
  const at = moment.now.toISOString();
  const desks = [...next.desks, { hash, size, at, window, why }].slice(-listLimits.desks);
  const attached = { ...next, desks };
  const by = { machine: moment.machine, window };
  return why === 'parked' ? write(attached, { desk: { hash, size, at, by } }) : attached;
}

/** Nothing is made from a claim any more: its continuation was removed for good. */
export function closeClaim(session: Session, { claim: id }: { claim: string }, moment: Moment): Session {
  if (!session.claims.some(claim => claim.id === id && !claim.made)) return session;
  const next = stamped(session, moment);
  // Once said it stays so: of two versions the one that says it counts, without a stamp that would pass for work.
  const claims = next.claims.map(claim => (claim.id === id ? { ...claim, made: true } : claim));
  return { ...next, claims };
}

/**
 * The new session that a resumed one goes on in; null for a session that was not resumed, or elsewhere. It is made
 * from the resumed session alone, so whoever rolls an interrupted resume forward makes the same one.
 */
export function continuationOf(parent: Session): Session | null {
  const claim = claimOf(parent);
  if (claim === null || claim.made) return null;
  const { machine, ...where } = claim.where;
  const fresh = start(
    {
      id: claim.id,
      intent: claim.intent,
      project: parent.project,
      where,
      branch: claim.branch,
      head: claim.head,
      ref: parent.ref,
      agent: claim.agent,
    },
    { now: new Date(claim.at), today: claim.at.slice(0, 10), machine, random: '0'.repeat(12) },
  );
  const { context } = parent as { context?: unknown };
  // What is inherited keeps its id and its stamp: it is the same thing.
  const inherited = {
    tasks: unfinishedTasks(parent),
    questions: parent.questions.filter(question => firstAnswer(question) === null),
    nextSteps: openSteps(parent),
    decisions: parent.decisions.map(decision => ({ ...decision, from: decision.from ?? parent.id })),
    tags: parent.tags,
  };
  return {
    ...fresh,
    stamp: claim.stamp,
    // Later than all there is, also of what came to the parent after it was resumed.
    clock: Object.values(inherited).reduce((clock, items) => newestOf(items, clock), claim.stamp),
    history: fresh.history.map(item => ({ ...item, stamp: claim.stamp })),
    resumedFrom: parent.id,
    desk: parent.desk,
    earlier: earlierOf(parent),
    ...inherited,
    ...(context === undefined ? {} : { context }),
  };
}

/** How many parts before a session are told one by one. */
const keptParts = 100;

/** What sums up the parts of the work up to and with a session that was resumed. */
export function earlierOf(parent: Session): NonNullable<Session['earlier']> {
  const part: EarlierPart = {
    id: parent.id,
    startedAt: parent.startedAt,
    endedAt: parent.endedAt,
    activeMs: activeMsOf(parent),
    counts: { ...countsOf(parent) },
    parkedReason: parent.parkedReason,
  };
  const all = [...(parent.earlier?.parts ?? []), part];
  const folded = all.slice(0, Math.max(0, all.length - keptParts));
  const older = folded.reduce(
    (sum, each) => ({
      parts: (sum?.parts ?? 0) + 1,
      activeMs: (sum?.activeMs ?? 0) + each.activeMs,
      counts: addCounts(sum?.counts ?? {}, each.counts),
    }),
    parent.earlier?.older ?? null,
  );
  return { parts: all.slice(folded.length), older };
}

function addCounts(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** completed → put away, where lists do not show it. */
export function archive(session: Session, _input: object, moment: Moment): Session {
  refuseTrash(session);
  if (session.status !== 'completed') throw wrongStatus(session, ['completed'], 'archive');
  if (session.place === 'archive') throw wrongPlace(session, 'archive');
  return move(session, 'archive', moment);
}

export function unarchive(session: Session, _input: object, moment: Moment): Session {
  refuseTrash(session);
  if (session.place !== 'archive') throw wrongPlace(session, 'unarchive');
  return move(session, 'sessions', moment);
}

/** Into the trash, from which `restore` brings it back. Any status may be there. */
export function moveToTrash(session: Session, _input: object, moment: Moment): Session {
  if (session.place === 'trash') throw wrongPlace(session, 'delete');
  return move(session, 'trash', moment);
}

export function restore(session: Session, _input: object, moment: Moment): Session {
  if (session.place !== 'trash') throw wrongPlace(session, 'restore');
  return move(session, 'sessions', moment);
}

/** A move is stamped like any change, but is no sign of life. */
function move(session: Session, place: Session['place'], moment: Moment): Session {
  return write(stamped(session, moment), { place });
}
