import { dirname } from 'node:path';
import { isSessionError, SessionError, type Unconfirmed } from '../model/errors.ts';
import { isSafeId } from '../model/ids.ts';
import { maxDocumentBytes } from '../model/limits.ts';
import { canonical, join } from '../model/merge.ts';
import { parseSession, serializeDocument } from '../model/parseSession.ts';
import { type Place, places, type Session, schemaVersion } from '../model/session.ts';
import type { Moment } from '../model/stamp.ts';
import { continuationOf } from '../model/transitions.ts';
import { type DeskFile, hasDesk, writeDesk } from './desks.ts';
import { type FileContent, readDocumentFile } from './durableFile.ts';
import { Queue } from './fencedFile.ts';
import { errorCode, type FileSystem } from './fileSystem.ts';
import { forgetGone, isGone, noteGone } from './gone.ts';
import { randomHex } from './hex.ts';
import { documentPath, type Home, idOfDocument } from './home.ts';
import { type LockLimits, Locks } from './lock.ts';
import { machineId } from './machine.ts';
import { isAdministrator, ownedByHome } from './ownership.ts';
import { readSettings } from './settings.ts';
import type { Tenure } from './tenure.ts';

/** A change of a session: pure, and run again from a fresh read when its commit was refused. */
export type Transition = (session: Session, moment: Moment) => Session;

export interface StoreOptions {
  readonly home: Home;
  readonly fs: FileSystem;
  readonly now: () => Date;
  /** Called for what is done, but not confirmed by the disk: whoever says "done" says that too. */
  readonly onUnconfirmed?: ((unconfirmed: Unconfirmed) => void) | undefined;
  /** Called for what cannot be read and stops nobody: told beside what is done, once. */
  readonly warn?: ((problem: SessionError) => void) | undefined;
}

/** A document where it was found, which is not where it belongs while a move is under way. */
interface Found {
  readonly session: Session;
  readonly place: Place;
}

/** How many documents are remembered as parsed, to be spared the parsing when their bytes are the same. */
const remembered = 8;
/** For how long what the settings say of locks is remembered, in milliseconds. */
const limitsForMs = 5_000;

/**
 * Where sessions live and how they change. `update` is the one way to write a session: nothing else
 * can, so nothing can forget the lock. Every other process may do the same at the same time.
 */
export class SessionStore {
  readonly home: Home;
  readonly fs: FileSystem;
  readonly now: () => Date;
  readonly onUnconfirmed: (unconfirmed: Unconfirmed) => void;
  readonly warn: (problem: SessionError) => void;
  readonly locks: Locks;
  readonly queue = new Queue();
  readonly #parsed = new Map<string, { bytes: Buffer; session: Session }>();
  #limits: { readonly of: Promise<LockLimits>; readonly at: number } | undefined;

  constructor({ home, fs, now, onUnconfirmed = () => {}, warn = () => {} }: StoreOptions) {
    this.home = home;
    this.fs = isAdministrator ? ownedByHome(fs, home.root) : fs;
    this.now = now;
    this.onUnconfirmed = onUnconfirmed;
    this.warn = warn;
    this.locks = new Locks(this.fs, () => this.#currentLimits());
  }

  /**
   * Changes a session and returns it as it was committed, durably. A transition that returns the
   * session it was given writes nothing. `attach`: desks that the changed session names.
   * @throws SessionError what the transition refused; `not_found`, `unreadable`, `newer_schema` (also of a copy in
   * another place, which a move would destroy), `busy`, `io`
   */
  async update(
    id: string,
    transition: Transition,
    { attach = [] }: { attach?: readonly DeskFile[] } = {},
  ): Promise<Session> {
    const updated = await this.#exclusively(id, async tenure => {
      const found = await this.#find(id);
      if (found === null) {
        await tenure.confirm();
        throw new SessionError('not_found', { what: 'session', query: id });
      }
      let current = await this.#settle(tenure, found);
      let changed = transition(current, await this.moment());
      if (changed === current) return current;
      if (changed.place !== current.place) {
        tenure.forMove();
        const whole = await this.#withCopies(current, current.place);
        if (whole !== current) {
          current = { ...whole, place: current.place };
          changed = transition(whole, await this.moment());
        }
      }
      for (const desk of attach) await writeDesk(this, desk);
      const next = { ...changed, id, revision: current.revision + 1 };
      await this.#commit(tenure, next, current.place);
      // The change is made, and the document says where it belongs: a move that fails now follows later.
      await this.#settle(tenure, { session: next, place: current.place }).catch(() => {});
      return next;
    });
    await this.#lookAgain(id, attach);
    return updated;
  }

  /** A sweep may have judged a desk just before it was named. The session is changed, whatever comes of this. */
  async #lookAgain(id: string, attached: readonly DeskFile[]): Promise<void> {
    try {
      for (const desk of attached) if (!(await hasDesk(this, desk.hash))) await writeDesk(this, desk);
    } catch {
      this.onUnconfirmed({ id, reason: 'flush' });
    }
  }

  /** What a change is made with: the time, the day where the person is, this machine, and what makes new ids. */
  async moment(): Promise<Moment> {
    const machine = await machineId();
    const now = this.now();
    const digits = (number: number) => String(number).padStart(2, '0');
    const today = `${now.getFullYear()}-${digits(now.getMonth() + 1)}-${digits(now.getDate())}`;
    return { now, today, machine, random: randomHex(12) };
  }

  /**
   * Writes a session that must not exist yet, in whatever place.
   * @throws SessionError `already_exists`; `gone` for one that was removed for good
   */
  async create(session: Session): Promise<Session> {
    const { id } = session;
    return this.#exclusively(id, async tenure => {
      if ((await this.#find(id)) !== null) throw new SessionError('already_exists', { id });
      if (await isGone(this, id)) throw new SessionError('gone', { id });
      await this.#commit(tenure, session, session.place);
      return session;
    });
  }

  /** `create`, content with a session of that id that is there already: for rolling forward. */
  async createIfAbsent(session: Session): Promise<Session> {
    try {
      return await this.create(session);
    } catch (error) {
      if (isSessionError(error, 'already_exists')) return this.read(session.id);
      throw error;
    }
  }

  /**
   * Reads a session from whatever place it is in.
   * @throws SessionError `not_found`, `unreadable`, `newer_schema` (unless `forShowing`), `io`
   */
  async read(id: string, { forShowing = false } = {}): Promise<Session> {
    checkId(id);
    const found = await this.#guard(documentPath(this.home, id, 'sessions'), () =>
      this.#find(id, forShowing),
    );
    if (found === null) throw new SessionError('not_found', { what: 'session', query: id });
    return found.session;
  }

  /**
   * Creates the continuation of a resumed session if a crash kept it from being created. Null: not resumed, or by
   * a newer version, whose claim may mean more than is understood here: nothing is made from it.
   */
  async rollForward(parent: Session): Promise<Session | null> {
    if (parent.schemaVersion > schemaVersion) return null;
    const continuation = continuationOf(parent);
    return (
      continuation &&
      this.createIfAbsent(continuation).catch(error => {
        if (isSessionError(error, 'gone')) return null;
        throw error;
      })
    );
  }

  /**
   * Removes a session that is in the trash, in all places, and notes that it is gone. False: it is not in the trash
   * any more. Each step may be the last: what is left is a session in the trash, to be removed by the next call.
   * @throws SessionError `unreadable`, `newer_schema`: nothing is removed that is not understood
   */
  async removeForGood(id: string): Promise<boolean> {
    return this.#exclusively(id, async tenure => {
      const found = await this.#find(id);
      if (found === null) return false;
      tenure.forMove();
      const session = await this.#settle(tenure, found);
      const { place } = await this.#withCopies(session, session.place);
      if (place !== 'trash') return false;
      await tenure.confirm();
      await noteGone(this, id);
      for (const each of places) await tenure.take(documentPath(this.home, id, each));
      this.#parsed.delete(id);
      return true;
    });
  }

  /**
   * Finishes a move that was interrupted, whichever of its steps was the last, and joins what lies in several
   * places. False: one of them is unreadable or of a newer version, and nothing was taken away.
   */
  async settle(id: string): Promise<boolean> {
    return this.#exclusively(id, async tenure => {
      const found = await this.#find(id);
      if (found === null) return true;
      tenure.forMove();
      const settled = await this.#settle(tenure, found);
      const whole = await this.#withCopies(settled, settled.place).catch(error => {
        if (isSessionError(error, 'unreadable') || isSessionError(error, 'newer_schema')) return null;
        throw error;
      });
      if (whole === null) return false;
      await this.#putRight(tenure, whole, settled.place, whole === settled);
      return true;
    });
  }

  /** Lets a session be made again that was removed for good. */
  async forgetGone(id: string): Promise<void> {
    await this.#exclusively(id, async tenure => {
      await tenure.confirm();
      await forgetGone(this, id);
    });
  }

  /** Every document's place and id, by file name only; a document under way may be in two places. */
  async ids(place: Place): Promise<string[]> {
    const folder = this.home[place];
    return this.#guard(folder, async () => {
      try {
        const names = await this.fs.readdir(folder);
        return names.map(idOfDocument).filter(id => id !== null);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return [];
        throw error;
      }
    });
  }

  async #exclusively<T>(id: string, change: (tenure: Tenure) => Promise<T>): Promise<T> {
    checkId(id);
    const path = documentPath(this.home, id, 'sessions');
    return this.queue.run(path, () => this.#guard(path, () => this.locks.withTenure(path, change)));
  }

  /**
   * The document of a session. The first place that has one has the newest: a change is committed
   * where the document is, and a move copies before it takes away. While a move is under way the
   * document may be missed in one place after the other, so a miss is looked at again.
   */
  async #find(id: string, forShowing = false): Promise<Found | null> {
    for (let attempt = 0; attempt < 2; attempt++) {
      for (const place of places) {
        const path = documentPath(this.home, id, place);
        const content = await readDocumentFile(this.fs, path);
        if (content !== null) return { session: this.#parse(content, id, path, forShowing), place };
      }
    }
    return null;
  }

  /** Parses a document, or takes what the very same bytes were parsed to before. */
  #parse(content: FileContent, id: string, path: string, forShowing: boolean): Session {
    const known = this.#parsed.get(id);
    if (known?.bytes.equals(content.bytes)) return known.session;
    const session = parseSession(content.bytes.toString('utf8'), id, path, forShowing);
    if (!forShowing) this.#remember(id, content.bytes, session);
    return session;
  }

  #remember(id: string, bytes: Buffer, session: Session): void {
    this.#parsed.delete(id);
    this.#parsed.set(id, { bytes, session });
    const [oldest] = this.#parsed.keys();
    if (this.#parsed.size > remembered && oldest !== undefined) this.#parsed.delete(oldest);
  }

  /** False: it is done, but the disk did not confirm it. */
  async #commit(tenure: Tenure, session: Session, place: Place): Promise<boolean> {
    const bytes = Buffer.from(serializeDocument(session));
    if (bytes.byteLength > maxDocumentBytes) {
      throw new SessionError('over_limit', { field: 'session', limit: maxDocumentBytes, unit: 'bytes' });
    }
    const path = documentPath(this.home, session.id, place);
    if (place !== 'sessions') await this.fs.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const isConfirmed = await tenure.commit(bytes, path);
    if (!isConfirmed) this.onUnconfirmed({ id: session.id, reason: 'flush' });
    this.#remember(session.id, bytes, session);
    return isConfirmed;
  }

  /**
   * Brings a document to the place it says it belongs in, if it is not there, joined with the copies in all places.
   * @throws SessionError `unreadable`, `newer_schema`
   */
  async #settle(tenure: Tenure, { session, place }: Found): Promise<Session> {
    if (session.place === place) return session;
    tenure.forMove();
    return this.#putRight(tenure, await this.#withCopies(session, place), place, false);
  }

  /**
   * Puts a document where it says it belongs, coming from `place`: a copy is committed there, unless it `isThere`,
   * the others are taken away, and the one it came from last, so that at every moment the first place that has a
   * document has all that was written.
   */
  async #putRight(tenure: Tenure, session: Session, place: Place, isThere: boolean): Promise<Session> {
    // As long as the disk has not confirmed the copy, what it was made from stays; the move follows later.
    if (!isThere && !(await this.#commit(tenure, session, session.place))) return session;
    const others = places.filter(other => other !== session.place && other !== place);
    // Moving towards the front, the new copy counts at once; moving back, the old one does until it goes.
    for (const other of place === session.place ? others : [...others, place])
      await tenure.take(documentPath(this.home, session.id, other));
    return session;
  }

  /**
   * A session joined with what lies in places other than its own, which a move replaces or takes away: copies that
   * moves left behind, or that somebody put there. The very same session where they bring it nothing. What cannot be
   * joined (a link, a document that is unreadable or of a newer version) stops the move before its first step.
   * @throws SessionError `unreadable`, `newer_schema`
   */
  async #withCopies(session: Session, place: Place): Promise<Session> {
    let whole = session;
    for (const other of places.filter(each => each !== place)) {
      const path = documentPath(this.home, session.id, other);
      const content = await readDocumentFile(this.fs, path);
      if (content !== null) whole = joinWith(whole, this.#parse(content, session.id, path, false));
    }
    return whole;
  }

  /** Turns system errors into one typed error, with the path it was about. */
  async #guard<T>(path: string, run: () => Promise<T>): Promise<T> {
    return run().catch(error => {
      throw asSessionError(error, path);
    });
  }

  /** As the settings say: they are looked at again after some seconds, as a window lives for days. */
  #currentLimits(): Promise<LockLimits> {
    const now = performance.now();
    if (this.#limits === undefined || now - this.#limits.at > limitsForMs)
      this.#limits = { of: this.#readLimits(), at: now };
    return this.#limits.of;
  }

  async #readLimits(): Promise<LockLimits> {
    // What is wrong with them is told to whoever asks for settings.
    const { settings } = await readSettings(this.fs, this.home);
    return { waitMs: settings.lockWaitSeconds * 1000, staleMs: settings.lockStaleSeconds * 1000 };
  }
}

/** A session joined with another version of it; the very same session where that brings it nothing. */
export function joinWith(session: Session, other: Session): Session {
  const joined = join(session, other);
  const asOne = (one: Session) => canonical({ ...one, revision: 0 });
  if (asOne(joined) === asOne(join(session, session))) return session;
  return { ...joined, revision: Math.max(session.revision, other.revision) + 1 };
}

/** A system error as the typed `io` error; anything else unchanged. */
export function asSessionError(error: unknown, path: string): unknown {
  if (isSessionError(error) || !(error instanceof Error) || !('syscall' in error)) return error;
  const failure = error as NodeJS.ErrnoException;
  const action = failure.syscall === 'scandir' || failure.syscall === 'lstat' ? 'read' : 'write';
  return new SessionError(
    'io',
    // A person knows the document, not the lock that is made beside it.
    {
      path: (failure.path ?? path).replace(/(\.json)\.lock(\.[^/\\]*)?([/\\].*)?$/, '$1'),
      code: errorCode(failure),
      action,
    },
    { cause: error },
  );
}

function checkId(id: string): void {
  if (!isSafeId(id)) throw new SessionError('not_found', { what: 'session', query: id });
}
