import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { isSessionError, type SessionError } from '../model/errors.ts';
import { parseDocument } from '../model/parseSession.ts';
import { type Place, places, schemaVersion } from '../model/session.ts';
import { continuationOf } from '../model/transitions.ts';
import { hasDesk, sweepDesks, unnamedDesks } from './desks.ts';
import { readDocumentFile, writeFlushedFile } from './durableFile.ts';
import { errorCode } from './fileSystem.ts';
import { isGone } from './gone.ts';
import { idOfDocument } from './home.ts';
import { findLeftovers, sweepLeftovers } from './leftovers.ts';
import { asSessionError, type SessionStore } from './sessionStore.ts';
import { readSettings } from './settings.ts';
import { Summaries, type SummaryEntry } from './summaries.ts';
import { ownerOf } from './tenureName.ts';
import { isRealFolder } from './tidy.ts';
import { makeUnreadable, putAside } from './unreadable.ts';

/** Something that is not as it should be, and what was or would be done about it. */
export interface Finding {
  readonly kind:
    | 'unreadable'
    | 'newer_schema'
    | 'unfinished_resume'
    | 'misplaced'
    | 'leftover'
    | 'mode'
    | 'settings'
    | 'folder'
    /** Something that is no lock stands where one has to be; the detail is what. */
    | 'blocked'
    /** A lock dated in the future, by a clock that was ahead; the detail is its time. */
    | 'future_lock'
    /** A desk that a session names and that is not there; the detail is its name. */
    | 'missing_desk'
    /** A desk that no session names any more; the detail is its name. */
    | 'unnamed_desk'
    /** What other programs have put there: copies of sync programs, locks of editors; the detail is the name. */
    | 'foreign';
  readonly path: string;
  readonly id: string | null;
  /** What the finding is about in more detail: the reason a document is unreadable, a mode… */
  readonly detail: string;
  /** `fixed`: done now. `fixable`: `--fix` does it. `manual`: a person has to. `info`: nothing is wrong. */
  readonly state: 'fixed' | 'fixable' | 'manual' | 'info';
  /** Where an unreadable document was copied to, or what stood in the place of a lock was moved to. */
  readonly copy?: string;
}

/** How much a lock may be dated ahead of the clock: what machines of one disk may differ by. */
const aheadMs = 60_000;

/** Looks at everything in the home; with `fix` it also mends what can be mended without losing anything. */
export async function examine(store: SessionStore, { fix }: { fix: boolean }): Promise<Finding[]> {
  const findings: Finding[] = [];
  const summaries = new Summaries(store.fs, store.home);
  const ids = new Set<string>();
  const misplaced = new Set<string>();
  const resumed: SummaryEntry[] = [];
  const desks: { id: string; hash: string }[] = [];
  for (const place of places) {
    const list = await summaries.list(place).catch(error => {
      findings.push(folderFinding(store.home[place], asSessionError(error, store.home[place])));
      return null;
    });
    if (list === null) continue;
    for (const { id, path, error } of list.unreadable) {
      ids.add(id);
      findings.push(await unreadableFinding(store, path, id, error, fix));
    }
    for (const entry of list.entries) {
      if ((entry.place !== place || ids.has(entry.id)) && !misplaced.has(entry.id)) {
        misplaced.add(entry.id);
        findings.push(await misplacedFinding(store, entry, place, fix));
      }
      ids.add(entry.id);
      if (entry.summary.desk) desks.push({ id: entry.id, hash: entry.summary.desk.hash });
      if (entry.resumedAs !== null) resumed.push(entry);
      if (entry.summary.schemaVersion > schemaVersion) {
        const path = join(store.home[place], `${entry.id}.json`);
        const detail = `version ${entry.summary.schemaVersion}`;
        findings.push({ kind: 'newer_schema', path, id: entry.id, detail, state: 'info' });
      }
    }
    findings.push(...(await lookAround(store, store.home[place], list.names, fix)));
  }
  for (const entry of resumed) {
    const { resumedAs } = entry;
    if (resumedAs !== null && !ids.has(resumedAs) && !(await isGone(store, resumedAs)))
      findings.push(await resumeFinding(store, entry, fix));
  }
  findings.push(...(await deskFindings(store, desks, fix)));
  for (const folder of [store.home.projects, store.home.agents]) {
    const names = await namesIn(store, folder, findings);
    findings.push(...(await smallDocumentFindings(store, folder, names, fix)));
  }
  for (const folder of [store.home.root, store.home.cache, store.home.desks]) {
    findings.push(...(await lookAround(store, folder, await namesIn(store, folder, findings), fix)));
  }
  findings.push(...(await settingsFindings(store)));
  findings.push(...(await modeFindings(store, fix)));
  return findings;
}

function folderFinding(path: string, error: unknown): Finding {
  const detail = isSessionError(error, 'io') ? error.details.code : String(error);
  return { kind: 'folder', path, id: null, detail, state: 'manual' };
}

/** An unreadable document stays where it is; a copy is put aside, so that mending it by hand risks nothing. */
async function unreadableFinding(
  store: SessionStore,
  path: string,
  id: string,
  error: SessionError,
  fix: boolean,
): Promise<Finding> {
  const reason = isSessionError(error, 'unreadable') ? error.details.reason : error.code;
  const finding: Finding = { kind: 'unreadable', path, id, detail: reason, state: 'manual' };
  const content = await readDocumentFile(store.fs, path, Number.POSITIVE_INFINITY).catch(() => null);
  if (content === null) return finding;
  const hash = createHash('sha256').update(content.bytes).digest('hex').slice(0, 8);
  const copy = join(store.home.unreadable, `${basename(path, '.json')}.${hash}.json`);
  if (!fix || (await mend(() => copyAside(store, copy, content.bytes))) !== 'fixed') return finding;
  return { ...finding, copy };
}

async function copyAside(store: SessionStore, copy: string, bytes: Buffer): Promise<void> {
  await makeUnreadable(store);
  const known = await readDocumentFile(store.fs, copy, Number.POSITIVE_INFINITY);
  if (known?.bytes.equals(bytes)) return;
  // One that a crash or a full disk cut short.
  if (known) await store.fs.unlink(copy);
  await writeFlushedFile(store.fs, copy, bytes);
}

/** Mends one thing; what cannot be mended now stays for a person, and does not keep the rest from being looked at. */
async function mend(run: () => Promise<unknown>): Promise<'fixed' | 'manual'> {
  try {
    return (await run()) === false ? 'manual' : 'fixed';
  } catch (error) {
    if (isSessionError(asSessionError(error, ''))) return 'manual';
    throw error;
  }
}

async function misplacedFinding(
  store: SessionStore,
  entry: SummaryEntry,
  place: Place,
  fix: boolean,
): Promise<Finding> {
  const path = join(store.home[place], `${entry.id}.json`);
  const detail = entry.place;
  const state = fix ? await mend(() => store.settle(entry.id)) : 'fixable';
  return { kind: 'misplaced', path, id: entry.id, detail, state };
}

async function resumeFinding(store: SessionStore, entry: SummaryEntry, fix: boolean): Promise<Finding> {
  const path = join(store.home.sessions, `${entry.resumedAs}.json`);
  const detail = entry.resumedAs ?? '';
  const finding = { kind: 'unfinished_resume' as const, path, id: entry.id, detail };
  const parent = await store.read(entry.id).catch(error => {
    if (isSessionError(error)) return null;
    throw error;
  });
  // Of a newer version: what a resume is there, only that version knows.
  if (parent === null) return { ...finding, state: 'manual' };
  // Imported without its continuation, which is somewhere else: there is nothing here to make it from.
  if (continuationOf(parent) === null) return { ...finding, state: 'info' };
  return { ...finding, state: fix ? await mend(() => store.rollForward(parent)) : 'fixable' };
}

/** Desks that a resume cannot give back, and those that nobody wants back. */
async function deskFindings(
  store: SessionStore,
  named: readonly { readonly id: string; readonly hash: string }[],
  fix: boolean,
): Promise<Finding[]> {
  const pathOf = (hash: string) => join(store.home.desks, `${hash}.json`);
  const findings: Finding[] = [];
  for (const { id, hash } of named) {
    if (!(await hasDesk(store, hash)))
      findings.push({ kind: 'missing_desk', path: pathOf(hash), id, detail: hash, state: 'info' });
  }
  const unnamed = await unnamedDesks(store);
  const state = unnamed.length > 0 && fix ? await mend(() => sweepDesks(store)) : 'fixable';
  for (const hash of unnamed)
    findings.push({ kind: 'unnamed_desk', path: pathOf(hash), id: null, detail: hash, state });
  return findings;
}

async function leftoverFindings(
  store: SessionStore,
  folder: string,
  names: readonly string[],
  fix: boolean,
): Promise<Finding[]> {
  const options = { mayBeLink: folder === store.home.root };
  const found = await findLeftovers(store.fs, folder, names, options);
  const swept = fix ? await sweepLeftovers(store.fs, folder, found, options) : [];
  return found.map(name => ({
    kind: 'leftover' as const,
    path: join(folder, name),
    id: null,
    detail: '',
    state: swept.includes(name) ? ('fixed' as const) : fix ? ('manual' as const) : ('fixable' as const),
  }));
}

/** Projects and agents: whether each is a JSON object; what is in it is checked where it is used. */
async function smallDocumentFindings(
  store: SessionStore,
  folder: string,
  names: readonly string[],
  fix: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of names) {
    const id = idOfDocument(name);
    if (id === null) continue;
    const path = join(folder, name);
    try {
      const content = await readDocumentFile(store.fs, path);
      if (content) parseDocument(content.bytes.toString('utf8'), path);
    } catch (error) {
      if (!isSessionError(error)) throw error;
      findings.push(await unreadableFinding(store, path, id, error, fix));
    }
  }
  findings.push(...(await lookAround(store, folder, names, fix)));
  return findings;
}

async function settingsFindings({ fs, home }: SessionStore): Promise<Finding[]> {
  const { problems } = await readSettings(fs, home);
  return problems.map(problem => {
    const detail = isSessionError(problem, 'settings_unreadable')
      ? problem.details.reason
      : isSessionError(problem, 'invalid_settings')
        ? `${problem.details.name} ${problem.details.problem}`
        : problem.code;
    return { kind: 'settings' as const, path: home.config, id: null, detail, state: 'manual' as const };
  });
}

/** What stands in a folder beside the documents: leftovers, what is in the way of locks, and files of other programs. */
async function lookAround(
  store: SessionStore,
  folder: string,
  names: readonly string[],
  fix: boolean,
): Promise<Finding[]> {
  try {
    const leftovers = await leftoverFindings(store, folder, names, fix);
    const known = new Set(leftovers.map(({ path }) => path));
    const others = names.filter(name => !known.has(join(folder, name)));
    return [
      ...leftovers,
      ...(await lockFindings(store, folder, others, fix)),
      ...(await foreignFindings(store, folder, others)),
    ];
  } catch (error) {
    return [folderFinding(folder, asSessionError(error, folder))];
  }
}

/** Locks that nobody can take or that no clock will ever find old. */
async function lockFindings(
  store: SessionStore,
  folder: string,
  names: readonly string[],
  fix: boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of names) {
    const id = name.endsWith('.json.lock') ? idOfDocument(name.slice(0, -'.lock'.length)) : null;
    if (id === null) continue;
    const path = join(folder, name);
    const stats = await store.fs.lstat(path).catch(() => null);
    if (stats === null) continue;
    if (!stats.isDirectory()) {
      const detail = stats.isSymbolicLink() ? 'link' : stats.isFile() ? 'file' : 'other';
      findings.push(
        await blockedFinding(store, { kind: 'blocked', path, id, detail, state: 'fixable' }, fix),
      );
    } else if (stats.mtimeMs > Date.now() + aheadMs) {
      // Whoever wants it breaks it after having seen it unchanged for long enough; nothing is to be done here.
      const detail = stats.mtime.toISOString();
      const state = fix ? await mend(() => dateNow(store, path)) : 'fixable';
      findings.push({ kind: 'future_lock', path, id, detail, state });
    }
  }
  return findings;
}

/** From now on its age counts: if its holder lives it goes on giving signs of life, else it is soon old. */
async function dateNow(store: SessionStore, path: string): Promise<void> {
  const now = new Date();
  await store.fs.utimes(path, now, now);
}

/** A link goes, what it leads to stays; a file or pipe may be somebody's, and is only put out of the way. */
async function blockedFinding(store: SessionStore, finding: Finding, fix: boolean): Promise<Finding> {
  if (!fix) return finding;
  const { path, detail } = finding;
  if (detail === 'link') return { ...finding, state: await mend(() => store.fs.unlink(path)) };
  let copy: string | undefined;
  const state = await mend(async () => {
    copy = await putAside(store, path);
  });
  return copy === undefined ? { ...finding, state } : { ...finding, state, copy };
}

/**
 * What other programs have put there, by its name or by what it is: it is no document and no lock, counts nowhere, is
 * never removed, and is told once, here.
 */
async function foreignFindings(
  store: SessionStore,
  folder: string,
  names: readonly string[],
): Promise<Finding[]> {
  const foreign: string[] = [];
  for (const name of names) {
    if (isOurs(folder, store, name)) foreign.push(...(await strangersAt(store, folder, name)));
    // Whatever else a person keeps in the home is not looked at: there, only the settings are a document.
    else if (folder === store.home.root ? /config.*\.json\b/.test(name) : /\.json\b|\.summaries\b/.test(name))
      foreign.push(name);
  }
  return foreign.map(name => ({
    kind: 'foreign' as const,
    path: join(folder, name),
    id: null,
    detail: name,
    state: 'info' as const,
  }));
}

/** Of a name that is ours: itself, if it is of a kind that we never make, or what lies in a lock beside tenures. */
async function strangersAt({ fs, home }: SessionStore, folder: string, name: string): Promise<string[]> {
  if (folder !== home.cache && !name.includes('.lock')) return [];
  const path = join(folder, name);
  try {
    const stats = await fs.lstat(path);
    if (folder === home.cache && !name.includes('.lock')) return stats.isFile() ? [] : [name];
    // What is no folder stands in the place of the lock, which is told apart.
    if (name.endsWith('.lock'))
      return stats.isDirectory()
        ? (await fs.readdir(path)).filter(each => ownerOf(each) === null).map(each => join(name, each))
        : [];
    return stats.isDirectory() || stats.isFile() ? [] : [name];
  } catch (error) {
    // Released or renamed meanwhile.
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function isOurs(folder: string, { home }: SessionStore, name: string): boolean {
  if (idOfDocument(name) !== null) return true;
  if (folder === home.cache) return /^[a-z0-9.-]+$/.test(name);
  const [document = '', tenure] = name.split('.lock');
  if (idOfDocument(document) === null || tenure === undefined) return false;
  return tenure === '' || ownerOf(tenure.slice(1)) !== null;
}

/** Folders 0700 and files 0600: what people work on is nobody else's business. Windows has no such modes. */
async function modeFindings(store: SessionStore, fix: boolean): Promise<Finding[]> {
  if (process.platform === 'win32') return [];
  const { home } = store;
  const findings: Finding[] = [];
  const look = async (path: string, wanted: number) => {
    // The home itself may be a link, and is then what that leads to; nothing in it may.
    const stats = await (path === home.root ? store.fs.stat(path) : store.fs.lstat(path)).catch(() => null);
    const isMeant = wanted === 0o700 ? stats?.isDirectory() : stats?.isFile();
    if (!stats || !isMeant || (stats.mode & 0o077) === 0) return;
    const state = fix ? await mend(() => store.fs.chmod(path, wanted)) : 'fixable';
    const detail = (stats.mode & 0o777).toString(8).padStart(4, '0');
    findings.push({ kind: 'mode', path, id: null, detail, state });
  };
  const { root, sessions, archive, trash, projects, agents, unreadable, cache } = home;
  for (const folder of [root, sessions, archive, trash, projects, agents, unreadable, cache]) {
    await look(folder, 0o700);
    // Where a link leads is not ours to close.
    if (folder === home.root || !(await isRealFolder(store.fs, folder).catch(() => false))) continue;
    for (const name of await namesIn(store, folder)) {
      if (idOfDocument(name) !== null) await look(join(folder, name), 0o600);
    }
  }
  await look(home.config, 0o600);
  return findings;
}

/** The names in a folder; that it cannot be read is a finding, where that is looked for. */
async function namesIn(store: SessionStore, folder: string, findings?: Finding[]): Promise<string[]> {
  return store.fs.readdir(folder).catch(error => {
    if (errorCode(error) !== 'ENOENT') findings?.push(folderFinding(folder, asSessionError(error, folder)));
    return [];
  });
}
