import {
  EventEmitter,
  type TreeDataProvider,
  type TreeItem,
  TreeItemCollapsibleState,
  workspace,
} from 'vscode';
import { isSessionError } from '../../model/errors.ts';
import { lastActivityAt } from '../../model/queries.ts';
import type { Session } from '../../model/session.ts';
import { errorMessage } from '../errors.ts';
import type { ModelChange, SessionsModel } from '../sessionsModel.ts';
import { ago } from '../words.ts';
import { detailsOf, sectionRows } from './details.ts';
import type { SessionFilter } from './filter.ts';
import { tooltipOf, toTreeItem } from './items.ts';
import {
  changedLists,
  isNothing,
  type Layout,
  Layouter,
  type LayoutGroup,
  type LayoutPart,
  placeIn,
  projectRowId,
  unreadableId,
} from './layout.ts';
import type { Node, SessionNode } from './nodes.ts';

/** Draws the model's snapshot as a tree. It holds nothing of its own but the nodes it has given out. */
export class SessionsProvider implements TreeDataProvider<Node> {
  readonly #model: SessionsModel;
  readonly #changed = new EventEmitter<Node | Node[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  /** The node objects that VS Code knows: it finds them by identity, not by their id. */
  readonly #nodes = new Map<string, Node>();
  /** The ids of the nodes given out under a node's id, '' for the top: what is no more among them is forgotten. */
  readonly #children = new Map<string, readonly string[]>();
  readonly #allCompleted = new Set<string>();
  #filter: SessionFilter = { words: [], tags: [] };
  #layouter = new Layouter(this.#filter, this.#allCompleted);
  /** What stood where when the last change was drawn: as long as that is the same, only rows are drawn anew. */
  #drawn: Layout;
  /** What the row of a session said of the time when it was drawn. */
  readonly #times = new WeakMap<Node, string>();
  /** What the person has opened, by `openName`: a session that goes to another group stays open. */
  readonly #open = new Set<string>();

  constructor(model: SessionsModel) {
    this.#model = model;
    this.#drawn = this.#layout;
  }

  set filter(filter: SessionFilter) {
    this.#filter = filter;
    this.#layOutAnew();
    this.refresh();
  }

  /** True where no row is drawn, for want of sessions or because of the filter. */
  get isEmpty(): boolean {
    return isNothing(this.#layout);
  }

  /** Draws again what a change of the model concerns. */
  follow(change: ModelChange): void {
    this.#forgetGone();
    const before = this.#drawn;
    const now = this.#layout;
    const lists = change === 'all' ? null : changedLists(before, now);
    if (change === 'all' || lists === null) {
      // Drawn without need, nothing would hold up what comes next: VS Code gathers what follows within 200 ms.
      if (!isNothing(before) || !isNothing(now)) this.refresh();
      return;
    }
    this.#drawn = now;
    // A row is drawn with the group or the project that it is in.
    const isIn = (node: Node | null): boolean =>
      node !== null && (lists.includes(node.id) || isIn(this.getParent(node)));
    const rows = [...this.#nodes.values()].filter(
      node => node.kind === 'session' && change.ids.has(node.session) && !isIn(node),
    );
    this.#redraw([...this.#known(lists), ...rows]);
  }

  refresh(): void {
    this.#drawn = this.#layout;
    this.#changed.fire(undefined);
  }

  /** Draws the rows again that would say another time by now, or that their session is stale. */
  followTime(): void {
    this.#redraw(
      [...this.#nodes.values()].filter(
        node => this.#times.has(node) && this.#times.get(node) !== this.#timeOf(node),
      ),
    );
  }

  /** Shows all completed sessions of a group instead of the newest ones. */
  showAllCompleted(group: Node): void {
    this.#allCompleted.add(group.id);
    this.#layOutAnew();
    this.#drawn = this.#layout;
    this.#redraw(this.#known([group.id]));
  }

  /** The row of a session; undefined where none is shown. */
  sessionNode(id: string): SessionNode | undefined {
    const place = placeIn(this.#layout, id);
    if (place === undefined) return undefined;
    const { part, group } = place;
    const project = part.project && this.#projectNode(part.project);
    return this.#sessionNode(id, this.#groupNode(group, project));
  }

  /** Notes that the person has opened or closed a row. */
  setOpen(node: Node, isOpen: boolean): void {
    const name = openName(node);
    if (name === null) return;
    if (isOpen) this.#open.add(name);
    else this.#open.delete(name);
  }

  /** Whether the session of a row has gone to another group. */
  hasMoved(node: Node): boolean {
    const row = sessionRowOf(node);
    const place = row && placeIn(this.#layout, row.session);
    return place ? place.group.id !== row.parent.id : false;
  }

  /** Where a row is now whose session has gone to another group; undefined where it has not, or is gone. */
  async moved(node: Node): Promise<Node | undefined> {
    const row = sessionRowOf(node);
    if (row === null || !this.hasMoved(node)) return undefined;
    const now = this.sessionNode(row.session);
    const id = `${now?.id}${node.id.slice(row.id.length)}`;
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
    if (node.kind === 'session') this.#times.set(node, this.#timeOf(node));
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
    if (node === undefined) return this.#handOut('', this.#model.loaded ? this.#top() : []);
    switch (node.kind) {
      case 'project':
        return this.#handOut(node.id, this.#groupsOf(node));
      case 'group':
        return this.#handOut(node.id, this.#rowsOf(node));
      case 'session': {
        const wanted = workspace.getConfiguration('workSessions').get<string[]>('details', []);
        return this.#under(node, node.session, session =>
          wanted.flatMap(kind => detailsOf(kind, node, session)),
        );
      }
      case 'section':
        return this.#under(node, node.parent.session, session => sectionRows(node, session));
      default:
        return [];
    }
  }

  get #layout(): Layout {
    return this.#layouter.layout(this.#model.snapshot, this.#model.scope);
  }

  #layOutAnew(): void {
    this.#layouter = new Layouter(this.#filter, this.#allCompleted);
  }

  #top(): Node[] {
    const { parts, unreadable } = this.#layout;
    const nodes = parts.flatMap(({ project, groups }): Node[] =>
      project ? [this.#projectNode(project)] : groups.map(group => this.#groupNode(group, null)),
    );
    if (unreadable.length === 0) return nodes;
    const id = unreadableId;
    return [...nodes, this.#keep({ kind: 'group', id, group: 'unreadable', project: null, parent: null })];
  }

  #groupsOf(node: ProjectNode): Node[] {
    const part = this.#layout.parts.find(({ project }) => project?.key === node.key);
    return (part?.groups ?? []).map(group => this.#groupNode(group, node));
  }

  #rowsOf(node: GroupNode): Node[] {
    if (node.group === 'unreadable') {
      return this.#layout.unreadable.map(({ id, path, error }) =>
        this.#keep({
          kind: 'unreadable',
          id: `${unreadableId}/${id}`,
          path,
          message: errorMessage(error),
          parent: node,
        }),
      );
    }
    const part = this.#layout.parts.find(({ project }) => (project?.key ?? null) === node.project);
    const group = part?.groups.find(({ id }) => id === node.id);
    if (group === undefined) return [];
    const rows: Node[] = group.rows.map(({ id }) => this.#sessionNode(id, node));
    return group.hidden === 0
      ? rows
      : [...rows, this.#keep({ kind: 'more', id: `${node.id}/#more`, count: group.hidden, parent: node })];
  }

  #projectNode({ key, name }: NonNullable<LayoutPart['project']>): ProjectNode {
    return this.#keep({ kind: 'project', id: projectRowId(key), key, name });
  }

  #groupNode({ id, group }: LayoutGroup, parent: ProjectNode | null): GroupNode {
    return this.#keep({ kind: 'group', id, group, project: parent?.key ?? null, parent });
  }

  #sessionNode(session: string, parent: GroupNode): SessionNode {
    return this.#keep({ kind: 'session', id: `${parent.id}/${session}`, session, parent });
  }

  /** The rows made of a whole session. By the time it is read, its row may be gone: then nothing is under it. */
  async #under(node: Node, id: string, make: (session: Session) => Node[]): Promise<Node[]> {
    const session = await this.#whole(id);
    if (session === null || this.#nodes.get(node.id) !== node) return [];
    return this.#handOut(
      node.id,
      make(session).map(each => this.#keep(each)),
    );
  }

  /** A session as it is now. Null for one that went while its row was being opened: its row is going as well. */
  async #whole(id: string): Promise<Session | null> {
    try {
      for (;;) {
        const asked = this.#model.summary(id);
        const session = await this.#model.session(id);
        // It was changed while it was read: this answer could come after the one to the next question.
        if (this.#model.summary(id)?.revision === asked?.revision) return session;
      }
    } catch (error) {
      if (isSessionError(error, 'not_found')) return null;
      throw error;
    }
  }

  /** What VS Code is given under a node. What it was given there before and is no more is forgotten. */
  #handOut(parent: string, nodes: Node[]): Node[] {
    const before = this.#children.get(parent) ?? [];
    const ids = nodes.map(({ id }) => id);
    const kept = new Set(ids);
    for (const id of before) if (!kept.has(id)) this.#forget(id);
    this.#children.set(parent, ids);
    return nodes;
  }

  #forget(id: string): void {
    this.#nodes.delete(id);
    for (const child of this.#children.get(id) ?? []) this.#forget(child);
    this.#children.delete(id);
  }

  /** Forgets what the person has opened, or wants to see all of, where that is gone. */
  #forgetGone(): void {
    for (const name of this.#open) if (!this.#model.has(name.split('/')[0] ?? '')) this.#open.delete(name);
    const { projects } = this.#model.snapshot;
    for (const id of this.#allCompleted) {
      const key = id.slice(0, id.lastIndexOf('/'));
      if (key !== 'here' && !projects.some(project => project.key === key)) this.#allCompleted.delete(id);
    }
  }

  /** Of some nodes those that VS Code knows: others are not on the screen. */
  #known(ids: readonly string[]): Node[] {
    return ids.flatMap(id => this.#nodes.get(id) ?? []);
  }

  #redraw(nodes: Node[]): void {
    if (nodes.length > 0) this.#changed.fire(nodes.length === 1 ? nodes[0] : nodes);
  }

  #timeOf(node: Node): string {
    const summary = node.kind === 'session' ? this.#model.summary(node.session) : undefined;
    return summary ? `${ago(lastActivityAt(summary), Date.now())}${this.#model.isStale(summary)}` : '';
  }

  /** The node object that VS Code already has under this id, brought up to date, or this one. */
  #keep<N extends Node>(node: N): N {
    const known = this.#nodes.get(node.id);
    if (known?.kind === node.kind) return Object.assign(known, node);
    this.#nodes.set(node.id, node);
    return node;
  }
}

type ProjectNode = Extract<Node, { kind: 'project' }>;
type GroupNode = Extract<Node, { kind: 'group' }>;

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
