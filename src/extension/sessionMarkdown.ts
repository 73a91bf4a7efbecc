import { l10n } from 'vscode';
import { activeMsOf, openSteps, timelineOf } from '../model/queries.ts';
import type { Session } from '../model/session.ts';
import { escapeMarkdown } from '../operations/exportMarkdown.ts';
import { oneLine } from '../operations/page.ts';
import type { SessionsModel } from './sessionsModel.ts';
import { statusLabel, taskStatusLabel } from './tree/items.ts';
import { dateTime, duration } from './words.ts';

/** One session, whole, as Markdown in the editor's language. Stored text cannot become markup. */
export function sessionMarkdown(session: Session, model: SessionsModel): string {
  const text = (value: string) => escapeMarkdown(oneLine(value));
  const activeMs = activeMsOf(session);
  const lines = [`# ${text(session.intent)}`, ''];
  const fact = (name: string, value: string | null | undefined | false) =>
    value && lines.push(`- **${name}:** ${value}`);
  fact(l10n.t('State'), statusWords(session));
  fact(l10n.t('Needs you'), session.needs && text(session.needs.text));
  fact(l10n.t('Doing'), session.activity && text(session.activity.text));
  fact(l10n.t('Why parked'), session.parkedReason && text(session.parkedReason));
  fact(l10n.t('Outcome'), session.outcome && text(session.outcome));
  fact(l10n.t('Project'), `${text(session.project.name)}, ${text(session.where.worktree)}`);
  fact(l10n.t('Branch'), session.branch && text(session.branch));
  fact(l10n.t('Reference'), session.ref && text(session.ref));
  fact(l10n.t('Tags'), session.tags.map(({ id }) => text(id)).join(', '));
  fact(l10n.t('Agent'), session.agent && `${text(session.agent.name)} (${text(session.agent.sessionId)})`);
  fact(l10n.t('Started'), dateTime(session.startedAt));
  fact(l10n.t('Time at work'), activeMs > 0 && duration(activeMs));
  fact(l10n.t('Ended'), session.endedAt && dateTime(session.endedAt));
  fact(l10n.t('Continues'), session.resumedFrom && linkTo(session.resumedFrom, model));
  fact(l10n.t('Continued in'), session.resumedAs && linkTo(session.resumedAs, model));
  fact(l10n.t('Session'), `\`${session.id}\``);
  const section = (title: string, items: readonly string[]) => {
    if (items.length > 0) lines.push('', `## ${title}`, '', ...items);
  };
  section(
    l10n.t('Next steps'),
    openSteps(session).map(step => `- ${text(step.text)}`),
  );
  section(
    l10n.t('Tasks'),
    session.tasks.map(({ subject, status }) => {
      const note = status === 'in_progress' || status === 'skipped' ? ` (${taskStatusLabel(status)})` : '';
      return `- ${status === 'completed' ? '☑' : '☐'} ${text(subject)}${note}`;
    }),
  );
  section(
    l10n.t('Questions'),
    session.questions.map(({ text: question, answers }) =>
      answers.length === 0
        ? `- **${text(question)}**`
        : [`- ${text(question)}`, ...answers.map(answer => text(answer.text))].join('\n  - '),
    ),
  );
  section(
    l10n.t('Decisions'),
    session.decisions.map(({ text: decision, at }) => `- ${text(decision)} (${dateTime(at)})`),
  );
  section(
    l10n.t('Commits'),
    session.commits.map(({ id, message }) => `- ${text(id.slice(0, 9))} ${text(message)}`),
  );
  section(
    l10n.t('Files'),
    session.files.map(({ id }) => `- ${text(id)}`),
  );
  section(l10n.t('Timeline'), timeline(session, text));
  return `${lines.join('\n')}\n`;
}

function statusWords(session: Session): string {
  if (session.place === 'trash') return l10n.t('in the trash');
  if (session.place === 'archive') return l10n.t('archived');
  return statusLabel(session);
}

/** Events and changes of the status, as they came. */
function timeline(session: Session, text: (value: string) => string): string[] {
  return timelineOf(session).map(each => {
    if ('event' in each) return `- ${dateTime(each.at)} ${text(each.event.message)}`;
    const { to, note } = each.change;
    return `- ${dateTime(each.at)} *${statusLabel({ status: to })}*${note === null ? '' : `: ${text(note)}`}`;
  });
}

/** A link from one session's document to another's: relative, as both are files of one scheme. */
function linkTo(id: string, model: SessionsModel): string {
  const intent = model.summary(id)?.intent;
  return `[${escapeMarkdown(intent ? oneLine(intent) : id)}](../${id}/${id}.md)`;
}
