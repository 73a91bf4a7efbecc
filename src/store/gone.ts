import { join } from 'node:path';
import { flushFolder, writeFlushedFile } from './durableFile.ts';
import { errorCode, type FileSystem } from './fileSystem.ts';
import type { Home } from './home.ts';

/*
 * Sessions that were removed for good, by their ids: an empty file each, so that no claim, no interrupted resume and
 * no import makes one of them again. It is written before the document goes, under the session's lock.
 */

interface Where {
  readonly fs: FileSystem;
  readonly home: Home;
}

export async function isGone({ fs, home }: Where, id: string): Promise<boolean> {
  try {
    await fs.lstat(join(home.gone, id));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** On the disk when this returns; what an attempt before has written is enough. */
export async function noteGone({ fs, home }: Where, id: string): Promise<void> {
  await fs.mkdir(home.gone, { recursive: true, mode: 0o700 });
  await writeFlushedFile(fs, join(home.gone, id), new Uint8Array()).catch(error => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  await flushFolder(fs, home.gone);
}

/** It may be made again. */
export async function forgetGone({ fs, home }: Where, id: string): Promise<void> {
  await fs.unlink(join(home.gone, id)).catch(error => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
}
