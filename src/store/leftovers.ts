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
): Promise<string[]> {
  const found: string[] = [];
  const candidates = names.filter(name => kindOf(name) !== null);
  // Of a folder that is itself a link, the person decides what goes.
  if (candidates.length === 0 || !(await isRealFolder(fs, folder))) return found;
  const { dev } = await fs.lstat(folder);
  for (const name of candidates) if (await isLeftBehind(fs, join(folder, name), name, dev)) found.push(name);
  return found;
}

/** What a name stands for, if it is certainly one of ours. */
function kindOf(name: string): Leftover | null {
  if (draftName.test(name)) return 'draft';
  const [, id = '', owner] = lockName.exec(name) ?? [];
  if (!isSafeId(id)) return null;
  if (owner === undefined) return 'lock';
  return ownerOf(owner) === null ? null : 'private';
}

async function isLeftBehind(fs: FileSystem, path: string, name: string, dev: number): Promise<boolean> {
  const kind = kindOf(name);
  try {
    const stats = await fs.lstat(path);
    // Something is mounted there: it is of another file system, and none of ours.
    if (stats.dev !== dev) return false;
    const isOld = Date.now() - stats.mtimeMs > longAgoMs;
    if (kind === 'draft') return stats.isFile() && isOld;
    if (kind === 'private') {
      if (!stats.isDirectory() && !stats.isFile()) return false;
      return isOld || isOwnerDead(name.slice(name.indexOf('.json.lock.') + '.json.lock.'.length));
    }
    if (kind === null || !stats.isDirectory()) return false;
    const holders = await fs.readdir(path);
    // An empty lock is nobody's: a lock appears with its tenure in it.
    return holders.every(isOwnerDead) || (isOld && holders.every(holder => ownerOf(holder) !== null));
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/** Removes leftovers; returns those that are gone. */
export async function sweepLeftovers(
  fs: FileSystem,
  folder: string,
  names: readonly string[],
): Promise<string[]> {
  const swept: string[] = [];
  for (const name of await findLeftovers(fs, folder, names)) {
    const path = join(folder, name);
    try {
      if (kindOf(name) === 'lock') await removeLock(fs, path);
      else await removeTenure(fs, path);
      swept.push(name);
    } catch {
      // In use again, or not ours to remove: it stays for the next sweep, or for the doctor to show.
    }
  }
  return swept;
}

/** Of a lock, the tenures that are there now and no others: if a fresh one comes in between, the lock stays. */
async function removeLock(fs: FileSystem, path: string): Promise<void> {
  for (const holder of await fs.readdir(path)) await removeTenure(fs, join(path, holder));
  await fs.rmdir(path);
}
