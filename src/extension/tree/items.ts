import {
  l10n,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCheckboxState,
  TreeItemCollapsibleState,
} from 'vscode';
import { lastActivityAt, type Summary } from '../../model/queries.ts';
import { escapeMarkdown } from '../../operations/exportMarkdown.ts';
import { oneLine } from '../../operations/page.ts';
import { commandId } from '../names.ts';
import type { SessionsModel } from '../sessionsModel.ts';
import { ago, amount, dateTime, shorten, tasksDone } from '../words.ts';
import type { GroupKind, Node, SectionKind } from './nodes.ts';

const { None, Collapsed, Expanded } = TreeItemCollapsibleState;

/** A node as VS Code draws it and reads it aloud. Stored text is data: it is shown as one plain line. */
export function toTreeItem(node: Node, model: SessionsModel): TreeItem {
  const item = itemOf(node, model);
  item.id = node.id;
  return item;
}

function itemOf(node: Node, model: SessionsModel): TreeItem {
  switch (node.kind) {
    case 'project': {
      const item = new TreeItem(oneLine(node.name), Expanded);
      item.iconPath = new ThemeIcon('repo');
      item.contextValue = 'project';
      return item;
    }
    case 'group': {
      const item = new TreeItem(groupLabel(node.group), node.group === 'completed' ? Collapsed : Expanded);
      item.contextValue = `group ${node.group}`;
      return item;
    }
    case 'session':
      return sessionItem(node.session, model);
    case 'more': {
      const item = new TreeItem(l10n.t('Show {0} more…', node.count), None);
      item.command = { command: commandId('showAllCompleted'), title: '', arguments: [node] };
      item.contextValue = 'more';
      return item;
    }
    case 'unreadable': {
      const item = new TreeItem(node.path.slice(node.path.search(/[^/\\]*$/)), None);
      item.description = l10n.t('unreadable');
      item.iconPath = new ThemeIcon('error', new ThemeColor('list.errorForeground'));
      item.tooltip = node.message;
      item.contextValue = 'unreadable';
      item.accessibilityInformation = { label: node.message };
      return item;
    }
    case 'section': {
      const item = new TreeItem(sectionLabel(node.section), Collapsed);
      item.description = String(node.count);
      item.iconPath = new ThemeIcon(sectionIcons[node.section]);
      item.contextValue = 'section';
      return item;
    }
    case 'task':
      return taskItem(node);
    case 'question':
      return leaf(
        node,
        node.question.text,
        'question',
        l10n.t('Question, asked {0}', dateTime(node.question.at)),
      );
    case 'nextStep':
      return leaf(node, node.text, 'arrow-right', l10n.t('Next step'));
    case 'decision':
      return leaf(node, node.decision.text, 'law', dateTime(node.decision.at));
    case 'event': {
      const item = leaf(node, node.event.message, 'circle-small', dateTime(node.event.at));
      item.description = ago(node.event.at, Date.now());
      return item;
    }
    case 'commit': {
      const item = leaf(node, node.commit.message || node.commit.id, 'git-commit', node.commit.id);
      item.description = node.commit.id.slice(0, 8);
      return item;
    }
    case 'file':
      return leaf(node, node.path, 'file', l10n.t('File'));
  }
}

function sessionItem(id: string, model: SessionsModel): TreeItem {
  const summary = model.summary(id);
  // It may have gone between the drawing of its group and its own.
  if (summary === undefined) return new TreeItem(id, None);
  const item = new TreeItem(shorten(oneLine(summary.intent), 200), Collapsed);
  const stale = model.isStale(summary);
  const when = ago(lastActivityAt(summary), Date.now());
  const { needs, branch } = summary;
  // What matters most comes first: a narrow side bar cuts off the rest.
  const words = [
    needs && shorten(oneLine(needs.text), 100),
    stale && l10n.t('stale'),
    when,
    branch && oneLine(branch),
  ];
  item.description = words.filter(Boolean).join(' · ');
  item.iconPath = iconOf(summary, stale);
  item.contextValue = [
    'session',
    summary.status,
    summary.needs && 'needs',
    summary.resumedAs && 'resumed',
    stale && 'stale',
  ]
    .filter(Boolean)
    .join(' ');
  item.accessibilityInformation = { label: spokenLabel(summary, stale, when) };
  return item;
}

function iconOf(summary: Summary, stale: boolean): ThemeIcon {
  if (summary.status === 'parked') return new ThemeIcon('debug-pause', new ThemeColor('charts.blue'));
  if (summary.status === 'completed') return new ThemeIcon('pass', new ThemeColor('disabledForeground'));
  if (summary.needs !== null)
    return new ThemeIcon('bell-dot', new ThemeColor('notificationsWarningIcon.foreground'));
  if (stale) return new ThemeIcon('history', new ThemeColor('charts.yellow'));
  return new ThemeIcon('circle-filled', new ThemeColor('charts.green'));
}

function spokenLabel(summary: Summary, stale: boolean, when: string): string {
  const { intent, branch, needs, counts } = summary;
  const state = stale ? l10n.t('stale') : statusLabel(summary);
  const parts = [
    oneLine(intent),
    needs === null ? state : l10n.t('needs you: {0}', oneLine(needs.text)),
    branch && l10n.t('branch {0}', oneLine(branch)),
    tasksDone(counts),
    when,
  ];
  return parts.filter(Boolean).join(', ');
}

function taskItem({ task }: Extract<Node, { kind: 'task' }>): TreeItem {
  const item = new TreeItem(oneLine(task.subject), None);
  const done = task.status === 'completed';
  const spoken = { label: l10n.t('Task {0}, {1}', oneLine(task.subject), taskStatusLabel(task.status)) };
  item.checkboxState = {
    state: done ? TreeItemCheckboxState.Checked : TreeItemCheckboxState.Unchecked,
    tooltip: done ? l10n.t('Done') : l10n.t('Mark as Done'),
    accessibilityInformation: spoken,
  };
  item.accessibilityInformation = spoken;
  if (task.status === 'in_progress' || task.status === 'skipped')
    item.description = taskStatusLabel(task.status);
  item.tooltip = l10n.t('Task, {0}', taskStatusLabel(task.status));
  item.contextValue = `task ${task.status}`;
  return item;
}

/** A row that opens what it names. */
function leaf(node: Node, text: string, icon: string, tooltip: string): TreeItem {
  const item = new TreeItem(shorten(oneLine(text), 300), None);
  item.iconPath = new ThemeIcon(icon);
  item.tooltip = `${oneLine(text)}\n${tooltip}`;
  item.contextValue = node.kind;
  item.command = { command: commandId('openItem'), title: l10n.t('Open'), arguments: [node] };
  item.accessibilityInformation = { label: `${tooltip}: ${oneLine(text)}` };
  return item;
}

/** Why it is where it is, what comes next, how much there is: read when somebody points at it. */
export async function tooltipOf(id: string, model: SessionsModel): Promise<MarkdownString | undefined> {
  const summary = model.summary(id);
  if (summary === undefined) return undefined;
  const { counts } = summary;
  const lines = [`**${escapeMarkdown(oneLine(summary.intent))}**`];
  const fact = (name: string, value: string | null) =>
    value && lines.push(`${name}: ${escapeMarkdown(shorten(oneLine(value), 300))}`);
  fact(l10n.t('Needs you'), summary.needs?.text ?? null);
  fact(l10n.t('Doing'), summary.activity?.text ?? null);
  fact(l10n.t('Parked'), summary.parkedReason);
  fact(l10n.t('Outcome'), summary.outcome);
  fact(l10n.t('Next step'), summary.nextStep);
  fact(l10n.t('Reference'), summary.ref);
  fact(l10n.t('Tags'), summary.tags.join(', '));
  fact(l10n.t('Agent'), summary.agent?.name ?? null);
  fact(l10n.t('Folder'), summary.where.worktree);
  const amounts = [
    tasksDone(counts),
    amount(
      counts.questionsOpen,
      () => l10n.t('1 open question'),
      n => l10n.t('{0} open questions', n),
    ),
    amount(
      counts.commits,
      () => l10n.t('1 commit'),
      n => l10n.t('{0} commits', n),
    ),
    amount(
      counts.events,
      () => l10n.t('1 event'),
      n => l10n.t('{0} events', n),
    ),
  ].filter(Boolean);
  if (amounts.length > 0) lines.push(amounts.join(', '));
  lines.push(l10n.t('Started {0}', dateTime(summary.startedAt)));
  return new MarkdownString(lines.join('\n\n'));
}

export function statusLabel(summary: Pick<Summary, 'status'>): string {
  const labels: Record<Summary['status'], string> = {
    active: l10n.t('active'),
    parked: l10n.t('parked'),
    completed: l10n.t('completed'),
  };
  return labels[summary.status];
}

export function taskStatusLabel(status: 'pending' | 'in_progress' | 'completed' | 'skipped'): string {
  const labels = {
    pending: l10n.t('to do'),
    in_progress: l10n.t('in progress'),
    completed: l10n.t('done'),
    skipped: l10n.t('skipped'),
  };
  return labels[status];
}

function groupLabel(group: GroupKind): string {
  const labels: Record<GroupKind, string> = {
    needs: l10n.t('Needs you'),
    active: l10n.t('Active'),
    parked: l10n.t('Parked'),
    completed: l10n.t('Recently completed'),
    unreadable: l10n.t('Unreadable'),
  };
  return labels[group];
}

const sectionIcons: Record<SectionKind, string> = {
  decisions: 'law',
  commits: 'git-commit',
  events: 'list-unordered',
  files: 'files',
};

function sectionLabel(section: SectionKind): string {
  const labels: Record<SectionKind, string> = {
    decisions: l10n.t('Decisions'),
    commits: l10n.t('Commits'),
    events: l10n.t('Events'),
    files: l10n.t('Files'),
  };
  return labels[section];
}
