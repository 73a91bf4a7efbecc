import { constants, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { SessionError } from '../model/errors.ts';
import { maxDocumentBytes } from '../model/limits.ts';
import { errorCode, type FileStamp, type FileSystem, stampOf } from './fileSystem.ts';
import { randomHex } from './hex.ts';

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = constants;
// Missing on Windows, where links and pipes cannot stand in for a file so easily.
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const O_NONBLOCK = constants.O_NONBLOCK ?? 0;
const onWindows = process.platform === 'win32';

export interface FileContent {
  readonly bytes: Buffer;
  readonly stamp: FileStamp;
}

/**
 * Reads a whole regular file, or null if there is none. Links are refused by the open itself, not by
 * a check before it; a pipe cannot make it wait; a file over the document's limit is not read.
 * @throws SessionError `unreadable`, `io`
 */
export async function readDocumentFile(
  fs: FileSystem,
  path: string,
  maxBytes: number = maxDocumentBytes,
): Promise<FileContent | null> {
  let fd: number;
  try {
    if (onWindows && (await fs.lstat(path)).isSymbolicLink()) {
      throw new SessionError('unreadable', { path, reason: 'link' });
    }
    fd = await fs.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    // ELOOP is Linux's and macOS's word for a link met with O_NOFOLLOW, EMLINK FreeBSD's.
    if (['ELOOP', 'EMLINK'].includes(errorCode(error))) {
      throw new SessionError('unreadable', { path, reason: 'link' });
    }
    if (['EISDIR', 'ENXIO', 'EOPNOTSUPP'].includes(errorCode(error))) {
      throw new SessionError('unreadable', { path, reason: 'not_a_file' });
    }
    throw cannotRead(error, path);
  }
  try {
    const stats = await fs.fstat(fd);
    if (!stats.isFile()) throw new SessionError('unreadable', { path, reason: 'not_a_file' });
    if (stats.size > maxBytes) throw new SessionError('unreadable', { path, reason: 'too_large' });
    const bytes = Buffer.allocUnsafe(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const read = await fs.read(fd, bytes, length);
      if (read === 0) break;
      length += read;
    }
    return { bytes: bytes.subarray(0, length), stamp: stampOf(stats) };
  } catch (error) {
    throw cannotRead(error, path);
  } finally {
    // Nothing was written through it: nobody has to wait for the close, and its failure loses nothing.
    fs.close(fd).catch(() => {});
  }
}

function cannotRead(error: unknown, path: string): unknown {
  if (error instanceof SessionError) return error;
  return new SessionError('io', { path, code: errorCode(error), action: 'read' }, { cause: error });
}

/** Makes a new file of mode 0600 whose data is on the disk when this returns. */
export async function writeFlushedFile(fs: FileSystem, path: string, data: Uint8Array): Promise<void> {
  const fd = await fs.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    await writeFlushed(fs, fd, data);
  } finally {
    await fs.close(fd);
  }
}

/** Writes all of `data` to an open file and has it on the disk when this returns. */
export async function writeFlushed(fs: FileSystem, fd: number, data: Uint8Array): Promise<void> {
  for (let offset = 0; offset < data.byteLength; ) offset += await fs.write(fd, data, offset);
  await fs.fsync(fd);
}

/** Opens a folder so that it can be flushed after a rename into it; null where the platform has no such thing. */
export async function openFolder(fs: FileSystem, folder: string): Promise<number | null> {
  return onWindows ? null : fs.open(folder, O_RDONLY);
}

/** Has what was made, renamed or removed in a folder on the disk, where the platform can. */
export async function flushFolder(fs: FileSystem, folder: string): Promise<void> {
  const fd = await openFolder(fs, folder);
  if (fd === null) return;
  try {
    await fs.fsync(fd);
  } catch (error) {
    if (!cannotFlushFolders(error)) throw error;
  } finally {
    fs.close(fd).catch(() => {});
  }
}

export interface ReplaceOptions {
  /** What stands there now, whose mode and owner the new file gets; null: a new file, for its owner only. */
  readonly there: Stats | null;
  /** Called right before the rename, to make sure once more that it is still what is meant. */
  readonly confirm?: () => Promise<void>;
}

/**
 * Replaces a file outside of the sessions' folders: written beside it first, then renamed over it, so that whoever
 * reads it sees all of the old text or all of the new one. False: it is done, but the disk did not confirm it.
 */
export async function replaceFile(
  fs: FileSystem,
  path: string,
  data: Uint8Array,
  { there, confirm }: ReplaceOptions,
): Promise<boolean> {
  const draft = `${path}.${randomHex(8)}.tmp`;
  try {
    await writeFlushedFile(fs, draft, data);
    if (there && !onWindows) {
      const { uid, gid } = await fs.lstat(draft);
      // Only an administrator can give a file away; whoever may write another's file makes it their own.
      if (uid !== there.uid || gid !== there.gid)
        await fs.lchown(draft, there.uid, there.gid).catch(() => {});
      await fs.chmod(draft, there.mode & 0o7777);
    }
    await confirm?.();
    await fs.rename(draft, path);
  } catch (error) {
    await fs.unlink(draft).catch(() => {});
    throw error;
  }
  try {
    const folder = await openFolder(fs, dirname(path));
    if (folder === null) return true;
    await fs.fsync(folder).finally(() => fs.close(folder).catch(() => {}));
    return true;
  } catch (error) {
    return cannotFlushFolders(error);
  }
}

/** File systems that cannot flush a folder say so in one of these ways. */
export function cannotFlushFolders(error: unknown): boolean {
  return ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(errorCode(error));
}
