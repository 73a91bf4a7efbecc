import { constants, type Stats } from 'node:fs';
import { join } from 'node:path';
import { lock as acquireLockfile } from 'proper-lockfile';
import { SessionError } from '../model/errors.ts';
import { errorCode, type FileSystem } from './fileSystem.ts';
import { CommitTenure, IsMove, MoveTenure, Overtaken, type Tenure } from './tenure.ts';
import { forgetTenureName, isOwnerDead, newTenureName, ownerOf } from './tenureName.ts';
import { quietly, removeTree } from './tidy.ts';

/*
 * The fenced lock (DESIGN, store 5). The lock of `X.json` is the folder `X.json.lock`; in it lies one
 * **tenure** with a unique name. A tenure gets there only together with its lock folder, by one rename
 * onto nothing or onto an empty folder, and from then on that lock folder cannot be replaced while the
 * tenure is in it. Everything a holder does to a document is a rename by way of its tenure. If that
 * rename succeeds, the lock was ours without interruption since before the document was read, whatever
 * anybody judged about staleness meanwhile. If it fails with ENOENT, we were overtaken, and start
 * again from a fresh read. A tenure is one of two things:
 * - for a commit, a file: the new document is written into it, and it is renamed onto the document;
 * - for a move, a folder: copies are committed out of it, and superseded ones taken away into it.
 * `test/unit/store/protocol.test.ts` explores every interleaving of this.
 */

export interface LockLimits {
  /** How long to wait for somebody else's lock, in milliseconds. */
  readonly waitMs: number;
  /** After how long without a sign of life a lock of a living or unknown owner is broken (2,000 at least). */
  readonly staleMs: number;
}

/** Locks of documents in one process. Callers see to it that one document is asked for once at a time. */
export class Locks {
  readonly #fs: FileSystem;
  readonly #limits: () => Promise<LockLimits>;
  readonly #held = new Map<string, { name: string; tenure: Tenure }>();
  /** Whether the lock being acquired is for a move: proper-lockfile passes nothing on but the path. */
  readonly #isMove = new Map<string, boolean>();
  readonly #adapter: object;

  constructor(fs: FileSystem, limits: () => Promise<LockLimits>) {
    this.#fs = fs;
    this.#limits = limits;
    // One object for all locks: proper-lockfile remembers on it how exact the disk's time stamps are.
    this.#adapter = {
      mkdir: withCallback(path => this.#enter(path)),
      rmdir: withCallback(path => this.#leaveOrBreak(path)),
      stat: withCallback<Stats>(path => this.#fs.stat(path)),
      utimes: (path: string, atime: Date, mtime: Date, done: Done<void>) =>
        withCallback(() => this.#fs.utimes(path, atime, mtime))(path, done),
    };
  }

  /**
   * Runs `change` while holding the lock of `documentPath`, and again from the start whenever the
   * lock turns out to have been lost before its commit.
   * @throws SessionError `busy` when the lock was not to be had within the limit
   */
  async withTenure<T>(documentPath: string, change: (tenure: Tenure) => Promise<T>): Promise<T> {
    const limits = await this.#limits();
    const started = performance.now();
    for (let isMove = false; ; ) {
      const { tenure, release } = await this.#acquire(documentPath, isMove, limits, started);
      try {
        return await change(tenure);
      } catch (error) {
        if (!(error instanceof Overtaken || error instanceof IsMove)) throw error;
        isMove ||= error instanceof IsMove;
        if (performance.now() - started > limits.waitMs) throw await this.#busy(documentPath, started);
      } finally {
        await release();
      }
    }
  }

  async #acquire(documentPath: string, isMove: boolean, limits: LockLimits, started: number) {
    const lockPath = `${documentPath}.lock`;
    this.#isMove.set(lockPath, isMove);
    for (let attempt = 0; ; attempt++) {
      try {
        const release = await acquireLockfile(documentPath, {
          fs: this.#adapter,
          realpath: false,
          retries: 0,
          stale: limits.staleMs,
          // A lost lock is found out at the commit, by the fence.
          onCompromised: () => {},
        });
        const held = this.#held.get(lockPath);
        if (held === undefined) throw new Error(`no tenure for ${lockPath}`);
        return { tenure: held.tenure, release: () => this.#release(lockPath, release) };
      } catch (error) {
        // ENOENT: we slept right after taking the lock, and it was broken before its first sign of life.
        if (!['ELOCKED', 'ENOENT'].includes(errorCode(error))) throw error;
      }
      const holders = await this.#holders(lockPath);
      if (holders.length > 0 && holders.every(isOwnerDead)) {
        await this.#breakLock(lockPath, holders);
      } else if (performance.now() - started > limits.waitMs) {
        throw await this.#busy(documentPath, started);
      } else {
        // A crash between the two steps of a release leaves an empty folder, which Windows cannot rename over.
        if (holders.length === 0) await quietly(this.#fs.rmdir(lockPath));
        // Soon at first, as updates take milliseconds; then more seldom, and never in step with others.
        await new Promise(resolve => setTimeout(resolve, 1 + Math.random() * Math.min(50, 2 ** attempt)));
      }
    }
  }

  async #release(lockPath: string, release: () => Promise<void>): Promise<void> {
    await quietly(release());
    // The library does nothing when it believes the lock to be lost; the tenure is put away all the same.
    if (this.#held.has(lockPath)) await this.#leave(lockPath);
  }

  /** `mkdir` for proper-lockfile: the lock's folder appears with our tenure in it, or EEXIST. */
  async #enter(lockPath: string): Promise<void> {
    const name = newTenureName();
    const staging = `${lockPath}.${name}`;
    let fd: number | null = null;
    try {
      if (this.#isMove.get(lockPath)) {
        await this.#fs.mkdir(join(staging, name), { recursive: true, mode: 0o700 });
      } else {
        fd = await this.#makeTenureFile(staging, name);
      }
      await this.#fs.rename(staging, lockPath);
      const path = join(lockPath, name);
      const tenure = this.#isMove.get(lockPath)
        ? new MoveTenure(this.#fs, path)
        : new CommitTenure(this.#fs, path, fd);
      this.#held.set(lockPath, { name, tenure });
    } catch (error) {
      if (fd !== null) await quietly(this.#fs.close(fd));
      await quietly(removeTree(this.#fs, staging));
      forgetTenureName(name);
      // ENOENT: somebody swept our staging folder away. EPERM and EACCES: Windows's words for "not empty".
      const code = errorCode(error);
      const refused = process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES');
      if (['EEXIST', 'ENOTEMPTY', 'ENOENT'].includes(code) || (refused && (await this.#exists(lockPath)))) {
        throw Object.assign(new Error('locked'), { code: 'EEXIST' });
      }
      throw error;
    }
  }

  /** `rmdir` for proper-lockfile, which calls it to release its own lock and to break a stale one. */
  async #leaveOrBreak(lockPath: string): Promise<void> {
    if (this.#held.has(lockPath)) await this.#leave(lockPath);
    else await this.#breakLock(lockPath, await this.#holders(lockPath));
  }

  async #leave(lockPath: string): Promise<void> {
    const held = this.#held.get(lockPath);
    if (held === undefined) return;
    this.#held.delete(lockPath);
    await held.tenure.end();
    // Only an empty folder goes: nobody releases another's lock.
    await quietly(this.#fs.rmdir(lockPath));
    forgetTenureName(held.name);
  }

  /** Windows renames no folder in which a file is open: there it is opened again for the commit. */
  async #makeTenureFile(staging: string, name: string): Promise<number | null> {
    await this.#fs.mkdir(staging, { recursive: true, mode: 0o700 });
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    const fd = await this.#fs.open(join(staging, name), flags, 0o600);
    if (process.platform !== 'win32') return fd;
    await this.#fs.close(fd);
    return null;
  }

  /** Ends the tenures named, each by one rename out of the lock: from then on its holder cannot commit. */
  async #breakLock(lockPath: string, holders: readonly string[]): Promise<void> {
    for (const holder of holders) {
      const name = newTenureName();
      const broken = `${lockPath}.${name}`;
      try {
        await this.#fs.rename(join(lockPath, holder), broken);
        await removeTree(this.#fs, broken);
      } catch (error) {
        // ENOENT: it was released, or broken by somebody else.
        if (errorCode(error) !== 'ENOENT') throw error;
      } finally {
        forgetTenureName(name);
      }
    }
    await quietly(this.#fs.rmdir(lockPath));
  }

  async #holders(lockPath: string): Promise<string[]> {
    try {
      return await this.#fs.readdir(lockPath);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  async #exists(path: string): Promise<boolean> {
    return this.#fs.lstat(path).then(
      () => true,
      () => false,
    );
  }

  async #busy(documentPath: string, started: number): Promise<SessionError> {
    const [name] = await this.#holders(`${documentPath}.lock`);
    const owner = name === undefined ? null : ownerOf(name);
    return new SessionError('busy', {
      path: documentPath,
      holder: owner && `process ${owner.pid} on ${owner.host}`,
      waitedMs: Math.round(performance.now() - started),
    });
  }
}

type Done<T> = (error: unknown, value?: T) => void;

function withCallback<T>(run: (path: string) => Promise<T>) {
  return (path: string, done: Done<T>) => {
    run(path).then(
      value => done(null, value),
      error => done(error),
    );
  };
}
