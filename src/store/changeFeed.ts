import { few } from './few.ts';
import { FolderWatch } from './folderWatch.ts';
import { idOfDocument } from './home.ts';
import type { SessionStore } from './sessionStore.ts';
import { Summaries, SummaryEntry, type Unreadable } from './summaries.ts';

/** How long events are gathered before the documents are read, in milliseconds: one write makes several. */
const gatherMs = 5;

export type FeedItem = SummaryEntry | Unreadable;

/** One session as it was before and as it is now; null where it was not or is not in the list. */
export interface Change {
  readonly id: string;
  readonly before: FeedItem | null;
  readonly after: FeedItem | null;
}

export interface ChangeFeedOptions {
  /** Keeps the process alive while the feed runs, as `watch` on the command line needs it. */
  readonly keepAlive?: boolean;
  /** Called once where the system refuses to watch the folder: changes then show some seconds later. */
  readonly onRefused?: (code: string) => void;
  /** Called when a reading failed that nobody waits for; the next event or look tries again. */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * The sessions of a home as they are now, and what changes, whoever changes it. Events of the folder
 * are hints: the document is read and compared by revision before anything is announced, so that
 * listeners hear of each change once and only of real ones. Only what changed is read.
 */
export class ChangeFeed {
  readonly #store: SessionStore;
  readonly #summaries: Summaries;
  readonly #options: ChangeFeedOptions;
  readonly #items = new Map<string, FeedItem>();
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  readonly #pending = new Set<string>();
  #rescanWanted = false;
  #working: Promise<void> | undefined;
  #watch: FolderWatch | undefined;

  constructor(store: SessionStore, options: ChangeFeedOptions = {}) {
    this.#store = store;
    this.#summaries = new Summaries(store.fs, store.home);
    this.#options = options;
  }

  /** Starts watching, then reads everything once: what happens meanwhile is heard as a change. */
  async start(): Promise<void> {
    this.#watch = new FolderWatch({
      folder: this.#store.home.sessions,
      keepAlive: this.#options.keepAlive ?? false,
      onRefused: this.#options.onRefused,
      onName: name => {
        const id = idOfDocument(name);
        if (id !== null) this.#want(id);
      },
      onLost: () => this.#inBackground(this.#readEverything()),
    });
    await this.#readEverything();
  }

  /** Every session in its place, readable or not, by id. */
  get items(): ReadonlyMap<string, FeedItem> {
    return this.#items;
  }

  /** Calls `listener` with every batch of changes from now on; returns the way to stop it. */
  onDidChange(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Compares all documents by their stamps and reads what differs: after sleep, on focus, when in doubt. */
  async rescan(): Promise<void> {
    void this.#watch?.check();
    await this.#readEverything();
  }

  dispose(): void {
    this.#watch?.close();
    this.#listeners.clear();
  }

  async #readEverything(): Promise<void> {
    this.#rescanWanted = true;
    await this.#work(0);
  }

  #want(id: string): void {
    this.#pending.add(id);
    this.#inBackground(this.#work(gatherMs));
  }

  /** One worker at a time, so that what was read last is also what is announced last. */
  #work(delayMs: number): Promise<void> {
    this.#working ??= this.#run(delayMs).finally(() => {
      this.#working = undefined;
      if (this.#rescanWanted || this.#pending.size > 0) this.#inBackground(this.#work(0));
    });
    return this.#working;
  }

  /** What nobody waits for: whatever could not be read just now is tried again with the next event or look. */
  #inBackground(work: Promise<void>): void {
    work.catch(error => this.#options.onFailure?.(error));
  }

  async #run(delayMs: number): Promise<void> {
    if (delayMs > 0) await new Promise(resolve => setTimeout(resolve, delayMs));
    while (this.#rescanWanted || this.#pending.size > 0) {
      const read = this.#rescanWanted ? await this.#readAll() : await this.#readPending();
      const changes = read.flatMap(([id, after]) => this.#compare(id, after));
      if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
    }
  }

  async #readAll(): Promise<[string, FeedItem | null][]> {
    this.#rescanWanted = false;
    this.#pending.clear();
    const known = new Map<string, SummaryEntry>();
    for (const [id, item] of this.#items) if (item instanceof SummaryEntry) known.set(id, item);
    const list = await this.#summaries
      .list('sessions', { known: known.size > 0 ? known : undefined })
      .catch(error => {
        // The folder cannot be read just now (a disconnected disk): what is known stays; the next look tries again.
        if (this.#items.size === 0) throw error;
        return null;
      });
    if (list === null) return [];
    const now = new Map<string, FeedItem | null>();
    for (const id of this.#items.keys()) now.set(id, null);
    for (const item of [...list.entries, ...list.unreadable]) now.set(item.id, item);
    return [...now];
  }

  async #readPending(): Promise<[string, FeedItem | null][]> {
    const ids = [...this.#pending];
    this.#pending.clear();
    return few(
      ids,
      async (id): Promise<[string, FeedItem | null]> => [id, await this.#summaries.readOne('sessions', id)],
    );
  }

  #compare(id: string, read: FeedItem | null): Change[] {
    // On its way to the archive or the trash a document is no longer one of the list.
    const after = read instanceof SummaryEntry && read.place !== 'sessions' ? null : read;
    const before = this.#items.get(id) ?? null;
    if (after === null) this.#items.delete(id);
    else this.#items.set(id, after);
    return isSame(before, after) ? [] : [{ id, before, after }];
  }
}

function isSame(before: FeedItem | null, after: FeedItem | null): boolean {
  if (before === null || after === null) return before === after;
  if (before instanceof SummaryEntry && after instanceof SummaryEntry) {
    // The size and the time as well: a document that was edited by hand keeps its revision.
    return (
      before.revision === after.revision &&
      before.stamp.size === after.stamp.size &&
      before.stamp.mtimeMs === after.stamp.mtimeMs
    );
  }
  if (before instanceof SummaryEntry || after instanceof SummaryEntry) return false;
  return JSON.stringify(before.error.details) === JSON.stringify(after.error.details);
}
