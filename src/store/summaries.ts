import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { isSessionError, SessionError } from '../model/errors.ts';
import { isSafeId } from '../model/ids.ts';
import { parseSession } from '../model/parseSession.ts';
import { lastActivityAt, type Summary, summaryOf } from '../model/queries.ts';
import type { Place, Session } from '../model/session.ts';
import { readDocumentFile } from './durableFile.ts';
import type { FileStamp, FileSystem } from './fileSystem.ts';
import type { Home } from './home.ts';
import { asSessionError } from './sessionStore.ts';

/** Entries that changed since the cache was written, from which on writing it anew is worth it. */
const worthWriting = 32;
/** Some file systems keep times to two seconds only: a younger stamp does not prove that nothing changed. */
const racyMs = 2_000;
/** The first line of a cache; one of another version is not used. */
const cacheHeader = 'work-sessions summaries 1';

/**
 * One session of a list. What lists are filtered and ordered by is at hand; the whole summary is
 * taken out of the cache's text only when it is asked for.
 */
export class SummaryEntry {
  readonly id: string;
  readonly revision: number;
  readonly place: string;
  readonly status: string;
  readonly projectKey: string;
  readonly lastActivityAt: string;
  readonly resumedAs: string | null;
  readonly stamp: FileStamp;
  /** When the document was read, in milliseconds: see `racyMs`. */
  readonly readAt: number;
  #json: string | null;
  #summary: Summary | null;

  constructor(summary: Summary | string, fields: EntryFields) {
    this.id = fields.id;
    this.revision = fields.revision;
    this.place = fields.place;
    this.status = fields.status;
    this.projectKey = fields.projectKey;
    this.lastActivityAt = fields.lastActivityAt;
    this.resumedAs = fields.resumedAs;
    this.stamp = fields.stamp;
    this.readAt = fields.readAt;
    this.#json = typeof summary === 'string' ? summary : null;
    this.#summary = typeof summary === 'string' ? null : summary;
  }

  static of(session: Session, stamp: FileStamp, readAt: number): SummaryEntry {
    const { id, revision, place, status, resumedAs } = session;
    const projectKey = session.project.key;
    const activity = lastActivityAt(session);
    const fields = { id, revision, place, status, projectKey, lastActivityAt: activity, resumedAs, stamp, readAt };
    return new SummaryEntry(summaryOf(session), fields);
  }

  get summary(): Summary {
    this.#summary ??= JSON.parse(this.#json ?? 'null') as Summary;
    return this.#summary;
  }

  /** One line of the cache: the fields, then the summary as JSON (which has no tab and no line end). */
  toLine(): string {
    const { size, mtimeMs, ctimeMs, ino } = this.stamp;
    const json = this.#json ?? JSON.stringify(this.#summary);
    return [
      this.id,
      size,
      mtimeMs,
      ctimeMs,
      ino,
      this.revision,
      this.place,
      this.status,
      this.projectKey,
      this.lastActivityAt,
      this.resumedAs ?? '',
      this.readAt,
      json,
    ].join('\t');
  }

  static fromLine(line: string): SummaryEntry | null {
    const parts = line.split('\t');
    const [id, size, mtimeMs, ctimeMs, ino, revision, place, status, projectKey, activity, resumedAs, readAt, json] =
      parts;
    if (parts.length !== 13 || !id || !json?.endsWith('}')) return null;
    return new SummaryEntry(json, {
      id,
      revision: Number(revision),
      place: place ?? '',
      status: status ?? '',
      projectKey: projectKey ?? '',
      lastActivityAt: activity ?? '',
      resumedAs: resumedAs || null,
      stamp: { size: Number(size), mtimeMs: Number(mtimeMs), ctimeMs: Number(ctimeMs), ino: Number(ino) },
      readAt: Number(readAt),
    });
  }
}

interface EntryFields {
  id: string;
  revision: number;
  place: string;
  status: string;
  projectKey: string;
  lastActivityAt: string;
  resumedAs: string | null;
  stamp: FileStamp;
  readAt: number;
}

/** A document of the list that could not be read: shown as such, never left out in silence. */
export interface Unreadable {
  readonly id: string;
  readonly path: string;
  readonly error: SessionError;
}

export interface SummaryList {
  readonly entries: readonly SummaryEntry[];
  readonly unreadable: readonly Unreadable[];
  /** Every name in the folder, documents and others: what a sweep of leftovers looks at. */
  readonly names: readonly string[];
}

/**
 * The summaries of one place, derived from its files by name, size and time stamps. There is no index
 * that a write would have to keep: the cache spares the reading and may be wrong or gone without harm.
 */
export class Summaries {
  readonly #fs: FileSystem;
  readonly #home: Home;
  readonly #clock: () => number;

  constructor(fs: FileSystem, home: Home, clock: () => number = Date.now) {
    this.#fs = fs;
    this.#home = home;
    this.#clock = clock;
  }

  /** All sessions whose documents lie in `place`. `known` entries are used like the cache's. */
  async list(place: Place, known?: ReadonlyMap<string, SummaryEntry>): Promise<SummaryList> {
    const folder = this.#home[place];
    const names = await this.#names(folder);
    const files = names.filter(name => name.endsWith('.json'));
    if (files.length === 0) return { entries: [], unreadable: [], names };
    const cached = known ?? (await this.#readCache(place));
    const stamps = await this.#fs.stamps(folder, files);
    const entries: SummaryEntry[] = [];
    const changed: string[] = [];
    files.forEach((name, index) => {
      const entry = cached.get(name.slice(0, -'.json'.length));
      if (entry && isCurrent(entry, stamps[index])) entries.push(entry);
      else changed.push(name);
    });
    const unreadable: Unreadable[] = [];
    for (const name of changed) {
      const read = await this.readOne(place, name.slice(0, -'.json'.length));
      if (read instanceof SummaryEntry) entries.push(read);
      else if (read !== null) unreadable.push(read);
    }
    const stale = changed.length - unreadable.length;
    if (!known && (stale >= worthWriting || cached.size > 2 * entries.length + worthWriting)) {
      await this.#writeCache(place, entries);
    }
    return { entries, unreadable, names };
  }

  /** The summary of one document as it is now; null if there is none. */
  async readOne(place: Place, id: string): Promise<SummaryEntry | Unreadable | null> {
    const path = join(this.#home[place], `${id}.json`);
    try {
      if (!isSafeId(id)) throw new SessionError('unreadable', { path, reason: 'wrong_id' });
      const readAt = this.#clock();
      const content = await readDocumentFile(this.#fs, path);
      if (content === null) return null;
      const session = parseSession(content.bytes.toString('utf8'), id, path, true);
      return SummaryEntry.of(session, content.stamp, readAt);
    } catch (error) {
      const typed = asSessionError(error, path);
      if (isSessionError(typed)) return { id, path, error: typed };
      throw error;
    }
  }

  async #names(folder: string): Promise<string[]> {
    try {
      return await this.#fs.readdir(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw asSessionError(error, folder);
    }
  }

  #cachePath(place: Place): string {
    return join(this.#home.cache, `${place}.summaries`);
  }

  async #readCache(place: Place): Promise<Map<string, SummaryEntry>> {
    const entries = new Map<string, SummaryEntry>();
    try {
      const content = await readDocumentFile(this.#fs, this.#cachePath(place), Number.POSITIVE_INFINITY);
      const lines = content?.bytes.toString('utf8').split('\n') ?? [];
      if (lines[0] !== cacheHeader) return entries;
      for (let index = 1; index < lines.length; index++) {
        const entry = SummaryEntry.fromLine(lines[index] ?? '');
        if (entry) entries.set(entry.id, entry);
      }
    } catch {
      // A cache that cannot be read is no cache: everything is read from the documents.
    }
    return entries;
  }

  async #writeCache(place: Place, entries: readonly SummaryEntry[]): Promise<void> {
    const path = this.#cachePath(place);
    const draft = `${path}.${randomBytes(8).toString('hex')}.tmp`;
    try {
      await this.#fs.mkdir(this.#home.cache, { recursive: true, mode: 0o700 });
      const data = Buffer.from([cacheHeader, ...entries.map(entry => entry.toLine()), ''].join('\n'));
      const fd = await this.#fs.open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
      try {
        for (let offset = 0; offset < data.byteLength; ) offset += await this.#fs.write(fd, data, offset);
      } finally {
        await this.#fs.close(fd);
      }
      await this.#fs.rename(draft, path);
    } catch {
      // A list must work on a full disk and on a read-only one: the next list reads the documents again.
      await this.#fs.unlink(draft).catch(() => {});
    }
  }
}

function isCurrent(entry: SummaryEntry, stamp: FileStamp | null | undefined): boolean {
  const known = entry.stamp;
  return (
    !!stamp &&
    stamp.size === known.size &&
    stamp.mtimeMs === known.mtimeMs &&
    stamp.ctimeMs === known.ctimeMs &&
    stamp.ino === known.ino &&
    entry.readAt - stamp.ctimeMs > racyMs
  );
}
