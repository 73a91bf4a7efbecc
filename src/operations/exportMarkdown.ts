import { activeMsOf, lastActivityAt, openSteps, timelineOf } from '../model/queries.ts';
import type { Session, Task } from '../model/session.ts';
import { duration, oneLine, safe } from './page.ts';

/*
 * A session as a Markdown document. Everything that was stored is text in it and nothing else: it
 * cannot begin a heading, a list or a table, make a link or an image, or bring in HTML.
 */

/** One document per session, with a rule between two. */
export function markdownOf(sessions: readonly Session[]): string {
  if (sessions.length === 0) return 'No sessions.\n';
  return sessions.map(sessionMarkdown).join('\n---\n\n');
}

function sessionMarkdown(session: Session): string {
  const { project, where } = session;
  const activeMs = activeMsOf(session);
  const lines = [`# ${inline(session.intent) || '(no intent)'}`, ''];
  const fact = (name: string, value: string | null) => {
    if (value !== null && value !== '') lines.push(`- **${name}:** ${value}`);
  };
  fact('State', stateWords(session));
  fact('Needs you', session.needs && block(session.needs.text, 2));
  fact('Doing', session.activity && block(session.activity.text, 2));
  fact('Project', `${inline(project.name)} (${code(where.root)})`);
  fact('Branch', session.branch && code(session.branch));
  fact('Worktree', where.worktree === where.root ? null : code(where.worktree));
  fact('Reference', session.ref && inline(session.ref));
  fact('Tags', session.tags.map(({ id }) => inline(id)).join(', '));
  fact('Agent', session.agent && `${inline(session.agent.name)} (${code(session.agent.sessionId)})`);
  fact('Started', time(session.startedAt));
  fact('Last activity', time(lastActivityAt(session)));
  fact('At work', activeMs > 0 ? duration(activeMs) : null);
  fact('Continues', session.resumedFrom && code(session.resumedFrom));
  fact('Continued in', session.resumedAs && code(session.resumedAs));
  fact('Session', code(session.id));
  const section = (title: string, ...content: readonly string[]) => {
    if (content.length > 0) lines.push('', `## ${title}`, '', ...content);
  };
  if (session.parkedReason) section('Why parked', block(session.parkedReason, 0));
  if (session.outcome) section('Outcome', block(session.outcome, 0));
  section(`Tasks${taskWords(session.tasks)}`, ...session.tasks.map(taskLine));
  section('Next steps', ...openSteps(session).map(({ text }) => `- ${block(text, 2)}`));
  section(
    'Questions',
    ...session.questions.map(({ text, answers }) =>
      [
        `- ${block(text, 2)}`,
        ...(answers.length === 0
          ? ['*Not answered yet*']
          : answers.map(each => `**Answer:** ${block(each.text, 4)}`)),
      ].join('\n  - '),
    ),
  );
  section(
    'Decisions',
    ...session.decisions.map(({ text, at, from }) => {
      const origin = from === undefined ? '' : `, from ${code(from)}`;
      return `- ${block(text, 2)} *(${at.slice(0, 10)}${origin})*`;
    }),
  );
  section(
    'Commits',
    ...session.commits.map(({ id, message }) => `- ${code(id.slice(0, 12))} ${block(message, 2)}`),
  );
  section('Files', ...session.files.map(({ id }) => `- ${code(id)}`));
  section('Timeline', ...timeline(session));
  return `${lines.join('\n')}\n`;
}

function stateWords(session: Session): string {
  const since = { active: null, parked: session.parkedAt, completed: session.endedAt }[session.status];
  const put = session.place === 'archive' ? ' (archived)' : '';
  return `${session.status}${since === null ? '' : `, ${time(since)}`}${put}`;
}

function taskWords(tasks: readonly Task[]): string {
  const relevant = tasks.filter(task => task.status !== 'skipped');
  const done = relevant.filter(task => task.status === 'completed').length;
  return relevant.length === 0 ? '' : ` (${done} of ${relevant.length} done)`;
}

function taskLine({ subject, status }: Task): string {
  const text = block(subject, 2);
  if (status === 'completed') return `- [x] ${text}`;
  if (status === 'in_progress') return `- [ ] ${text} *(in progress)*`;
  return status === 'skipped' ? `- [ ] ${text} *(skipped)*` : `- [ ] ${text}`;
}

const changes = { active: 'Reopened', parked: 'Parked', completed: 'Completed' } as const;

/** Changes of status and events, as they came. */
function timeline(session: Session): string[] {
  return timelineOf(session).map(each => {
    if ('event' in each) return `- ${time(each.at)} — ${block(each.event.message, 2)}`;
    const { to, note } = each.change;
    const change = each.index === 0 && to === 'active' ? 'Started' : changes[to];
    return `- ${time(each.at)} — **${change}**${note ? `: ${block(note, 2)}` : ''}`;
  });
}

function time(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

function inline(text: string): string {
  return escapeMarkdown(oneLine(text));
}

/** Text of several lines, whose later ones are indented so that they stay in their list item. */
function block(text: string, indent: number): string {
  const margin = ' '.repeat(indent);
  return safe(text)
    .trim()
    .split(/\n(?:[^\S\n]*\n)+/)
    .map(paragraph => paragraph.split('\n').map(escapeMarkdown).join(`\\\n${margin}`))
    .join(`\n\n${margin}`);
}

/** One line of text, as Markdown for nothing but that text. Its indentation is kept by spaces that do not make a block of code of it. */
export function escapeMarkdown(line: string): string {
  return line
    .trimEnd()
    .replace(/[\\`*_[\]<>&|~#$@]/g, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/www\./gi, match => `${match.slice(0, 3)}\\.`)
    .replace(/^(\s*)([-+=:])/, '$1\\$2')
    .replace(/^(\s*\d{1,9})([.)])/, '$1\\$2')
    .replace(/^[\t ]+/, spaces => '\u00a0'.repeat(spaces.replace(/\t/g, '    ').length));
}

/** Text as a code span, whatever backticks are in it. */
function code(text: string): string {
  const content = oneLine(text);
  if (content === '') return '';
  let fence = '`';
  for (const [run] of content.matchAll(/`+/g)) if (run.length >= fence.length) fence = `${run}\``;
  const room = content.startsWith('`') || content.endsWith('`') ? ' ' : '';
  return `${fence}${room}${content}${room}${fence}`;
}
