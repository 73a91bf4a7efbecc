import { join } from 'node:path';
import { isSafeId } from '../model/ids.ts';
import { errorCode, type FileSystem } from './fileSystem.ts';
import { isOwnerDead, ownerOf } from './tenureName.ts';
import { isRealFolder, removeTenure } from './tidy.ts';

/** A private folder of a process of another host (or of an unknown one) counts as left behind after this long. */
const longAgoMs = 24 * 3_600_000;

/** `X.json.lock` or `X.json.lock.<tenure>` (a folder being prepared, or one taken out of a broken lock). */
const lockName = /^([^.]+)\.json\.lock(?:\.(.+))?$/;
/** What a cache is written into before it takes the old one's place; nothing tells whose it is. */
const draftName = /^[a-z]+\.summaries\.[0-9a-f]{16}\.tmp$/;

export interface SweepOptions {
  /** The home itself may be a link: that is how people keep it among their other settings. */
  readonly mayBeLink?: boolean;
}

/** Something of ours by its name and by what it is. */
type Leftover = 'lock' | 'private' | 'draft';

/**
 * What killed processes left in a folder of documents: of `names`, those that are certain to be
 * nobody's any more. A lock that somebody alive may hold is not among them; nor is what only has a name like
 * ours: a link, a file where a folder should be, a folder with something else in it.
 */
export async function findLeftovers(
  fs: FileSystem,
  folder: string,
  names: readonly string[],
  options: SweepOptions = {},
): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of leftBehind(fs, folder, names, options)) found.push(name);
  return found;
}

/** One after the other, each judged when its turn comes: what came into use meanwhile is none of them. */
async function* leftBehind(
  fs: FileSystem,
  folder: string,
  names: readonly string[],
  { mayBeLink = false }: SweepOptions,
): AsyncGenerator<{ name: string; path: string; holders: readonly string[] }> {
  const candidates = names.filter(name => kindOf(name) !== null);
  // Of a folder that is itself a link, the person decides what goes.
  if (candidates.length === 0 || !(mayBeLink || (await isRealFolder(fs, folder)))) return;
  const { dev } = await fs.stat(folder);
  for (const name of candidates) {
    const path = join(folder, name);
    const holders = await holdersLeftBehind(fs, path, name, dev);
    if (holders !== null) yield { name, path, holders };
  }
}

/** What a name stands for, if it is certainly one of ours. */
function kindOf(name: string): Leftover | null {
  if (draftName.test(name)) return 'draft';
  const [, id = '', owner] = lockName.exec(name) ?? [];
  if (!isSafeId(id)) return null;
  if (owner === undefined) return 'lock';
  return ownerOf(owner) === null ? null : 'private';
}

/** The tenures in a lock that is nobody's any more, none for anything else that was left behind; null for what stays. */
async function holdersLeftBehind(
  fs: FileSystem,
  path: string,
  name: string,
  dev: number,
): Promise<readonly string[] | null> {
  const kind = kindOf(name);
  try {
    const stats = await fs.lstat(path);
    // Something is mounted there: it is of another file system, and none of ours.
    if (stats.dev !== dev) return null;
    const isOld = Date.now() - stats.mtimeMs > longAgoMs;
    if (kind === 'draft') return stats.isFile() && isOld ? [] : null;
    if (kind === 'private') {
      if (!stats.isDirectory() && !stats.isFile()) return null;
      const owner = name.slice(name.indexOf('.json.lock.') + '.json.lock.'.length);
      return isOld || isOwnerDead(owner) ? [] : null;
    }
    if (kind === null || !stats.isDirectory()) return null;
    const holders = await fs.readdir(path);
    // An empty lock is nobody's: a lock appears with its tenure in it.
    const isNobodys =
      holders.every(isOwnerDead) || (isOld && holders.every(holder => ownerOf(holder) !== null));
    return isNobodys ? holders : null;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}

/** Removes leftovers; returns those that are gone. */
export async function sweepLeftovers(
  fs: FileSystem,
  folder: string,
  names: readonly string[],
  options: SweepOptions = {},
): Promise<string[]> {
  const swept: string[] = [];
  for await (const { name, path, holders } of leftBehind(fs, folder, names, options)) {
    try {
      // Of a lock, the tenures that were judged and no others: if a fresh one comes in between, the lock stays.
      for (const holder of holders) await removeTenure(fs, join(path, holder));
      await (kindOf(name) === 'lock' ? fs.rmdir(path) : removeTenure(fs, path));
      swept.push(name);
    } catch {
      // In use again, or not ours to remove: it stays for the next sweep, or for the doctor to show.
    }
  }
  return swept;
}
