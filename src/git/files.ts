import * as fs from 'node:fs';
import { resolve } from 'node:path';

// What git keeps in its folder is only ever a hint to us, so here a file that cannot be read is the same as
// one that is not there: null. The callback functions are used because they are on the way of every command,
// and cost less than the promises of node:fs, above all the first time.

/** An absolute path with its links resolved, on Windows in its true case; null when there is nothing. */
export async function realPath(path: string): Promise<string | null> {
  const real = await orNull<string>(done => fs.realpath.native(path, done));
  if (real !== null) return real;
  // Some Windows drives (RAM disks) cannot tell real paths, but what is on them is there.
  return (await kindOf(path)) === null ? null : resolve(path);
}

/** What a path leads to, links followed; null when there is nothing. */
export async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | null> {
  const stats = await orNull<fs.Stats>(done => fs.stat(path, done));
  if (stats === null) return null;
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'other';
}

/** The text of a regular file of at most `maxBytes`; null for anything else. */
export async function readText(path: string, maxBytes: number): Promise<string | null> {
  const file = await orNull<number>(done => fs.open(path, 'r', done));
  if (file === null) return null;
  try {
    const stats = await orNull<fs.Stats>(done => fs.fstat(file, done));
    if (!stats?.isFile() || stats.size > maxBytes) return null;
    const buffer = Buffer.alloc(stats.size);
    const length = await orNull<number>(done => fs.read(file, buffer, 0, stats.size, 0, done));
    return length === null ? null : buffer.toString('utf8', 0, length);
  } finally {
    // Nobody waits for it, and nothing depends on how it ends.
    fs.close(file, () => {});
  }
}

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

function orNull<T>(start: (done: Done<T>) => void): Promise<T | null> {
  return new Promise(settle => {
    try {
      start((error, value) => settle(error ? null : value));
    } catch {
      // Node throws at once for a path that no system allows.
      settle(null);
    }
  });
}
