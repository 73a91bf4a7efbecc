import type { Session, Task } from './session.ts';

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

/** The fields of a session that are lists which may grow; a summary has their counts instead. */
const listFields = [
  'tasks',
  'events',
  'decisions',
  'questions',
  'nextSteps',
  'commits',
  'files',
  'history',
] as const;
type ListFields = (typeof listFields)[number] | 'context' | 'continuation';

/** A session without its lists: what a list of sessions shows. `nextStep` is the first next step. */
export type Summary = Omit<Session, ListFields> & {
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
    questionsOpen: session.questions.filter(question => question.answer === null).length,
    nextSteps: session.nextSteps.length,
    commits: session.commits.length,
    files: session.files.length,
  };
}

export function summaryOf(session: Session): Summary {
  const summary: Record<string, unknown> = { ...session };
  for (const field of listFields) delete summary[field];
  delete summary['context'];
  delete summary['continuation'];
  return {
    ...summary,
    counts: countsOf(session),
    nextStep: session.nextSteps[0] ?? null,
  } as unknown as Summary;
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
