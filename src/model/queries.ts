import { type Question, type Session, sessionLists, type Task } from './session.ts';

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
  const summary: Record<string, unknown> = { ...session };
  for (const field of [...sessionLists, ...left]) delete summary[field];
  return {
    ...summary,
    tags: session.tags.map(({ id }) => id),
    activeMs: activeMsOf(session),
    counts: countsOf(session),
    nextStep: openSteps(session)[0]?.text ?? null,
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

/** Active without a sign of life for longer than `staleHours`: a view of the session, never a status. */
export function isStale(
  session: Pick<Session, 'status' | 'lastHeartbeatAt'>,
  now: Date,
  staleHours: number,
): boolean {
  return (
    session.status === 'active' &&
    now.getTime() - Date.parse(session.lastHeartbeatAt) > staleHours * 3_600_000
  );
}

/** Tasks still to be done: they are what a continuation inherits. */
export function unfinishedTasks(session: Pick<Session, 'tasks'>): readonly Task[] {
  return session.tasks.filter(task => task.status === 'pending' || task.status === 'in_progress');
}
