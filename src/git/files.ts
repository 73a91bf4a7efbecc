import * as fs from 'node:fs';
import { resolve } from 'node:path';
import { SessionError } from '../model/errors.ts';

// What git keeps in its folder is only ever a hint to us, so here a file that cannot be read is the same as
// one that is not there: null. Only that no file can be read at all just now is told: it would make a folder
// look as if it were in no repository. The callback functions are used because they are on the way of every command,
// and cost less than the promises of node:fs, above all the first time.

/** An absolute path with its links resolved, on Windows in its true case; null when there is nothing. */
export async function realPath(path: string): Promise<string | null> {
  const real = await orNull<string>(path, done => fs.realpath.native(path, done));
  if (real !== null) return real;
  // Some Windows drives (RAM disks) cannot tell real paths, but what is on them is there.
  return (await kindOf(path)) === null ? null : resolve(path);
}

/** What a path leads to, links followed; null when there is nothing. */
export async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | null> {
  const stats = await orNull<fs.Stats>(path, done => fs.stat(path, done));
  if (stats === null) return null;
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'other';
}

// Missing on Windows, where no pipe stands in for a file.
const readWithoutWaiting = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);

/** The text of a regular file of at most `maxBytes`; null for anything else: a pipe cannot make it wait. */
export async function readText(path: string, maxBytes: number): Promise<string | null> {
  const file = await orNull<number>(path, done => fs.open(path, readWithoutWaiting, done));
  if (file === null) return null;
  try {
    const stats = await orNull<fs.Stats>(path, done => fs.fstat(file, done));
    if (!stats?.isFile() || stats.size > maxBytes) return null;
    const buffer = Buffer.alloc(stats.size);
    const length = await orNull<number>(path, done => fs.read(file, buffer, 0, stats.size, 0, done));
    return length === null ? null : buffer.toString('utf8', 0, length);
  } finally {
    // Nobody waits for it, and nothing depends on how it ends.
    fs.close(file, () => {});
  }
}

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

/** There are too many files open, or too little memory: nothing is known of any file. */
const exhausted = ['EMFILE', 'ENFILE', 'ENOMEM'];

/** @throws SessionError `io` where the system has no room to look */
function orNull<T>(path: string, start: (done: Done<T>) => void): Promise<T | null> {
  return new Promise((settle, reject) => {
    try {
      start((error, value) => {
        const code = error?.code ?? '';
        if (exhausted.includes(code))
          reject(new SessionError('io', { path, code, action: 'read' }, { cause: error }));
        else settle(error ? null : value);
      });
    } catch {
      // Node throws at once for a path that no system allows.
      settle(null);
    }
  });
}
