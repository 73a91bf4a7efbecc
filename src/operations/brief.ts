import { activeMsOf, firstAnswer, openSteps, unfinishedTasks } from '../model/queries.ts';
import type { Session } from '../model/session.ts';
import { ago, duration, oneLine, plural, safe } from './page.ts';

/** How much of each list fits on one screen; what is left out is said. */
const shown = { tasks: 8, questions: 5, nextSteps: 8, decisions: 5, commits: 5, events: 4 };

/**
 * One screen to pick the work up, as plain Markdown without any colour: for a person to read and for
 * an agent to be given word for word. Stored text stays text: it cannot begin a heading or a list.
 * `parent` is the session this one goes on from: it knows why the work was parked, and what happened
 * last as long as nothing has happened since.
 */
export function briefOf(session: Session, parent: Session | null, now: Date): string {
  const lines = [`# ${oneLine(session.intent)}`, '', stateLine(session, now)];
  const fact = (name: string, value: string | null | undefined) => value && lines.push(`- ${name}: ${value}`);
  lines.push('');
  fact('Needs you', session.needs && oneLine(session.needs.text));
  const reason = session.parkedReason ?? parent?.parkedReason ?? null;
  fact(session.status === 'parked' ? 'Why parked' : 'Why it was parked', reason && oneLine(reason));
  fact('Outcome', session.outcome && oneLine(session.outcome));
  fact('Was doing', session.activity && oneLine(session.activity.text));
  fact(
    'Where',
    `${safe(session.where.worktree).replace(/\s/g, ' ')}${session.branch ? `, branch ${oneLine(session.branch)}` : ''}`,
  );
  fact('Reference', session.ref && oneLine(session.ref));
  fact('Tags', session.tags.map(({ id }) => oneLine(id)).join(', '));
  fact('Continues', session.resumedFrom);
  fact('Continued in', session.resumedAs);
  fact('Session', session.id);
  const section = <T>(
    title: string,
    items: readonly T[],
    limit: number,
    line: (item: T) => string,
    newest = false,
  ) => {
    if (items.length === 0) return;
    const some = newest ? items.slice(-limit) : items.slice(0, limit);
    const left = items.length - some.length;
    lines.push('', `## ${title}`, ...some.map(item => `- ${line(item)}`));
    if (left > 0) lines.push(`- (${newest ? `${left} earlier` : `and ${left} more`})`);
  };
  section('Next steps', openSteps(session), shown.nextSteps, ({ text }) => oneLine(text));
  section('Open tasks', unfinishedTasks(session), shown.tasks, ({ subject, status }) =>
    status === 'in_progress' ? `${oneLine(subject)} (in progress)` : oneLine(subject),
  );
  const open = session.questions.filter(question => firstAnswer(question) === null);
  section('Open questions', open, shown.questions, ({ text }) => oneLine(text));
  section('Decisions', session.decisions, shown.decisions, ({ text }) => oneLine(text), true);
  section(
    'Last commits',
    session.commits.length > 0 ? session.commits : (parent?.commits ?? []),
    shown.commits,
    ({ id, message }) => `${oneLine(id).slice(0, 9)} ${oneLine(message)}`,
    true,
  );
  section(
    'Last events',
    session.events.length > 0 ? session.events : (parent?.events ?? []),
    shown.events,
    ({ at, message }) => `${ago(at, now)}: ${oneLine(message)}`,
    true,
  );
  return lines.join('\n');
}

function stateLine(session: Session, now: Date): string {
  const done = session.tasks.filter(task => task.status === 'completed').length;
  const relevant = session.tasks.filter(task => task.status !== 'skipped').length;
  const parts = [
    session.status === 'parked' && session.parkedAt ? `parked ${ago(session.parkedAt, now)}` : null,
    session.status === 'completed' && session.endedAt ? `completed ${ago(session.endedAt, now)}` : null,
    session.status === 'active' ? `active, last seen ${ago(session.lastHeartbeatAt, now)}` : null,
    `started ${ago(session.startedAt, now)}`,
    `${duration(activeMsOf(session))} at work`,
    relevant > 0 ? `${done} of ${plural(relevant, 'task')} done` : null,
  ];
  return `${oneLine(session.project.name)}: ${parts.filter(Boolean).join(', ')}.`;
}
