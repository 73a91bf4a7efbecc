import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type FileSystem, nodeFileSystem } from '../../src/store/fileSystem.ts';
import { instrument, systemError } from './instrumentedFileSystem.ts';
import { temporaryFolder } from './temporaryHome.ts';

/** A small disk that can be filled and made read-only: a real one where one can be mounted (as root, on Linux). */
export interface Disk {
  readonly isReal: boolean;
  readonly folder: string;
  readonly fs: FileSystem;
  fill(): void;
  free(): void;
  setReadOnly(isReadOnly: boolean): void;
}

export function smallDisk(): Disk {
  return mountedDisk() ?? imitatedDisk();
}

/** A file system in memory of 256 KiB. Null where that may not be had. */
function mountedDisk(): Disk | null {
  const folder = temporaryFolder();
  const mount = (...options: string[]) => spawnSync('mount', [...options, folder]).status === 0;
  if (process.platform !== 'linux' || !mount('-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs'))
    return null;
  onTestFinished(() => void spawnSync('umount', [folder]));
  const ballast = (name: number) => join(folder, `ballast${name}`);
  return {
    isReal: true,
    folder,
    fs: nodeFileSystem,
    fill() {
      // To the last block, however small.
      for (let size = 64 * 1024, name = 0; size >= 1; name++) {
        try {
          writeFileSync(ballast(name), Buffer.alloc(size));
        } catch {
          size = Math.floor(size / 2);
        }
      }
    },
    free() {
      for (const name of readdirSync(folder)) if (name.startsWith('ballast')) rmSync(join(folder, name));
    },
    setReadOnly(isReadOnly) {
      if (!mount('-o', `remount,${isReadOnly ? 'ro' : 'rw'}`)) throw new Error('cannot remount');
    },
  };
}

/** Where nothing can be mounted: a folder whose file system is told to refuse like a full or read-only one. */
export function imitatedDisk(): Disk {
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  let isFull = false;
  let isReadOnly = false;
  const changing = ['mkdir', 'rename', 'takeOver', 'rmdir', 'unlink', 'utimes', 'chmod', 'write'];
  const { fs } = instrument(call => {
    if (isFull && call.name === 'write') throw systemError('ENOSPC', call);
    if (isReadOnly && changing.includes(call.name)) throw systemError('EROFS', call);
  });
  return {
    isReal: false,
    folder,
    fs,
    fill: () => {
      isFull = true;
    },
    free: () => {
      isFull = false;
    },
    setReadOnly: value => {
      isReadOnly = value;
    },
  };
}
