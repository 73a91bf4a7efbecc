import {
  EventEmitter,
  type TreeDataProvider,
  type TreeItem,
  TreeItemCollapsibleState,
  workspace,
} from 'vscode';
import { isSessionError } from '../../model/errors.ts';
import { byLastActivity, firstAnswer, lastActivityAt, openSteps, type Summary } from '../../model/queries.ts';
import type { Session } from '../../model/session.ts';
import { errorMessage } from '../errors.ts';
import type { ModelChange, SessionsModel } from '../sessionsModel.ts';
import { ago } from '../words.ts';
import { matches, type SessionFilter } from './filter.ts';
import { tooltipOf, toTreeItem } from './items.ts';
import { type GroupKind, type Node, rowIds, type SectionKind, type SessionNode } from './nodes.ts';

/** How many completed sessions are shown before a "Show all". */
const recentlyCompleted = 20;
/** How many of a long list under a session are shown: the newest. */
const recentItems = 50;

const groupKinds: readonly GroupKind[] = ['needs', 'active', 'parked', 'completed', 'unreadable'];

/** Draws the model as a tree. It holds nothing of its own but the nodes it has given out. */
export class SessionsProvider implements TreeDataProvider<Node> {
  readonly #model: SessionsModel;
  readonly #changed = new EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  /** The node objects that VS Code knows: it finds them by identity, not by their id. */
  readonly #nodes = new Map<string, Node>();
  readonly #allCompleted = new Set<string>();
  /** What stood where when it was last drawn: as long as that is the same, only rows are drawn anew. */
  #layout = '';
  #drewNothing = true;
  /** What the rows said of the time when all were last drawn. */
  #times = '';
  #filter: SessionFilter = { words: [], tags: [] };
  /** What the person has opened, by `openName`: a session that goes to another group stays open. */
  readonly #open = new Set<string>();

  constructor(model: SessionsModel) {
    this.#model = model;
  }

  set filter(filter: SessionFilter) {
    this.#filter = filter;
    this.refresh();
  }

  /** True where no row is drawn, for want of sessions or because of the filter. */
  get isEmpty(): boolean {
    return this.#roots().length === 0;
  }

  /** Draws again what a change of the model concerns. */
  follow(change: ModelChange): void {
    const layout = this.#layoutNow();
    if (change === 'all' || layout !== this.#layout) {
      // Drawn without need, nothing would hold up what comes next: VS Code gathers what follows within 200 ms.
      if (!this.#drewNothing || !this.isEmpty) this.refresh();
      return;
    }
    for (const node of this.#nodes.values()) {
      if (node.kind === 'session' && change.ids.has(node.session)) this.#changed.fire(node);
    }
  }

  refresh(): void {
    this.#layout = this.#layoutNow();
    this.#times = this.#timesNow();
    this.#drewNothing = this.isEmpty;
    this.#changed.fire(undefined);
  }

  /** Draws again if a row would say another time by now, or that its session is stale. */
  followTime(): void {
    if (this.#timesNow() !== this.#times) this.refresh();
  }

  /** Shows all completed sessions of a group instead of the newest ones. */
  showAllCompleted(group: Node): void {
    this.#allCompleted.add(group.id);
    this.refresh();
  }

  /** The row of a session, in the first group that shows it. */
  sessionNode(id: string): SessionNode | undefined {
    for (const root of this.#roots()) {
      const groups = root.kind === 'project' ? this.#groups(root) : [root];
      for (const group of groups) {
        if (group.kind !== 'group') continue;
        const node = this.#groupRows(group).find(each => each.kind === 'session' && each.session === id);
        if (node?.kind === 'session') return node;
      }
    }
    return undefined;
  }

  /** Notes that the person has opened or closed a row. */
  setOpen(node: Node, isOpen: boolean): void {
    const name = openName(node);
    if (name === null) return;
    if (isOpen) this.#open.add(name);
    else this.#open.delete(name);
  }

  /** Where a row is now whose session has gone to another group; undefined where it has not, or is gone. */
  async moved(node: Node): Promise<Node | undefined> {
    const row = sessionRowOf(node);
    const now = row === null ? undefined : this.sessionNode(row.session);
    if (row === null || now === undefined || now.id === row.id) return undefined;
    const id = `${now.id}${node.id.slice(row.id.length)}`;
    let found: Node | undefined = now;
    while (found !== undefined && found.id !== id) {
      const children: Node[] = await this.getChildren(found);
      found =
        children.find(child => child.id === id) ?? children.find(child => id.startsWith(`${child.id}/`));
    }
    return found;
  }

  getTreeItem(node: Node): TreeItem {
    const item = toTreeItem(node, this.#model);
    const name = openName(node);
    if (name !== null && this.#open.has(name)) item.collapsibleState = TreeItemCollapsibleState.Expanded;
    return item;
  }

  async resolveTreeItem(item: TreeItem, node: Node): Promise<TreeItem> {
    if (node.kind === 'session' && item.tooltip === undefined)
      item.tooltip = await tooltipOf(node.session, this.#model);
    return item;
  }

  getParent(node: Node): Node | null {
    return node.kind === 'project' ? null : node.parent;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined) {
      if (!this.#model.loaded) return [];
      this.#layout = this.#layoutNow();
      return this.#roots();
    }
    switch (node.kind) {
      case 'project':
        return this.#groups(node);
      case 'group':
        return this.#groupRows(node);
      case 'session':
        return this.#details(node);
      case 'section':
        return this.#section(node);
      default:
        return [];
    }
  }

  #roots(): Node[] {
    if (this.#model.scope === 'project') return this.#groups(null);
    const projects = new Map<string, string>();
    for (const summary of this.#visible()) {
      const { key, name } = this.#model.projectOf(summary);
      projects.set(key, name);
    }
    const nodes = [...projects]
      .sort(([, a], [, b]) => a.localeCompare(b))
      .map(([key, name]) => this.#keep({ kind: 'project', id: `project/${key}`, key, name }));
    return [...nodes, ...this.#unreadableGroup()];
  }

  #groups(project: Node | null): Node[] {
    const key = project?.kind === 'project' ? project.key : null;
    const groups = groupKinds
      .filter(group => group !== 'unreadable' && this.#sessionsOf(group, key).length > 0)
      .map(group =>
        this.#keep({ kind: 'group', id: `${key ?? 'here'}/${group}`, group, project: key, parent: project }),
      );
    return key === null ? [...groups, ...this.#unreadableGroup()] : groups;
  }

  #unreadableGroup(): Node[] {
    if (this.#model.unreadable.length === 0) return [];
    return [
      this.#keep({ kind: 'group', id: 'unreadable', group: 'unreadable', project: null, parent: null }),
    ];
  }

  #groupRows(group: Extract<Node, { kind: 'group' }>): Node[] {
    if (group.group === 'unreadable') {
      return this.#model.unreadable.map(({ id, path, error }) =>
        this.#keep({
          kind: 'unreadable',
          id: `unreadable/${id}`,
          path,
          message: errorMessage(error),
          parent: group,
        }),
      );
    }
    const sessions = this.#sessionsOf(group.group, group.project);
    const all = group.group !== 'completed' || this.#allCompleted.has(group.id);
    const shown = all ? sessions : sessions.slice(0, recentlyCompleted);
    const rows = shown.map(({ id }) =>
      this.#keep({ kind: 'session', id: `${group.id}/${id}`, session: id, parent: group }),
    );
    const hidden = sessions.length - shown.length;
    return hidden === 0
      ? rows
      : [...rows, this.#keep({ kind: 'more', id: `${group.id}/#more`, count: hidden, parent: group })];
  }

  /** A session stands in one group: one that needs the person is not listed among the active ones again. */
  #sessionsOf(group: GroupKind, project: string | null): Summary[] {
    return this.#visible().filter(summary => {
      if (project !== null && this.#model.projectOf(summary).key !== project) return false;
      return groupOf(summary) === group;
    });
  }

  #visible(): Summary[] {
    const all = this.#model.scope === 'all';
    return this.#model.summaries
      .filter(summary => (all || this.#model.isHere(summary)) && matches(summary, this.#filter))
      .sort(byLastActivity);
  }

  #layoutNow(): string {
    const rows = this.#visible().map(summary => `${summary.id}${groupOf(summary)}`);
    return [this.#model.scope, ...rows, ...this.#model.unreadable.map(({ id }) => id)].join();
  }

  #timesNow(): string {
    const now = Date.now();
    return this.#visible()
      .map(summary => `${ago(lastActivityAt(summary), now)}${this.#model.isStale(summary)}`)
      .join();
  }

  async #details(node: SessionNode): Promise<Node[]> {
    const session = await this.#whole(node.session);
    if (session === null) return [];
    const wanted = workspace.getConfiguration('workSessions').get<string[]>('details', []);
    return wanted.flatMap(kind => this.#detailsOf(kind, node, session));
  }

  /** Null for a session that went while its row was being opened: its row is going as well. */
  async #whole(id: string): Promise<Session | null> {
    return this.#model.session(id).catch(error => {
      if (isSessionError(error, 'not_found')) return null;
      throw error;
    });
  }

  #detailsOf(kind: string, parent: SessionNode, session: Session): Node[] {
    const base = { session: session.id, parent };
    switch (kind) {
      case 'tasks':
        return named(`${parent.id}/task`, session.tasks, ({ id }) => id).map(([id, task]) =>
          this.#keep({ ...base, kind: 'task', id, task }),
        );
      case 'questions':
        return named(`${parent.id}/question`, session.questions, ({ id }) => id)
          .filter(([, question]) => firstAnswer(question) === null)
          .map(([id, question]) => this.#keep({ ...base, kind: 'question', id, question }));
      case 'nextSteps':
        return named(`${parent.id}/nextStep`, openSteps(session), ({ id }) => id).map(([id, { text }]) =>
          this.#keep({ ...base, kind: 'nextStep', id, text }),
        );
      case 'decisions':
      case 'commits':
      case 'events':
      case 'files': {
        const count = session[kind].length;
        return count === 0
          ? []
          : [this.#keep({ kind: 'section', id: `${parent.id}/${kind}`, section: kind, count, parent })];
      }
      default:
        return [];
    }
  }

  async #section(node: Extract<Node, { kind: 'section' }>): Promise<Node[]> {
    const session = await this.#whole(node.parent.session);
    if (session === null) return [];
    const base = { session: session.id, parent: node };
    const make: Record<SectionKind, () => Node[]> = {
      decisions: () =>
        newest(named(node.id, session.decisions, ({ id }) => id)).map(([id, decision]) => ({
          ...base,
          kind: 'decision',
          id,
          decision,
        })),
      commits: () =>
        newest(named(node.id, session.commits, commit => commit.id)).map(([id, commit]) => ({
          ...base,
          kind: 'commit',
          id,
          commit,
        })),
      events: () =>
        newest(session.events).map((event, index) => ({
          ...base,
          kind: 'event',
          id: `${node.id}/${session.events.length - index}`,
          event,
        })),
      files: () =>
        named(node.id, session.files, file => file.id).map(([id, { id: path }]) => ({
          ...base,
          kind: 'file',
          id,
          path,
        })),
    };
    return make[node.section]().map(each => this.#keep(each));
  }

  /** The node object that VS Code already has under this id, brought up to date, or this one. */
  #keep<N extends Node>(node: N): N {
    const known = this.#nodes.get(node.id);
    if (known?.kind === node.kind) return Object.assign(known, node);
    this.#nodes.set(node.id, node);
    return node;
  }
}

/** What a row that can be opened is called wherever it stands; null for rows that stay where they are. */
function openName(node: Node): string | null {
  if (node.kind === 'session') return node.session;
  return node.kind === 'section' ? `${node.parent.session}/${node.section}` : null;
}

/** The row of the session that a row belongs to. */
function sessionRowOf(node: Node): SessionNode | null {
  let row: Node | null = node;
  while (row !== null && row.kind !== 'session') row = row.kind === 'project' ? null : row.parent;
  return row;
}

function groupOf(summary: Summary): GroupKind {
  if (summary.status !== 'active') return summary.status;
  return summary.needs === null ? 'active' : 'needs';
}

/** The items of a list, each with the id of its row. */
function named<T>(prefix: string, items: readonly T[], nameOf: (item: T) => string): [string, T][] {
  const ids = rowIds(prefix, items.map(nameOf));
  return items.map((item, index) => [ids[index] ?? '', item]);
}

function newest<T>(list: readonly T[]): T[] {
  return list.slice(-recentItems).reverse();
}
