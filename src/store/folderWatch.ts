import { watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { nodeFileSystem } from './fileSystem.ts';

/** How often a watched folder is looked at for events that never came, in milliseconds. */
const lookAgainMs = 20_000;
/** A folder may be made while one above it is being watched; more often than this in a row it is left to the looks. */
const mostTries = 8;

interface Watcher {
  close(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** The two things that watching asks of the system; passed in, so that tests can refuse them. */
export interface WatchSystem {
  /** Throws where the folder is missing, or cannot be watched. */
  watch(folder: string, keepAlive: boolean, onEvent: (name: string | null) => void): Watcher;
  /** Null where nothing is to be seen. */
  look(folder: string): Promise<Look | null>;
}

interface Look {
  /** What changes when a folder is replaced. */
  readonly identity: string;
  /** What changes when something is made, renamed or removed in it. */
  readonly changedAt: number;
}

export interface FolderWatchOptions {
  readonly folder: string;
  /** A name in the folder may have changed. */
  readonly onName: (name: string) => void;
  /** Anything may have changed: the folder appeared, was replaced, or events were lost. */
  readonly onLost: () => void;
  /** The folder is there, but the system refuses to watch it (its code): from now on it is only looked at. Told once. */
  readonly onRefused?: ((code: string) => void) | undefined;
  /** Keeps the process alive while watching. */
  readonly keepAlive?: boolean;
  readonly system?: WatchSystem;
}

/**
 * Node's `fs.watch` on a folder (0.2 ms to the first event, where an editor's own watcher takes 183),
 * made to survive what it does not: a folder that is not there yet is waited for in the folder above
 * it, one that was replaced is watched anew, and now and then it is looked at, in case events were lost or
 * watching is refused. It never throws and never waits for the disk. Events are hints: whoever hears one
 * reads and compares.
 */
export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #system: WatchSystem;
  readonly #timer: NodeJS.Timeout;
  #watcher: Watcher | undefined;
  /** The folder that is really watched: the wanted one, or one above it. */
  #watched = '';
  #last: Look | null = null;
  #wasLooked = false;
  /** The watched folder has told of its own removal: another one of its name is another folder. */
  #isGone = false;
  #looking: Promise<void> | undefined;
  #isWanted = false;
  #wasTold = false;
  #closed = false;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
    this.#system = options.system ?? nodeSystem;
    // Mostly the folder is there: then nothing that happens from now on is missed.
    this.#tryWatch(options.folder);
    void this.check();
    this.#timer = setInterval(() => void this.check(), lookAgainMs);
    if (!options.keepAlive) this.#timer.unref();
  }

  /** Looks whether the folder appeared, was replaced, or changed since the last look, with or without an event. */
  check(): Promise<void> {
    this.#isWanted = true;
    // One look at a time: a disk that does not answer is not asked again and again.
    this.#looking ??= this.#lookWhileWanted();
    return this.#looking;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#unwatch();
  }

  async #lookWhileWanted(): Promise<void> {
    try {
      for (let tries = 0; this.#isWanted && tries < mostTries && !this.#closed; tries++)
        await this.#lookOnce();
    } finally {
      // Not later: who asks from now on is not heard by this one.
      this.#looking = undefined;
    }
  }

  async #lookOnce(): Promise<void> {
    this.#isWanted = false;
    const wasWatched = this.#watched === this.#options.folder;
    // Watched since before the first look: whatever happened in between was heard.
    const isFirst = !this.#wasLooked && wasWatched;
    const now = await this.#system.look(this.#options.folder);
    if (this.#closed) return;
    const isReplaced = now?.identity !== this.#last?.identity;
    const isChanged = isReplaced || now?.changedAt !== this.#last?.changedAt;
    // A watch goes with the folder it was put on, not with the name.
    const isSound =
      this.#watched === this.#options.folder && now !== null && !this.#isGone && (isFirst || !isReplaced);
    if (!isSound) {
      this.#isGone = false;
      await this.#watchNearest();
      // What happened to the folder between the look and the new watch was heard by nobody.
      if (this.#watched === this.#options.folder) this.#isWanted = true;
    }
    this.#last = now;
    this.#wasLooked = true;
    // With a watch that was given up, what it had still to tell is lost.
    if (!this.#closed && ((isChanged && !isFirst) || (wasWatched && !isSound))) this.#options.onLost();
  }

  /** Watches the folder, or the nearest one above it that can be watched. */
  async #watchNearest(): Promise<void> {
    const wanted = this.#options.folder;
    for (let tries = 0; tries < mostTries && !this.#closed; tries++) {
      this.#unwatch();
      let folder = wanted;
      let tried = this.#tryWatch(folder);
      // There, but not to be watched: nothing above it would tell what happens in it.
      if (tried === 'refused') return;
      while (tried !== 'watched' && dirname(folder) !== folder) {
        folder = dirname(folder);
        tried = this.#tryWatch(folder);
      }
      if (this.#watched === wanted || this.#watched === '') return;
      // It may have been made between the attempt to watch it and the watching of the one above it.
      if ((await this.#system.look(childTowards(this.#watched, wanted))) === null) return;
    }
  }

  #tryWatch(folder: string): 'watched' | 'missing' | 'refused' {
    try {
      const watcher = this.#system.watch(folder, this.#options.keepAlive ?? false, name =>
        this.#onEvent(watcher, folder, name),
      );
      watcher.on('error', () => this.#onError(watcher));
      this.#watcher = watcher;
      this.#watched = folder;
      return 'watched';
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (['ENOENT', 'ENOTDIR'].includes(code)) return 'missing';
      if (folder === this.#options.folder) this.#tellRefused(code);
      return 'refused';
    }
  }

  #tellRefused(code: string): void {
    if (this.#wasTold) return;
    this.#wasTold = true;
    this.#options.onRefused?.(code);
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#watched = '';
  }

  #onEvent(watcher: Watcher, folder: string, name: string | null): void {
    if (this.#closed || watcher !== this.#watcher) return;
    if (folder !== this.#options.folder) {
      // Waiting for the folder to appear: only the next step towards it matters, or that this one went as well.
      const isNextStep = name !== null && join(folder, name) === childTowards(folder, this.#options.folder);
      if (name === null || isNextStep || name === basename(folder)) void this.check();
    } else if (name === null || name === basename(folder)) {
      // Linux reports the removal of the watched folder itself under its own name, and is silent from then on.
      this.#isGone = true;
      void this.check();
    } else {
      this.#options.onName(name);
    }
  }

  /** Windows reports the removal of a watched folder as an error. */
  #onError(watcher: Watcher): void {
    if (this.#closed || watcher !== this.#watcher) return;
    this.#unwatch();
    void this.check();
  }
}

const nodeSystem: WatchSystem = {
  watch: (folder, persistent, onEvent) => watch(folder, { persistent }, (_event, name) => onEvent(name)),
  look: folder =>
    nodeFileSystem.stat(folder).then(
      ({ dev, ino, birthtimeMs, mtimeMs }) => ({
        identity: `${dev}:${ino}:${birthtimeMs}`,
        changedAt: mtimeMs,
      }),
      () => null,
    ),
};

/** The entry of `folder` on the way down to `wanted`. */
function childTowards(folder: string, wanted: string): string {
  let path = wanted;
  while (dirname(path) !== folder && dirname(path) !== path) path = dirname(path);
  return path;
}
