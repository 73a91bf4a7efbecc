import { activeMsOf, isStale, openSteps, type Summary } from '../model/queries.ts';
import type { Session, Task } from '../model/session.ts';
import { ago, duration, oneLine, type Page, plural, safe, shortId } from './page.ts';

const marks: Record<Task['status'], string> = {
  pending: '[ ]',
  in_progress: '[~]',
  completed: '[x]',
  skipped: '[-]',
};

/** The state of a session in one word, with its colour. */
export function stateOf(
  session: Pick<Session, 'status' | 'lastHeartbeatAt' | 'place'> & { needs: unknown },
  page: Page,
): string {
  const { style } = page;
  if (session.place === 'trash') return style.red('in trash');
  if (session.status === 'active' && session.needs !== null) return style.red('needs you');
  if (isStale(session, page.now, page.staleHours)) return style.yellow('stale');
  if (session.status === 'active') return style.green('active');
  if (session.status === 'parked') return style.cyan('parked');
  return style.dim(session.place === 'archive' ? 'archived' : 'completed');
}

/** What a changing command says: what was done, to which session. */
export function showChange(did: string, session: Session, page: Page): string {
  return `${did} ${page.style.bold(oneLine(session.intent))} ${page.style.dim(`(${shortId(session.id)})`)}`;
}

/** One session, whole, for reading in a terminal. */
export function showSession(session: Session, page: Page): string {
  const { style, now } = page;
  const lines = [style.bold(oneLine(session.intent)), style.dim(session.id), ''];
  const fact = (name: string, value: string | null | undefined) => {
    if (value) lines.push(`${name.padEnd(12)}${value}`);
  };
  const text = (value: string | null) => value && indent(safe(value));
  fact('State', stateOf(session, page));
  fact('Needs you', text(session.needs?.text ?? null));
  fact('Doing', text(session.activity?.text ?? null));
  fact(
    'Parked',
    session.parkedAt &&
      `${ago(session.parkedAt, now)}${session.parkedReason ? `: ${text(session.parkedReason)}` : ''}`,
  );
  fact('Outcome', text(session.outcome));
  fact('Project', `${oneLine(session.project.name)} ${style.dim(safe(session.where.root))}`);
  fact('Branch', session.branch && oneLine(session.branch));
  fact('Worktree', session.where.worktree === session.where.root ? null : safe(session.where.worktree));
  fact('Reference', session.ref && oneLine(session.ref));
  fact('Tags', session.tags.map(({ id }) => oneLine(id)).join(', '));
  fact(
    'Agent',
    session.agent && `${oneLine(session.agent.name)} ${style.dim(oneLine(session.agent.sessionId))}`,
  );
  fact('Started', `${ago(session.startedAt, now)}, ${duration(activeMsOf(session))} at work`);
  fact('Last seen', session.status === 'active' ? ago(session.lastHeartbeatAt, now) : null);
  fact('Ended', session.endedAt && ago(session.endedAt, now));
  fact('Resumed from', session.resumedFrom && ` ${session.resumedFrom}`);
  fact('Resumed as', session.resumedAs);
  const section = (title: string, items: readonly string[]) => {
    if (items.length > 0) lines.push('', style.bold(title), ...items.map(item => `  ${item}`));
  };
  section(
    'Tasks',
    numbered(
      session.tasks,
      task => `${marks[task.status]} ${oneLine(task.subject)} ${style.dim(oneLine(task.id))}`,
    ),
  );
  section(
    'Next steps',
    openSteps(session).map(step => `- ${oneLine(step.text)}`),
  );
  section(
    'Questions',
    numbered(session.questions, ({ id, text: question, answers }) =>
      answers.length === 0
        ? `${style.yellow('?')} ${oneLine(question)} ${style.dim(oneLine(id))}`
        : `- ${[question, ...answers.map(answer => answer.text)].map(oneLine).join(' → ')}`,
    ),
  );
  section(
    'Decisions',
    session.decisions.map(({ text: decision, at }) => `- ${oneLine(decision)} ${style.dim(ago(at, now))}`),
  );
  section(
    'Commits',
    session.commits.map(({ id, message }) => `${style.yellow(oneLine(id).slice(0, 9))} ${oneLine(message)}`),
  );
  section(
    'Files',
    session.files.map(file => safe(file.id)),
  );
  section(
    'Events',
    session.events.map(
      ({ at, message }) => `${style.dim(at.slice(0, 16).replace('T', ' '))}  ${indent(safe(message), 20)}`,
    ),
  );
  return lines.join('\n');
}

/** The counts worth reading in a list: `2/3 tasks, 1 question`. */
export function countWords({ counts }: Pick<Summary, 'counts'>): string {
  const words: string[] = [];
  const relevant = counts.tasks - counts.tasksSkipped;
  if (counts.tasks > 0) words.push(`${counts.tasksCompleted}/${relevant} tasks`);
  if (counts.questionsOpen > 0) words.push(plural(counts.questionsOpen, 'question'));
  if (counts.commits > 0) words.push(plural(counts.commits, 'commit'));
  return words.join(', ');
}

/** Lines with their place in front of them: `task set` and `answer` take the number. */
function numbered<T>(items: readonly T[], line: (item: T) => string): string[] {
  const width = String(items.length).length;
  return items.map((item, index) => `${String(index + 1).padStart(width)} ${line(item)}`);
}

function indent(text: string, columns = 12): string {
  return text.replace(/\n/g, `\n${' '.repeat(columns)}`);
}
