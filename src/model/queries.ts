import { isFarAhead } from './moments.ts';
import {
  type HistoryItem,
  type Question,
  type Session,
  type SessionEvent,
  type SessionStatus,
  sessionLists,
  sessionStatuses,
  type Task,
} from './session.ts';
import { msOf } from './stamp.ts';

/** How many of everything a session has. The four kinds of task always add up to `tasks`. */
export interface Counts {
  readonly tasks: number;
  readonly tasksPending: number;
  readonly tasksInProgress: number;
  readonly tasksCompleted: number;
  readonly tasksSkipped: number;
  readonly events: number;
  readonly decisions: number;
  readonly questions: number;
  readonly questionsOpen: number;
  readonly nextSteps: number;
  readonly commits: number;
  readonly files: number;
}

/** What only the document needs: how two versions of it are joined, what a resume made, what this home keeps. */
const left = ['clock', 'edits', 'removed', 'active', 'days', 'desks', 'earlier', 'context'] as const;
type Left = (typeof left)[number] | (typeof sessionLists)[number];

/** A session without its lists: what a list of sessions shows. `nextStep` is the first next step that is not done. */
export type Summary = Omit<Session, Left> & {
  readonly tags: readonly string[];
  /** Milliseconds at work, on all machines together. */
  readonly activeMs: number;
  readonly counts: Counts;
  readonly nextStep: string | null;
  /** When it was put where it is (the trash, the archive, back); null if it has never been moved. */
  readonly placedAt: string | null;
};

export function countsOf(session: Session): Counts {
  const of = (status: Task['status']) => session.tasks.filter(task => task.status === status).length;
  return {
    tasks: session.tasks.length,
    tasksPending: of('pending'),
    tasksInProgress: of('in_progress'),
    tasksCompleted: of('completed'),
    tasksSkipped: of('skipped'),
    events: session.events.length,
    decisions: session.decisions.length,
    questions: session.questions.length,
    questionsOpen: session.questions.filter(question => firstAnswer(question) === null).length,
    nextSteps: openSteps(session).length,
    commits: session.commits.length,
    files: session.files.length,
  };
}

export function summaryOf(session: Session): Summary {
  const placed = session.edits['place'];
  const summary: Record<string, unknown> = { ...session };
  for (const field of [...sessionLists, ...left]) delete summary[field];
  return {
    ...summary,
    tags: session.tags.map(({ id }) => id),
    activeMs: activeMsOf(session),
    counts: countsOf(session),
    nextStep: openSteps(session)[0]?.text ?? null,
    placedAt: placed === undefined ? null : new Date(msOf(placed)).toISOString(),
  } as unknown as Summary;
}

/** Milliseconds at work, on all machines together. */
export function activeMsOf({ active }: Pick<Session, 'active'>): number {
  return Object.values(active).reduce((sum, ms) => sum + ms, 0);
}

/** The answer that is meant where one is asked for: of several (machines that did not know of each other), the first. */
export function firstAnswer({ answers }: Pick<Question, 'answers'>): Question['answers'][number] | null {
  return answers.reduce<Question['answers'][number] | null>(
    (first, answer) => (first === null || answer.stamp < first.stamp ? answer : first),
    null,
  );
}

/** The next steps that are not done, in their order. */
export function openSteps({ nextSteps }: Pick<Session, 'nextSteps'>): Session['nextSteps'] {
  return nextSteps.filter(step => step.done === null);
}

/** The times by which lists are ordered and judged. */
const listTimes = ['lastHeartbeatAt', 'parkedAt', 'endedAt'] as const;
/** A file's time may be this much behind that of its content: it is that of another clock, or of its last tick. */
const fileTimeMs = 60_000;

/**
 * A summary with times that can be true. Its document was written at `writtenMs`, so a time after that
 * is one of a clock that was ahead; where the file's time is ahead of now as well, the latest of the
 * session's own times that is not counts, if there is one.
 */
export function believable(summary: Summary, writtenMs: number, now: Date): Summary {
  const isAhead = (time: string | null) => time !== null && Date.parse(time) > writtenMs + fileTimeMs;
  const isImpossible = isFarAhead(writtenMs, now);
  if (!isImpossible && !listTimes.some(field => isAhead(summary[field]))) return summary;
  const times = [summary.startedAt, ...listTimes.map(field => summary[field])]
    .map(time => (time === null ? Number.NaN : Date.parse(time)))
    .filter(time => !Number.isNaN(time) && !isFarAhead(time, now));
  const latest = isImpossible ? Math.max(...times) : writtenMs;
  if (!Number.isFinite(latest)) return summary;
  const limit = new Date(latest).toISOString();
  const limited = (time: string | null) => (time !== null && Date.parse(time) > latest ? limit : time);
  const { lastHeartbeatAt, parkedAt, endedAt } = summary;
  return {
    ...summary,
    lastHeartbeatAt: limited(lastHeartbeatAt) ?? limit,
    parkedAt: limited(parkedAt),
    endedAt: limited(endedAt),
  };
}

/** When something last happened in a session, as its ISO time; lists are ordered by it. */
export function lastActivityAt(session: Pick<Session, 'lastHeartbeatAt' | 'endedAt'>): string {
  const { lastHeartbeatAt, endedAt } = session;
  return endedAt !== null && endedAt > lastHeartbeatAt ? endedAt : lastHeartbeatAt;
}

/** Newest activity first; the id breaks ties so that the order is always the same. */
export function byLastActivity(a: Summary, b: Summary): number {
  const [left, right] = [lastActivityAt(a), lastActivityAt(b)];
  if (left !== right) return left < right ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

/**
 * Active without a sign of life for longer than `staleHours`: a view of the session, never a status.
 * A time that is far ahead is the sign of life of a wrong clock, and would count for ever.
 */
export function isStale(
  session: Pick<Session, 'status' | 'lastHeartbeatAt'>,
  now: Date,
  staleHours: number,
): boolean {
  const last = Date.parse(session.lastHeartbeatAt);
  return (
    session.status === 'active' && (now.getTime() - last > staleHours * 3_600_000 || isFarAhead(last, now))
  );
}

/** Something that happened: an event, or a change of the status, by its index in the history. */
export type Happening =
  | { readonly at: string; readonly event: SessionEvent }
  | { readonly at: string; readonly change: StatusChange; readonly index: number };

/** A change of the status, to one; `note` is the reason, the outcome or null. */
export type StatusChange = Omit<HistoryItem, 'what'> & { readonly to: SessionStatus };

/** The changes of a session's status, as they came; being resumed completes it. */
export function statusChanges(session: Session): StatusChange[] {
  const changes = session.history.flatMap(({ what, ...rest }): StatusChange[] => {
    const to = sessionStatuses.find(status => status === what);
    return to === undefined ? [] : [{ ...rest, to }];
  });
  const claim = session.claims.find(({ id }) => id === session.resumedAs);
  return claim === undefined || changes.at(-1)?.to === 'completed'
    ? changes
    : [...changes, { id: claim.id, stamp: claim.stamp, at: claim.at, to: 'completed', note: null }];
}

/**
 * Events and changes of the status as they came. Each list is in the order of its happening, whatever
 * the times in it say: a time that is later than the next one's is of a clock that was ahead, and moves nothing.
 */
export function timelineOf(session: Session): Happening[] {
  const end = Date.parse(lastActivityAt(session));
  const changes = statusChanges(session).map((change, index) => ({ at: change.at, change, index }));
  const events = session.events.map(event => ({ at: event.at, event }));
  const [changeTimes, eventTimes] = [orderedTimes(changes, end), orderedTimes(events, end)];
  const timeline: Happening[] = [];
  let next = 0;
  for (const [index, change] of changes.entries()) {
    // What is dated like the end of a session was noted before it; nothing was before its start.
    const until = changeTimes[index] ?? end;
    while (index > 0 && next < events.length && (eventTimes[next] ?? end) <= until)
      timeline.push(...events.slice(next, ++next));
    timeline.push(change);
  }
  return [...timeline, ...events.slice(next)];
}

/** Times that never run backwards: none is after one that comes later in the list, or after `end`. */
function orderedTimes(items: readonly { readonly at: string }[], end: number): number[] {
  let latest = end;
  const backwards = [...items].reverse().map(({ at }) => {
    latest = Math.min(latest, Date.parse(at));
    return latest;
  });
  return backwards.reverse();
}

/** Tasks still to be done: they are what a continuation inherits. */
export function unfinishedTasks(session: Pick<Session, 'tasks'>): readonly Task[] {
  return session.tasks.filter(task => task.status === 'pending' || task.status === 'in_progress');
}
