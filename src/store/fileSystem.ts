import * as fs from 'node:fs';
import { dirname, sep } from 'node:path';
import { few } from './few.ts';
import { patient } from './patience.ts';

/**
 * The file-system calls the store makes, all asynchronous, one system call each. They are passed in,
 * so that a test can make each of them fail, or end the process at it, one after the other.
 */
export interface FileSystem {
  open(path: string, flags: number, mode?: number): Promise<number>;
  fstat(fd: number): Promise<fs.Stats>;
  read(fd: number, buffer: Uint8Array, offset: number): Promise<number>;
  write(fd: number, data: Uint8Array, offset: number): Promise<number>;
  fsync(fd: number): Promise<void>;
  close(fd: number): Promise<void>;
  stat(path: string): Promise<fs.Stats>;
  lstat(path: string): Promise<fs.Stats>;
  realpath(path: string): Promise<string>;
  readlink(path: string): Promise<string>;
  /** The stamps of many files of one folder; null for what is not a regular file any more. */
  stamps(folder: string, names: readonly string[]): Promise<(FileStamp | null)[]>;
  readdir(path: string): Promise<string[]>;
  mkdir(path: string, options: { recursive: boolean; mode: number }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** The rename of a folder onto nothing or onto an empty folder, by which a lock is taken: never waited for. */
  takeOver(from: string, to: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  utimes(path: string, atime: Date, mtime: Date): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  fchown(fd: number, uid: number, gid: number): Promise<void>;
  lchown(path: string, uid: number, gid: number): Promise<void>;
}

/** What tells two versions of a file apart without reading it. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

type Callback<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

/** The callback functions of node:fs are a third cheaper here than its promises; this turns one into a promise. */
function call<T>(start: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}

const rename = (from: string, to: string) =>
  call<void>(done => fs.rename(from, to, error => done(error, undefined)));

const plainFileSystem: FileSystem = {
  open: (path, flags, mode) => call(done => fs.open(path, flags, mode, done)),
  fstat: fd => call(done => fs.fstat(fd, done)),
  read: (fd, buffer, offset) =>
    call(done => fs.read(fd, buffer, offset, buffer.byteLength - offset, null, done)),
  write: (fd, data, offset) => call(done => fs.write(fd, data, offset, done)),
  fsync: fd => call<void>(done => fs.fsync(fd, error => done(error, undefined))),
  close: fd => call<void>(done => fs.close(fd, error => done(error ?? null, undefined))),
  stat: path => call(done => fs.stat(path, done)),
  lstat: path => call(done => fs.lstat(path, done)),
  realpath: path => call<string>(done => fs.realpath.native(path, done)),
  readlink: path => call<string>(done => fs.readlink(path, done)),
  stamps: readStamps,
  readdir: path => call(done => fs.readdir(path, done)),
  mkdir: makeFolder,
  rename,
  takeOver: rename,
  rmdir: path => call<void>(done => fs.rmdir(path, error => done(error, undefined))),
  unlink: path => call<void>(done => fs.unlink(path, error => done(error, undefined))),
  utimes: (path, atime, mtime) =>
    call<void>(done => fs.utimes(path, atime, mtime, error => done(error, undefined))),
  chmod: (path, mode) => call<void>(done => fs.chmod(path, mode, error => done(error, undefined))),
  fchown: (fd, uid, gid) => call<void>(done => fs.fchown(fd, uid, gid, error => done(error, undefined))),
  lchown: (path, uid, gid) => call<void>(done => fs.lchown(path, uid, gid, error => done(error, undefined))),
};

export const nodeFileSystem: FileSystem =
  process.platform === 'win32' ? patient(plainFileSystem) : plainFileSystem;

/**
 * Node's own recursive mkdir says ENOENT for all that it does not know (a read-only disk, a quota), which
 * would be taken for a folder that somebody swept away; so the folders above are made here.
 */
async function makeFolder(path: string, options: { recursive: boolean; mode: number }): Promise<void> {
  const make = () =>
    call<void>(done => fs.mkdir(path, { mode: options.mode }, error => done(error, undefined)));
  try {
    return await make();
  } catch (error) {
    if (!options.recursive) throw error;
    if (errorCode(error) === 'EEXIST') return refuseUnlessFolder(path, error);
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
  }
  await makeFolder(dirname(path), options);
  await make().catch(error => {
    if (errorCode(error) !== 'EEXIST') throw error;
    return refuseUnlessFolder(path, error);
  });
}

async function refuseUnlessFolder(path: string, error: unknown): Promise<void> {
  const stats = await call<fs.Stats>(done => fs.stat(path, done)).catch(() => null);
  if (!stats?.isDirectory()) throw Object.assign(error as Error, { code: 'ENOTDIR' });
}

/** Null for what cannot be looked at as well: whoever reads it is told why. */
function readStamps(folder: string, names: readonly string[]): Promise<(FileStamp | null)[]> {
  return few(names, name =>
    call<fs.Stats>(done => fs.lstat(`${folder}${sep}${name}`, done)).then(
      stats => (stats.isFile() ? stampOf(stats) : null),
      () => null,
    ),
  );
}

export function stampOf({ size, mtimeMs, ctimeMs, ino }: FileStamp): FileStamp {
  return { size, mtimeMs, ctimeMs, ino };
}

/** The code of a system error (`ENOENT`…), or an empty text for anything else. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
