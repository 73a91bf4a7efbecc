import { constants } from 'node:fs';
import { join } from 'node:path';
import { isSessionError, type SessionError } from '../model/errors.ts';
import { parseSession } from '../model/parseSession.ts';
import { believable, lastActivityAt, type Summary, summaryOf } from '../model/queries.ts';
import type { Place, Session } from '../model/session.ts';
import { readDocumentFile } from './durableFile.ts';
import type { FileStamp, FileSystem } from './fileSystem.ts';
import { randomHex } from './hex.ts';
import { documentPath, type Home, idOfDocument } from './home.ts';
import { asSessionError } from './sessionStore.ts';
import { isRealFolder } from './tidy.ts';

/** Entries that changed since the cache was written, from which on writing it anew is worth it. */
const worthWriting = 32;
/** Some file systems keep times to two seconds only: a younger stamp does not prove that nothing changed. */
const racyMs = 2_000;
/**
 * The first word of a cache; one of another version is not used. After it, in the first line, stands the
 * size of the index in bytes: a JSON array of what lists need of every session. After the index come
 * the summaries as JSON, one after the other: each is parsed only when it is asked for. The last line is a
 * checksum of all before it: a cache in which one byte is wrong is no cache, whatever the byte is part of.
 */
const cacheHeader = 'work-sessions-summaries-4';
/** A line end, eight hexadecimal digits, a line end. */
const checksumLength = 10;

/**
 * One session of a list. What lists are filtered and ordered by is at hand; the whole summary is
 * taken out of the cache's text only when it is asked for.
 */
export class SummaryEntry {
  // One object for all of them: ten thousand entries with a dozen fields each take twice the time to make.
  readonly #fields: EntryFields;
  readonly #json: JsonPart | null;
  #summary: Summary | null;

  constructor(fields: EntryFields, summary: Summary | null, json: JsonPart | null = null) {
    this.#fields = fields;
    this.#summary = summary;
    this.#json = json;
  }

  static of(session: Session, stamp: FileStamp, readAt: number): SummaryEntry {
    const { id, revision, place, status, resumedAs } = session;
    const projectKey = session.project.key;
    const summary = believable(summaryOf(session), stamp.mtimeMs, new Date(readAt));
    const fields = {
      id,
      revision,
      place,
      status,
      projectKey,
      lastActivityAt: lastActivityAt(summary),
      resumedAs,
      stamp,
      readAt,
    };
    return new SummaryEntry(fields, summary);
  }

  get id(): string {
    return this.#fields.id;
  }

  get revision(): number {
    return this.#fields.revision;
  }

  get place(): string {
    return this.#fields.place;
  }

  get status(): string {
    return this.#fields.status;
  }

  get projectKey(): string {
    return this.#fields.projectKey;
  }

  get lastActivityAt(): string {
    return this.#fields.lastActivityAt;
  }

  get resumedAs(): string | null {
    return this.#fields.resumedAs;
  }

  get stamp(): FileStamp {
    return this.#fields.stamp;
  }

  /** When the document was read, in milliseconds: see `racyMs`. */
  get readAt(): number {
    return this.#fields.readAt;
  }

  get summary(): Summary {
    this.#summary ??= JSON.parse(this.toJson().toString('utf8')) as Summary;
    return this.#summary;
  }

  toJson(): Buffer {
    const json = this.#json;
    return json?.cache.subarray(json.start, json.end) ?? Buffer.from(JSON.stringify(this.#summary));
  }

  /** What the index of the cache has of this entry. */
  toIndex(jsonSize: number): IndexEntry {
    return { ...this.#fields, jsonSize };
  }
}

/** A summary as JSON, somewhere in a cache's bytes. */
interface JsonPart {
  readonly cache: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Whether a part of a cache begins and ends like an object: a cache that was not written whole does not count. */
function isObject(bytes: Buffer, start: number, end: number): boolean {
  return end > start && bytes[start] === 0x7b && bytes[end - 1] === 0x7d;
}

type IndexEntry = EntryFields & { readonly jsonSize: number };

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

export interface ListOptions {
  /** Entries that are used like the cache's. */
  readonly known?: ReadonlyMap<string, SummaryEntry> | undefined;
  /**
   * Only the sessions of the projects of these keys. A session's project never changes, so files that the
   * cache knows as another project's are not even looked at: of many projects, most of the time goes there.
   */
  readonly projects?: ReadonlySet<string> | undefined;
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

  /** The sessions whose documents lie in `place`. */
  async list(place: Place, { known, projects }: ListOptions = {}): Promise<SummaryList> {
    const folder = this.#home[place];
    const [names, cached] = await Promise.all([this.#names(folder), known ?? this.#readCache(place)]);
    const others: SummaryEntry[] = [];
    const files = names.filter(name => {
      const id = idOfDocument(name);
      if (id === null) return false;
      const entry = projects && cached.get(id);
      if (!entry || projects.has(entry.projectKey)) return true;
      others.push(entry);
      return false;
    });
    if (files.length === 0) return { entries: [], unreadable: [], names };
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
    const all = others.length + entries.length;
    if (!known && (stale >= worthWriting || cached.size > 2 * all + worthWriting)) {
      await this.#writeCache(place, [...others, ...entries]);
    }
    const wanted = projects ? entries.filter(entry => projects.has(entry.projectKey)) : entries;
    return { entries: wanted, unreadable, names };
  }

  /** The summary of one document as it is now; null if there is none. The id must have been checked. */
  async readOne(place: Place, id: string): Promise<SummaryEntry | Unreadable | null> {
    const path = documentPath(this.#home, id, place);
    try {
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
      if (content === null) return entries;
      const bytes = withoutChecksum(content.bytes);
      if (bytes === null) return entries;
      const indexStart = bytes.indexOf('\n') + 1;
      const [header, indexSize] = bytes.toString('utf8', 0, indexStart).trim().split(' ');
      if (header !== cacheHeader) return entries;
      let start = indexStart + Number(indexSize);
      for (const fields of JSON.parse(bytes.toString('utf8', indexStart, start)) as IndexEntry[]) {
        const end = start + fields.jsonSize;
        if (typeof fields.stamp?.size !== 'number' || !isObject(bytes, start, end)) break;
        entries.set(fields.id, new SummaryEntry(fields, null, { cache: bytes, start, end }));
        start = end;
      }
    } catch {
      // A cache that cannot be read is no cache: everything is read from the documents.
    }
    return entries;
  }

  async #writeCache(place: Place, entries: readonly SummaryEntry[]): Promise<void> {
    const path = this.#cachePath(place);
    const draft = `${path}.${randomHex(16)}.tmp`;
    try {
      await this.#fs.mkdir(this.#home.cache, { recursive: true, mode: 0o700 });
      if (!(await isRealFolder(this.#fs, this.#home.cache))) return;
      const summaries = entries.map(entry => entry.toJson());
      const sizes = entries.map((entry, at) => entry.toIndex(summaries[at]?.byteLength ?? 0));
      const index = Buffer.from(JSON.stringify(sizes));
      const content = Buffer.concat([
        Buffer.from(`${cacheHeader} ${index.byteLength}\n`),
        index,
        ...summaries,
      ]);
      const data = Buffer.concat([content, checksumOf(content)]);
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

function withoutChecksum(bytes: Buffer): Buffer | null {
  const end = bytes.byteLength - checksumLength;
  if (end < 0) return null;
  const content = bytes.subarray(0, end);
  return checksumOf(content).equals(bytes.subarray(end)) ? content : null;
}

/**
 * FNV-1a over words of four bytes. Each step maps different words, and different states, to different states: one
 * wrong word anywhere is always seen. It takes a few milliseconds for ten thousand sessions, where loading one of
 * Node's own modules for it would cost every list of a few sessions as much as all the rest of the cache.
 */
function checksumOf(bytes: Buffer): Buffer {
  let hash = 0x811c9dc5;
  const wholeWords = bytes.byteLength - (bytes.byteLength % 4);
  for (let at = 0; at < wholeWords; at += 4) {
    const word =
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      0;
    hash = Math.imul(hash ^ word, 0x01000193);
  }
  for (let at = wholeWords; at < bytes.byteLength; at++)
    hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return Buffer.from(`\n${(hash >>> 0).toString(16).padStart(8, '0')}\n`);
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
