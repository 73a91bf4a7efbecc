import { join } from 'node:path';
import type { FileSystem } from './fileSystem.ts';

/** Removes a file, or a folder with what is in it. */
export async function removeTree(fs: FileSystem, path: string): Promise<void> {
  if (!(await fs.lstat(path)).isDirectory()) return fs.unlink(path);
  for (const name of await fs.readdir(path)) await removeTree(fs, join(path, name));
  await fs.rmdir(path);
}

/** For tidying up: what cannot be tidied now is swept later, and must not turn a success into a failure. */
export async function quietly(step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch {
    // Swept later, by the next list or the doctor.
  }
}
