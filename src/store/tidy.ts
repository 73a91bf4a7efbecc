import { dirname, join } from 'node:path';
import { errorCode, type FileSystem } from './fileSystem.ts';
import { ownerOf } from './tenureName.ts';

/*
 * Taking away what locking leaves behind. The home is a folder like any other: links, mounts and files of other
 * programs may stand in it under any name. So before anything is removed the thing itself is looked at (`lstat`);
 * only what is certainly ours is removed; no link is followed and no mount is crossed.
 */

/** What a tenure for a move holds: drafts that were not committed, and documents that were superseded. */
const contentName = /^(?:draft|superseded)[0-9]+$/;

/** Thrown for what no program of ours has made: it stays, and the doctor shows it. */
export class NotOurs extends Error {}

/**
 * Removes a tenure, or a private folder with one in it (`X.json.lock.<tenure>`), file by file.
 * @throws NotOurs where anything else stands there or in it: a link, a mount, a file of another program
 */
export async function removeTenure(fs: FileSystem, path: string): Promise<void> {
  // Of the folder itself, wherever a link to it stands: a person may keep the home, or a part of it, on another disk.
  const { dev } = await fs.stat(dirname(path));
  await removeOnDevice(fs, path, dev, 0);
}

async function removeOnDevice(fs: FileSystem, path: string, dev: number, depth: number): Promise<void> {
  const stats = await fs.lstat(path);
  if (stats.isFile()) return fs.unlink(path);
  // A private folder, a tenure in it, and nothing below that.
  if (!stats.isDirectory() || stats.dev !== dev || depth > 1) throw new NotOurs(path);
  const names = await fs.readdir(path);
  if (!names.every(name => ownerOf(name) !== null || contentName.test(name))) throw new NotOurs(path);
  for (const name of names) await removeOnDevice(fs, join(path, name), dev, depth + 1);
  await fs.rmdir(path);
}

/** True for a folder that really stands there: neither a link to one nor anything else. */
export async function isRealFolder(fs: FileSystem, path: string): Promise<boolean> {
  try {
    return (await fs.lstat(path)).isDirectory();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/** For tidying up: what cannot be tidied now is swept later, and must not turn a success into a failure. */
export async function quietly(step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch {
    // Swept later, by the next list or the doctor.
  }
}
