import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Disposable, EventEmitter, type Memento, window, workspace } from 'vscode';
import type { Project } from '../model/project.ts';
import { isStale, type Summary } from '../model/queries.ts';
import type { Session } from '../model/session.ts';
import { adriftAmong } from '../operations/adrift.ts';
import { followMerge, type Place, placeOf } from '../operations/places.ts';
import { activeAmong } from '../operations/resolve.ts';
import { createServices, type Services } from '../operations/services.ts';
import { type Change, ChangeFeed, type FeedItem } from '../store/changeFeed.ts';
import { FolderWatch } from '../store/folderWatch.ts';
import { readProjects } from '../store/records.ts';
import { SummaryEntry } from '../store/summaries.ts';
import { confirmRemoval } from './ask.ts';
import { tellUnconfirmed, warnOnce } from './errors.ts';
import { Latest } from './latest.ts';
import type { Log } from './log.ts';
import { stateKeys } from './names.ts';
import { emptySnapshot, nextSnapshot, type Snapshot, type Surroundings, snapshotOf } from './snapshot.ts';

export type Scope = 'project' | 'all';

/** What changed: the ids of sessions, or everything (the scope, the folders, the first reading). */
export type ModelChange = { readonly ids: ReadonlySet<string> } | 'all';

/** So many whole sessions are kept: a few at a time are looked at. */
const wholeSessions = 50;

/**
 * What this window knows of the sessions: fed by the store's change feed and by nothing else. Views draw its
 * snapshot, commands call operations; a command sees its own effect here, like anybody else's.
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
  readonly #placesRead = new Latest();
  #readingPlaces: Promise<void> | undefined;
  readonly #settingsRead = new Latest();
  #places: readonly Place[] = [];
  #projects: readonly Project[] = [];
  #around: Surroundings = { here: new Set(), projects: new Map() };
  /** Sessions whose folder is gone and that belong to a place of this window: they were moved with it. */
  #moved: ReadonlyMap<string, Place> = new Map();
  #movedWanted = false;
  #findingMoved: Promise<void> | undefined;
  #staleHours = 24;
  #loaded = false;
  #snapshot: Snapshot = emptySnapshot;
  /** What was found in a snapshot by more than looking, until there is another one. */
  #activeHere: readonly Summary[] | undefined;
  #parkedHere: readonly Summary[] | undefined;

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
      confirm: confirmRemoval,
      onUnconfirmed: unconfirmed => tellUnconfirmed(unconfirmed, log),
      warn: problem => warnOnce(problem, log),
    });
    this.#feed = new ChangeFeed(this.#services.store, {
      onRefused: code =>
        log.warn(`The system refuses to watch the sessions (${code}): they are looked at every 20 s.`),
      onFailure: error => log.warn(`The sessions could not be read: ${error}`),
    });
    this.#feed.onDidChange(changes => this.#follow(changes));
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
    await this.#showLoaded();
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

  /** The sessions of this moment, those that are not put away. Not all of them are there before it is loaded. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** The summaries of all readable sessions, taken out of the cache where they are not yet: for a person's question. */
  get summaries(): Summary[] {
    return [...this.#feed.items.values()].filter(isEntry).map(entry => entry.summary);
  }

  get isEmpty(): boolean {
    return this.#feed.items.size === 0;
  }

  /** True for a session that is there, readable or not. */
  has(id: string): boolean {
    return this.#feed.items.has(id);
  }

  summary(id: string): Summary | undefined {
    const item = this.#feed.items.get(id);
    return item instanceof SummaryEntry ? item.summary : undefined;
  }

  /** A whole session, read once for each of its revisions. @throws SessionError */
  async session(id: string): Promise<Session> {
    const revision = this.summary(id)?.revision ?? -1;
    const known = this.#whole.get(id);
    const isKnown = known?.revision === revision && revision >= 0;
    const session = isKnown ? known.session : this.#services.store.read(id, { forShowing: true });
    // Put last: what was not looked at for longest goes first.
    this.#whole.delete(id);
    this.#whole.set(id, { revision, session });
    session.catch(() => {
      if (this.#whole.get(id)?.session === session) this.#whole.delete(id);
    });
    const [oldest] = this.#whole.keys();
    if (this.#whole.size > wholeSessions && oldest !== undefined) this.#whole.delete(oldest);
    return session;
  }

  /** True for a session of a project that a folder of this window belongs to. */
  isHere(session: Pick<Summary, 'project'>): boolean {
    return this.#around.here.has(session.project.key);
  }

  /** `isHere` for a session just made: its project may be so new that the feed has not told of it. */
  async belongsHere(session: Pick<Summary, 'project'>): Promise<boolean> {
    if (!this.isHere(session)) await this.#readPlaces();
    return this.isHere(session);
  }

  /** The active sessions of this window's worktrees, newest activity first. */
  get activeHere(): readonly Summary[] {
    this.#activeHere ??= this.#findActiveHere();
    return this.#activeHere;
  }

  /** From and to where a session was moved with the folder of this window; null for one that was not. */
  movedHere(id: string): { from: string; to: Place } | null {
    const [to, summary] = [this.#moved.get(id), this.summary(id)];
    return to && summary ? { from: summary.where.worktree, to } : null;
  }

  /** The parked sessions of this window's projects, newest first. */
  get parkedHere(): readonly Summary[] {
    this.#parkedHere ??= this.#snapshot.here.parked
      .map(entry => entry.summary)
      .sort((a, b) => ((a.parkedAt ?? '') < (b.parkedAt ?? '') ? 1 : -1));
    return this.#parkedHere;
  }

  isStale(summary: Summary): boolean {
    return isStale(summary, new Date(), this.#staleHours);
  }

  /** Compares all documents with what is known, in case events were lost. */
  async rescan(): Promise<void> {
    await Promise.all([this.#feed.rescan(), this.#readPlaces(), this.#readSettings()]);
    // The first reading may have failed: this one did not.
    if (!this.#loaded) await this.#showLoaded();
  }

  async #showLoaded(): Promise<void> {
    // Which session is this window's is decided with the first look.
    await this.#findMoved();
    this.#loaded = true;
    this.#changed.fire('all');
  }

  #follow(changes: readonly Change[]): void {
    this.#show(nextSnapshot(this.#snapshot, changes, this.#feed.items.values(), this.#around));
    if (this.#loaded) this.#changed.fire({ ids: new Set(changes.map(change => change.id)) });
    this.#findMoved().catch(error => this.#log.warn(`Moved sessions could not be looked for: ${error}`));
  }

  #show(snapshot: Snapshot): void {
    const isSame = (group: 'needs' | 'active') => snapshot.all[group] === this.#snapshot.all[group];
    if (!isSame('needs') || !isSame('active')) this.#activeHere = undefined;
    if (snapshot.here.parked !== this.#snapshot.here.parked) this.#parkedHere = undefined;
    this.#snapshot = snapshot;
  }

  #findActiveHere(): readonly Summary[] {
    const { needs, active } = this.#snapshot.all;
    const entries = [...needs, ...active];
    const found = new Map<string, SummaryEntry>();
    for (const place of this.#places) {
      const holding = activeAmong(entries, place);
      const moved = () => entries.filter(({ id }) => this.#moved.get(id) === place);
      for (const entry of holding.length > 0 ? holding : moved()) found.set(entry.id, entry);
    }
    return [...found.values()]
      .sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1))
      .map(entry => entry.summary);
  }

  dispose(): void {
    this.#feed.dispose();
    this.#projectWatch.close();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #readPlaces(): Promise<void> {
    this.#readingPlaces = this.#readPlacesOnce();
    return this.#readingPlaces;
  }

  async #readPlacesOnce(): Promise<void> {
    const isLatest = this.#placesRead.begin();
    const folders = (workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === 'file');
    const [projects, ...found] = await Promise.all([
      readProjects(this.#services.store),
      ...folders.map(folder => placeOf(this.#services, folder.uri.fsPath).catch(() => null)),
    ]);
    // Whoever waits for this one goes on when the places are known.
    if (!isLatest()) return this.#readingPlaces;
    const places = found.filter(place => place !== null);
    const isSame = isDeepStrictEqual([projects, places], [this.#projects, this.#places]);
    if (!isSame) {
      this.#projects = projects;
      this.#places = places;
      this.#around = {
        here: new Set(places.flatMap(place => [...place.keys])),
        projects: new Map(projects.map(each => [each.key, followMerge(projects, each)])),
      };
      this.#activeHere = undefined;
      this.#show(snapshotOf(this.#feed.items.values(), this.#around));
    }
    await this.#findMoved();
    if (!isSame && this.#loaded) this.#changed.fire('all');
  }

  /** One look at a time: where many sessions change at once, the folders of all are not looked at for each. */
  #findMoved(): Promise<void> {
    this.#movedWanted = true;
    this.#findingMoved ??= this.#findMovedWhileWanted();
    return this.#findingMoved;
  }

  async #findMovedWhileWanted(): Promise<void> {
    try {
      while (this.#movedWanted) {
        this.#movedWanted = false;
        const moved = await this.#movedNow();
        const isSame =
          moved.size === this.#moved.size && [...moved].every(([id, place]) => this.#moved.get(id) === place);
        // What was asked meanwhile has the later answer.
        if (this.#movedWanted || isSame) continue;
        this.#moved = moved;
        this.#activeHere = undefined;
        if (this.#loaded) this.#changed.fire('all');
      }
    } finally {
      this.#findingMoved = undefined;
    }
  }

  async #movedNow(): Promise<ReadonlyMap<string, Place>> {
    const { needs, active } = this.#snapshot.here;
    const moved = new Map<string, Place>();
    for (const place of this.#places)
      for (const { id } of await adriftAmong([...needs, ...active], place)) moved.set(id, place);
    return moved;
  }

  /** What cannot be read just now is read with the next change, or when the person comes back to the window. */
  #followPlaces(): void {
    this.#readPlaces().catch(error => this.#log.warn(`The projects could not be read: ${error}`));
  }

  async #readSettings(): Promise<void> {
    const isLatest = this.#settingsRead.begin();
    const { staleHours } = await this.#services.settings();
    if (!isLatest() || staleHours === this.#staleHours) return;
    this.#staleHours = staleHours;
    if (this.#loaded) this.#changed.fire('all');
  }

  /** Finds a new project's first commit beside the work; git is not run in a folder that is not trusted. */
  #identify(key: string): void {
    if (!workspace.isTrusted) return;
    import('../operations/identifyProject.ts')
      .then(({ identifyProject }) => identifyProject(this.#services, key, 30_000))
      .catch(error => this.#log.warn(`Project ${key} could not be identified: ${error}`));
  }
}

function isEntry(item: FeedItem): item is SummaryEntry {
  return item instanceof SummaryEntry;
}
