import { constants, type Stats } from 'node:fs';
import { join } from 'node:path';
import { lock as acquireLockfile } from 'proper-lockfile';
import { SessionError } from '../model/errors.ts';
import { errorCode, type FileSystem } from './fileSystem.ts';
import { randomHex } from './hex.ts';
import { isMomentary } from './patience.ts';
import { CommitTenure, IsMove, MoveTenure, Overtaken, type Tenure } from './tenure.ts';
import { forgetTenureName, isOwnerDead, newTenureName, ownerOf } from './tenureName.ts';
import { quietly, removeTenure } from './tidy.ts';

/*
 * The fenced lock. The lock of `X.json` is the folder `X.json.lock`; in it lies one
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

/** What one lock of this process is about; proper-lockfile passes nothing on but its path. */
interface Attempt {
  readonly isMove: boolean;
  /** Another's lock as it was first seen like this, and when, by a clock that never jumps. */
  seen: { readonly stamp: string; readonly since: number } | null;
  /** Why the folder that was to become the lock could not be made: no holder has to do with that. */
  failure: unknown;
  held: { readonly name: string; readonly tenure: Tenure } | null;
}

/** The longest pause before another try for a lock, in milliseconds, and after having been overtaken. */
const longestPause = { waiting: 50, overtaken: 1_000 };

/** Locks of documents in one process. Callers see to it that one document is asked for once at a time. */
export class Locks {
  readonly #fs: FileSystem;
  readonly #limits: () => Promise<LockLimits>;
  readonly #attempts = new Map<string, Attempt>();
  readonly #adapter: object;

  constructor(fs: FileSystem, limits: () => Promise<LockLimits>) {
    this.#fs = fs;
    this.#limits = limits;
    // One object for all locks: proper-lockfile remembers on it how exact the disk's time stamps are.
    this.#adapter = {
      mkdir: withCallback(path => this.#enter(path)),
      rmdir: withCallback(path => this.#leaveOrBreak(path)),
      stat: withCallback<Stats>(path => this.#look(path)),
      utimes: (path: string, atime: Date, mtime: Date, done: Done<void>) =>
        withCallback(() => this.#fs.utimes(path, atime, mtime))(path, done),
    };
  }

  /**
   * Runs `change` while holding the lock of `documentPath`, and again from the start whenever the
   * lock turns out to have been lost before its commit.
   * @throws SessionError `busy` when the lock was not to be had within the limit, `lock_blocked` when
   * something that is no lock stands in its place
   */
  async withTenure<T>(documentPath: string, change: (tenure: Tenure) => Promise<T>): Promise<T> {
    const limits = await this.#limits();
    const started = performance.now();
    let isMove = false;
    for (let overtaken = 0; ; ) {
      const { tenure, release } = await this.#acquire(documentPath, isMove, limits, started).catch(
        async error => {
          await this.#forget(`${documentPath}.lock`);
          throw error;
        },
      );
      try {
        return await change(tenure);
      } catch (error) {
        if (error instanceof IsMove) isMove = true;
        else if (error instanceof Overtaken) overtaken++;
        else throw error;
        // Nobody was in the way of what turns out to be a move, however long it has taken so far.
        const isLate = performance.now() - started > limits.waitMs;
        if (error instanceof Overtaken && isLate) throw await this.#refusal(documentPath, started);
      } finally {
        await release();
      }
      // Two who take each other for dead break each other's locks in turn: the one who steps back lets the other finish.
      if (overtaken > 0) await pause(overtaken + 2, longestPause.overtaken);
    }
  }

  async #acquire(documentPath: string, isMove: boolean, limits: LockLimits, started: number) {
    const lockPath = `${documentPath}.lock`;
    const attempt: Attempt = { isMove, seen: null, failure: null, held: null };
    this.#attempts.set(lockPath, attempt);
    let refused: unknown = null;
    for (let tries = 0; ; tries++) {
      try {
        const release = await acquireLockfile(documentPath, {
          fs: this.#adapter,
          realpath: false,
          retries: 0,
          stale: limits.staleMs,
          // A lost lock is found out at the commit, by the fence.
          onCompromised: () => {},
        });
        if (attempt.held === null) throw new Error(`no tenure for ${lockPath}`);
        return { tenure: attempt.held.tenure, release: () => this.#release(lockPath, release) };
      } catch (error) {
        refused = isMomentary(error) && error !== attempt.failure ? error : null;
        // No folder can be made: the drive or the share is not there.
        if (error === attempt.failure && isFromMkdir(error)) throw error;
        // ENOENT: we slept right after taking the lock, and it was broken before its first sign of life.
        if (refused === null && !['ELOCKED', 'ENOENT'].includes(errorCode(error))) throw error;
      }
      try {
        const holders = await this.#holders(lockPath);
        if (holders.length > 0 && holders.every(isOwnerDead) && (await this.#breakLock(lockPath, holders)))
          continue;
        // A crash between the two steps of a release leaves an empty folder, which Windows cannot rename over.
        if (holders.length === 0) await quietly(this.#fs.rmdir(lockPath));
      } catch (error) {
        // A holder's file is open just now, or the lock is about to go: it is waited for like any holder.
        if (!isMomentary(error)) throw error;
        refused = error;
      }
      if (performance.now() - started > limits.waitMs)
        throw await this.#refusal(documentPath, started, refused);
      // Soon at first, as updates take milliseconds; then more seldom, and never in step with others.
      await pause(tries, longestPause.waiting);
    }
  }

  async #release(lockPath: string, release: () => Promise<void>): Promise<void> {
    await quietly(release());
    // The library does nothing when it believes the lock to be lost; the tenure is put away all the same.
    await this.#forget(lockPath);
  }

  async #forget(lockPath: string): Promise<void> {
    await this.#leave(lockPath);
    this.#attempts.delete(lockPath);
  }

  /** `mkdir` for proper-lockfile: the lock's folder appears with our tenure in it, or EEXIST. */
  async #enter(lockPath: string): Promise<void> {
    const attempt = this.#attempts.get(lockPath);
    if (attempt === undefined) throw new Error(`nobody asked for ${lockPath}`);
    const name = newTenureName();
    const staging = `${lockPath}.${name}`;
    let fd: number | null = null;
    try {
      fd = await this.#makeTenure(staging, name, attempt);
      await this.#fs.takeOver(staging, lockPath);
      const path = join(lockPath, name);
      const tenure = attempt.isMove ? new MoveTenure(this.#fs, path) : new CommitTenure(this.#fs, path, fd);
      attempt.held = { name, tenure };
    } catch (error) {
      if (fd !== null) await quietly(this.#fs.close(fd));
      await quietly(removeTenure(this.#fs, staging));
      forgetTenureName(name);
      if (error === attempt.failure) throw error;
      const code = errorCode(error);
      // ENOENT: somebody swept our staging folder away.
      if (['EEXIST', 'ENOTEMPTY', 'ENOENT'].includes(code)) throw locked();
      // Windows's words for "not empty" are those for "not yours": whether anything is there is looked up.
      if (code === 'ENOTDIR' || isMomentary(error)) {
        const there = await this.#fs.lstat(lockPath).catch(() => null);
        if (there?.isDirectory()) throw locked();
        if (there) throw blocked(lockPath, there);
      }
      throw error;
    }
  }

  /** `stat` for proper-lockfile, which breaks a lock that is older than the limit by the clock on the wall. */
  async #look(lockPath: string): Promise<Stats> {
    const stats = await this.#fs.lstat(lockPath);
    const attempt = this.#attempts.get(lockPath);
    if (!attempt || attempt.held) return stats;
    // A lock that is dated in the future, by a clock that was ahead, is old when it was seen unchanged for as long.
    const stamp = `${stats.ino} ${stats.mtimeMs}`;
    const now = performance.now();
    if (attempt.seen?.stamp !== stamp) attempt.seen = { stamp, since: now };
    const { staleMs } = await this.#limits();
    return now - attempt.seen.since > staleMs ? Object.assign(stats, { mtime: new Date(0) }) : stats;
  }

  /** `rmdir` for proper-lockfile, which calls it to release its own lock and to break a stale one. */
  async #leaveOrBreak(lockPath: string): Promise<void> {
    if (this.#attempts.get(lockPath)?.held) await this.#leave(lockPath);
    else await this.#breakLock(lockPath, await this.#holders(lockPath));
  }

  async #leave(lockPath: string): Promise<void> {
    const attempt = this.#attempts.get(lockPath);
    const held = attempt?.held;
    if (!attempt || !held) return;
    attempt.held = null;
    await held.tenure.end();
    // Only an empty folder goes: nobody releases another's lock.
    await quietly(this.#fs.rmdir(lockPath));
    forgetTenureName(held.name);
  }

  /**
   * Makes the folder that is to become the lock, with the tenure in it; gives the open file of a tenure for a
   * commit. Windows renames no folder in which a file is open: there it is opened again for the commit.
   */
  async #makeTenure(staging: string, name: string, attempt: Attempt): Promise<number | null> {
    try {
      const path = join(staging, name);
      await this.#fs.mkdir(attempt.isMove ? path : staging, { recursive: true, mode: 0o700 });
      if (attempt.isMove) return null;
      const fd = await this.#fs.open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
      if (process.platform !== 'win32') return fd;
      await this.#fs.close(fd);
      return null;
    } catch (error) {
      attempt.failure = error;
      throw error;
    }
  }

  /** Ends the tenures named, each by one rename out of the lock: from then on its holder cannot commit. False: one is there still. */
  async #breakLock(lockPath: string, holders: readonly string[]): Promise<boolean> {
    let isBroken = true;
    for (const holder of holders) isBroken = (await this.#breakTenure(lockPath, holder)) && isBroken;
    await quietly(this.#fs.rmdir(lockPath));
    return isBroken;
  }

  async #breakTenure(lockPath: string, holder: string): Promise<boolean> {
    const path = join(lockPath, holder);
    const isOurs = ownerOf(holder) !== null;
    const name = newTenureName();
    // What no program of ours has put there is only put out of the way, under a name that nobody sweeps.
    const broken = isOurs ? `${lockPath}.${name}` : `${lockPath}.aside.${randomHex(16)}`;
    try {
      await this.#fs.rename(path, broken);
      if (isOurs) await quietly(removeTenure(this.#fs, broken));
      return true;
    } catch (error) {
      // ENOENT: it was released, or broken by somebody else.
      if (errorCode(error) === 'ENOENT') return true;
      // A folder of an overlay's lower layer cannot be renamed. It can be emptied file by file: the tenure
      // stands until its folder is gone, and a holder whose draft was taken away begins again.
      if (errorCode(error) !== 'EXDEV' || !isOurs) throw error;
      return await removeTenure(this.#fs, path).then(
        () => true,
        () => false,
      );
    } finally {
      forgetTenureName(name);
    }
  }

  async #holders(lockPath: string): Promise<string[]> {
    try {
      return await this.#fs.readdir(lockPath);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  /** Why the lock was not to be had: somebody holds it, or, if nobody does, the system refuses it. */
  async #refusal(documentPath: string, started: number, refused: unknown = null): Promise<unknown> {
    const [name] = await this.#holders(`${documentPath}.lock`).catch(() => []);
    if (name === undefined && refused !== null) return refused;
    const owner = name === undefined ? null : ownerOf(name);
    return new SessionError('busy', {
      path: documentPath,
      holder: owner && `process ${owner.pid} on ${owner.host}`,
      waitedMs: Math.round(performance.now() - started),
    });
  }
}

function locked(): Error {
  return Object.assign(new Error('locked'), { code: 'EEXIST' });
}

function blocked(lockPath: string, there: Stats): SessionError {
  const what = there.isSymbolicLink() ? 'link' : there.isFile() ? 'file' : 'other';
  return new SessionError('lock_blocked', { path: lockPath, what });
}

/** Longer and longer, up to `most` milliseconds, and by chance, so that two do not meet again and again. */
function pause(tries: number, most: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 1 + Math.random() * Math.min(most, 2 ** tries)));
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

function isFromMkdir(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall === 'mkdir';
}
