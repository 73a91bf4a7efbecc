import { resolve } from 'node:path';
import { type Disposable, EventEmitter, type Memento, window, workspace } from 'vscode';
import type { Project } from '../model/project.ts';
import { isStale, type Summary } from '../model/queries.ts';
import type { Session } from '../model/session.ts';
import { adriftAmong } from '../operations/adrift.ts';
import { type Place, placeOf } from '../operations/places.ts';
import { activeAmong } from '../operations/resolve.ts';
import { createServices, type Services } from '../operations/services.ts';
import { ChangeFeed } from '../store/changeFeed.ts';
import { FolderWatch } from '../store/folderWatch.ts';
import { readProjects } from '../store/records.ts';
import { SummaryEntry, type Unreadable } from '../store/summaries.ts';
import { tellUnconfirmed, warnOnce } from './errors.ts';
import type { Log } from './log.ts';
import { stateKeys } from './names.ts';

export type Scope = 'project' | 'all';

/** What changed: the ids of sessions, or everything (the scope, the folders, the first reading). */
export type ModelChange = { readonly ids: ReadonlySet<string> } | 'all';

/**
 * What this window knows of the sessions: fed by the store's change feed and by nothing else. Views
 * draw it, commands call operations; a command sees its own effect here, like anybody else's.
 */
export class SessionsModel implements Disposable {
  readonly #log: Log;
  readonly #memento: Memento;
  readonly #services: Services;
  readonly #feed: ChangeFeed;
  readonly #projectWatch: FolderWatch;
  readonly #changed = new EventEmitter<ModelChange>();
  readonly #subscriptions: Disposable[];
  readonly #whole = new Map<string, { revision: number; session: Promise<Session> }>();
  #places: readonly Place[] = [];
  /** Sessions whose folder is gone and that belong to a place of this window: they were moved with it. */
  #moved: ReadonlyMap<string, Place> = new Map();
  #projects: readonly Project[] = [];
  #staleHours = 24;
  #loaded = false;

  readonly onDidChange = this.#changed.event;

  constructor(home: string | undefined, memento: Memento, log: Log) {
    this.#log = log;
    this.#memento = memento;
    this.#services = createServices({
      home,
      // A window without a folder is nowhere.
      folder: resolve('/'),
      mayRunGit: () => workspace.isTrusted,
      identifyLater: project => this.#identify(project.key),
      onUnconfirmed: unconfirmed => tellUnconfirmed(unconfirmed, log),
      warn: problem => warnOnce(problem, log),
    });
    this.#feed = new ChangeFeed(this.#services.store, {
      onRefused: code =>
        log.warn(`The system refuses to watch the sessions (${code}): they are looked at every 20 s.`),
      onFailure: error => log.warn(`The sessions could not be read: ${error}`),
    });
    this.#feed.onDidChange(changes => {
      if (this.#loaded) this.#changed.fire({ ids: new Set(changes.map(change => change.id)) });
      this.#findMoved().catch(error => log.warn(`Moved sessions could not be looked for: ${error}`));
    });
    this.#projectWatch = new FolderWatch({
      folder: this.#services.store.home.projects,
      onName: () => this.#followPlaces(),
      onLost: () => this.#followPlaces(),
    });
    this.#subscriptions = [
      workspace.onDidChangeWorkspaceFolders(() => this.#followPlaces()),
      // After sleep, or when watch events were lost, the person comes back to the window.
      window.onDidChangeWindowState(state => {
        if (state.focused)
          void (this.#loaded ? this.#feed : this).rescan().catch(error => this.#log.warn(String(error)));
      }),
    ];
  }

  /** Reads everything once. Activation does not wait for it: views show that they are loading. */
  async load(): Promise<void> {
    await Promise.all([this.#feed.start(), this.#readPlaces(), this.#readSettings()]);
    this.#showLoaded();
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  get home() {
    return this.#services.store.home;
  }

  /** What operations work with, as seen from this window's folder or from `folder`. */
  services(folder: string = this.folder ?? this.#services.folder): Services {
    return { ...this.#services, folder };
  }

  /** The folder of the file that is being edited, else the first one of the window; undefined without a folder on disk. */
  get folder(): string | undefined {
    const active = window.activeTextEditor?.document.uri;
    const folder = active && workspace.getWorkspaceFolder(active);
    const folders = (workspace.workspaceFolders ?? []).filter(each => each.uri.scheme === 'file');
    return (folder?.uri.scheme === 'file' ? folder : folders[0])?.uri.fsPath;
  }

  get scope(): Scope {
    // A window without a folder has no project to look at.
    return this.#places.length === 0 ? 'all' : this.#memento.get<Scope>(stateKeys.scope, 'project');
  }

  async setScope(scope: Scope): Promise<void> {
    await this.#memento.update(stateKeys.scope, scope);
    this.#changed.fire('all');
  }

  /** All readable sessions that are not put away. */
  get summaries(): Summary[] {
    const summaries: Summary[] = [];
    for (const item of this.#feed.items.values())
      if (item instanceof SummaryEntry) summaries.push(item.summary);
    return summaries;
  }

  get unreadable(): Unreadable[] {
    return [...this.#feed.items.values()].filter(item => !(item instanceof SummaryEntry)) as Unreadable[];
  }

  get isEmpty(): boolean {
    return this.#feed.items.size === 0;
  }

  summary(id: string): Summary | undefined {
    const item = this.#feed.items.get(id);
    return item instanceof SummaryEntry ? item.summary : undefined;
  }

  /** A whole session, read once for each of its revisions. @throws SessionError */
  async session(id: string): Promise<Session> {
    const revision = this.summary(id)?.revision ?? -1;
    const known = this.#whole.get(id);
    if (known?.revision === revision && revision >= 0) return known.session;
    const session = this.#services.store.read(id, { forShowing: true });
    this.#whole.set(id, { revision, session });
    session.catch(() => this.#whole.delete(id));
    // A few at a time are looked at; the rest is only memory.
    const [oldest] = this.#whole.keys();
    if (this.#whole.size > 50 && oldest !== undefined) this.#whole.delete(oldest);
    return session;
  }

  /** True for a session of a project that a folder of this window belongs to. */
  isHere(session: Pick<Summary, 'project'>): boolean {
    return this.#places.some(place => place.keys.has(session.project.key));
  }

  /** `isHere` for a session just made: its project may be so new that the feed has not told of it. */
  async belongsHere(session: Pick<Summary, 'project'>): Promise<boolean> {
    if (!this.isHere(session)) await this.#readPlaces();
    return this.isHere(session);
  }

  /** The active sessions of this window's worktrees, newest activity first. */
  get activeHere(): Summary[] {
    const entries = [...this.#feed.items.values()].filter(
      item => item instanceof SummaryEntry,
    ) as SummaryEntry[];
    const found = new Map<string, SummaryEntry>();
    for (const place of this.#places) {
      const holding = activeAmong(entries, place);
      const moved = () =>
        entries.filter(({ id, status }) => status === 'active' && this.#moved.get(id) === place);
      for (const entry of holding.length > 0 ? holding : moved()) found.set(entry.id, entry);
    }
    return [...found.values()]
      .sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1))
      .map(entry => entry.summary);
  }

  /** From and to where a session was moved with the folder of this window; null for one that was not. */
  movedHere(id: string): { from: string; to: Place } | null {
    const [to, summary] = [this.#moved.get(id), this.summary(id)];
    return to && summary ? { from: summary.where.worktree, to } : null;
  }

  /** The parked sessions of this window's projects, newest first. */
  get parkedHere(): Summary[] {
    return this.summaries
      .filter(summary => summary.status === 'parked' && this.isHere(summary))
      .sort((a, b) => ((a.parkedAt ?? '') < (b.parkedAt ?? '') ? 1 : -1));
  }

  isStale(summary: Summary): boolean {
    return isStale(summary, new Date(), this.#staleHours);
  }

  /** The name under which a session's project is shown: records of one project that moved count as one. */
  projectOf(summary: Summary): { key: string; name: string } {
    const own = this.#projects.find(project => project.key === summary.project.key);
    const into = own?.mergedInto;
    const project = into ? (this.#projects.find(each => each.key === into) ?? own) : own;
    return { key: project?.key ?? summary.project.key, name: project?.name ?? summary.project.name };
  }

  /** Compares all documents with what is known, in case events were lost. */
  async rescan(): Promise<void> {
    await Promise.all([this.#feed.rescan(), this.#readPlaces(), this.#readSettings()]);
    // The first reading may have failed: this one did not.
    if (!this.#loaded) this.#showLoaded();
  }

  #showLoaded(): void {
    this.#loaded = true;
    this.#changed.fire('all');
  }

  dispose(): void {
    this.#feed.dispose();
    this.#projectWatch.close();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #readPlaces(): Promise<void> {
    const folders = (workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === 'file');
    const [projects, ...places] = await Promise.all([
      readProjects(this.#services.store),
      ...folders.map(folder => placeOf(this.#services, folder.uri.fsPath).catch(() => null)),
    ]);
    this.#projects = projects;
    this.#places = places.filter(place => place !== null);
    await this.#findMoved();
    if (this.#loaded) this.#changed.fire('all');
  }

  async #findMoved(): Promise<void> {
    const entries = [...this.#feed.items.values()].filter(item => item instanceof SummaryEntry);
    const places = this.#places;
    const moved = new Map<string, Place>();
    for (const place of places) for (const { id } of await adriftAmong(entries, place)) moved.set(id, place);
    // What was asked meanwhile has the later answer.
    if (places !== this.#places) return;
    const isSame =
      moved.size === this.#moved.size && [...moved].every(([id, place]) => this.#moved.get(id) === place);
    this.#moved = moved;
    if (!isSame && this.#loaded) this.#changed.fire('all');
  }

  /** What cannot be read just now is read with the next change, or when the person comes back to the window. */
  #followPlaces(): void {
    this.#readPlaces().catch(error => this.#log.warn(`The projects could not be read: ${error}`));
  }

  async #readSettings(): Promise<void> {
    this.#staleHours = (await this.#services.settings()).staleHours;
  }

  /** Finds a new project's first commit beside the work; git is not run in a folder that is not trusted. */
  #identify(key: string): void {
    if (!workspace.isTrusted) return;
    import('../operations/identifyProject.ts')
      .then(({ identifyProject }) => identifyProject(this.#services, key, 30_000))
      .catch(error => this.#log.warn(`Project ${key} could not be identified: ${error}`));
  }
}
