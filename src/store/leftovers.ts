import { join } from 'node:path';
import { errorCode, type FileSystem } from './fileSystem.ts';
import { isOwnerDead, ownerOf } from './tenureName.ts';
import { removeTree } from './tidy.ts';

/** A private folder of a process of another host (or of an unknown one) counts as left behind after this long. */
const longAgoMs = 24 * 3_600_000;

/** `X.json.lock` or `X.json.lock.<tenure>` (a folder being prepared, or one taken out of a broken lock). */
const lockName = /\.json\.lock(?:\.(.+))?$/;
/** What a cache is written into before it takes the old one's place; nothing tells whose it is. */
const draftName = /\.summaries\.[0-9a-f]+\.tmp$/;

/**
 * What killed processes left in a folder of documents: of `names`, those that are certain to be
 * nobody's any more. A lock that somebody alive may hold is not among them.
 */
export async function findLeftovers(
  fs: FileSystem,
  folder: string,
  names: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const match = lockName.exec(name);
    if (!match && !draftName.test(name)) continue;
    if (await isLeftBehind(fs, join(folder, name), match ? match[1] : '')) found.push(name);
  }
  return found;
}

async function isLeftBehind(fs: FileSystem, path: string, owner: string | undefined): Promise<boolean> {
  try {
    if (owner !== undefined && ownerOf(owner) !== null && isOwnerDead(owner)) return true;
    // An empty lock is nobody's: a lock appears with its tenure in it.
    if (owner === undefined && (await fs.readdir(path)).every(isOwnerDead)) return true;
    return Date.now() - (await fs.lstat(path)).mtimeMs > longAgoMs;
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
      const match = lockName.exec(name);
      const isLock = match !== null && match[1] === undefined;
      // Of a lock, the tenures named now and no others: if a fresh one comes in between, the lock stays.
      const holders = isLock ? await fs.readdir(path) : [];
      for (const holder of holders) await removeTree(fs, join(path, holder));
      await (isLock ? fs.rmdir(path) : removeTree(fs, path));
      swept.push(name);
    } catch {
      // In use again, or not ours to remove: it stays for the next sweep, or for the doctor to show.
    }
  }
  return swept;
}
