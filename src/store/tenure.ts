import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { cannotFlushFolders, openFolder, writeFlushed, writeFlushedFile } from './durableFile.ts';
import { errorCode, type FileSystem } from './fileSystem.ts';
import { quietly } from './tidy.ts';

/** Thrown inside `withTenure` when the lock was lost: what was read may have changed, so all of it runs again. */
export class Overtaken extends Error {}

/** Thrown inside `withTenure` when a change turns out to be a move: it runs again with a tenure for moves. */
export class IsMove extends Error {}

/** The right to change one document, as long as its rename goes through. */
export interface Tenure {
  /**
   * Replaces `target` by `data`, only if the tenure still stands. True: it is durable. False: it is done,
   * everybody sees it, but the disk did not confirm that it would outlive a power cut.
   */
  commit(data: Uint8Array, target: string): Promise<boolean>;
  /** Makes sure that this is a tenure for moves, which can commit more than once and take away. */
  forMove(): void;
  /** Takes a superseded document away; nothing happens if there is none. */
  take(path: string): Promise<void>;
  /** Makes sure that the tenure still stands, so that what was not found was really not there. */
  confirm(): Promise<void>;
  /** Puts the tenure away, whatever became of it. */
  end(): Promise<void>;
}

/** A tenure for one commit: a file, already open, that becomes the document. */
export class CommitTenure implements Tenure {
  readonly #fs: FileSystem;
  readonly #path: string;
  /** Open since before the file got into the lock; null once closed. */
  #fd: number | null;
  #gone = false;

  constructor(fs: FileSystem, path: string, fd: number | null) {
    this.#fs = fs;
    this.#path = path;
    this.#fd = fd;
  }

  async commit(data: Uint8Array, target: string): Promise<boolean> {
    const fd = this.#fd ?? (await unlessOvertaken(this.#fs.open(this.#path, constants.O_WRONLY)));
    this.#fd = fd;
    const write = async () => {
      await writeFlushed(this.#fs, fd, data);
      this.#fd = null;
      await this.#fs.close(fd);
    };
    return commitInto(this.#fs, target, write, async () => {
      await unlessOvertaken(this.#fs.rename(this.#path, target));
      this.#gone = true;
    });
  }

  forMove(): void {
    throw new IsMove('a move needs a tenure of its own kind');
  }

  async take(_path: string): Promise<void> {
    this.forMove();
  }

  async confirm(): Promise<void> {
    await unlessOvertaken(this.#fs.lstat(this.#path));
  }

  async end(): Promise<void> {
    if (this.#fd !== null) await quietly(this.#fs.close(this.#fd));
    if (!this.#gone) await quietly(this.#fs.unlink(this.#path));
  }
}

/** A tenure for a move: a folder that stands until it is ended. */
export class MoveTenure implements Tenure {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #content: string[] = [];

  constructor(fs: FileSystem, folder: string) {
    this.#fs = fs;
    this.#folder = folder;
  }

  async commit(data: Uint8Array, target: string): Promise<boolean> {
    const draft = this.#newPath('draft');
    const write = () => unlessOvertaken(writeFlushedFile(this.#fs, draft, data));
    return commitInto(this.#fs, target, write, () => unlessOvertaken(this.#fs.rename(draft, target)));
  }

  forMove(): void {}

  async take(path: string): Promise<void> {
    try {
      await this.#fs.lstat(path);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      throw error;
    }
    await unlessOvertaken(this.#fs.rename(path, this.#newPath('superseded')));
  }

  async confirm(): Promise<void> {
    await unlessOvertaken(this.#fs.lstat(this.#folder));
  }

  async end(): Promise<void> {
    for (const path of this.#content) await quietly(this.#fs.unlink(path));
    await quietly(this.#fs.rmdir(this.#folder));
  }

  #newPath(what: string): string {
    const path = join(this.#folder, `${what}${this.#content.length}`);
    this.#content.push(path);
    return path;
  }
}

/**
 * Writes, renames into the folder of `target`, and flushes the folder: only then is it durable. The rename
 * is the commit; what fails after it is told by a false, as nothing may be reported as not done any more.
 */
async function commitInto(
  fs: FileSystem,
  target: string,
  write: () => Promise<void>,
  rename: () => Promise<void>,
): Promise<boolean> {
  // The folder is opened while the data is written, and before the rename, so that an ENOENT of the
  // rename can only mean the tenure.
  const opening = openFolder(fs, dirname(target));
  opening.catch(() => {});
  try {
    await write();
    const fd = await opening;
    await rename();
    return fd === null || (await isFlushed(fs, fd));
  } finally {
    opening.then(fd => (fd === null ? undefined : fs.close(fd))).catch(() => {});
  }
}

async function isFlushed(fs: FileSystem, folder: number): Promise<boolean> {
  try {
    await fs.fsync(folder);
    return true;
  } catch (error) {
    return cannotFlushFolders(error);
  }
}

async function unlessOvertaken<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new Overtaken('the tenure is gone', { cause: error });
    throw error;
  }
}
