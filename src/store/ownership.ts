import { constants } from 'node:fs';
import { dirname, sep } from 'node:path';
import { errorCode, type FileSystem } from './fileSystem.ts';

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** True where this process may give files away: as the administrator, on a system that has owners. */
export const isAdministrator = process.platform !== 'win32' && process.geteuid?.() === 0;

/**
 * A file system for an administrator at work in somebody's home (`sudo work-sessions log …`): whatever is made in
 * it belongs to the owner of the home, who could not read it otherwise. In this one place, so that no writer can
 * forget it. A home that is not there yet gets the owner of the folder it is made in. What is made is given away by
 * its open file, or as the folder just made, never through a link.
 */
export function ownedByHome(fs: FileSystem, root: string): FileSystem {
  let owner: Promise<Owner | null> | undefined;
  const isInside = (path: string) => path === root || path.startsWith(root + sep);
  const ownerFor = async (path: string): Promise<Owner | null> => {
    if (!isInside(path)) return null;
    owner ??= findOwner(fs, root).catch(() => {
      owner = undefined;
      return null;
    });
    return owner;
  };
  return {
    ...fs,
    async open(path, flags, mode) {
      const isNew = (flags & constants.O_CREAT) !== 0;
      const to = isNew ? await ownerFor(path) : null;
      const fd = await fs.open(path, flags, mode);
      if (to) await giveAway(() => fs.fchown(fd, to.uid, to.gid));
      return fd;
    },
    async mkdir(path, options) {
      const to = await ownerFor(path);
      const made = to ? await missingFolders(fs, path, options.recursive) : [];
      await fs.mkdir(path, options);
      for (const folder of made) if (to) await giveAway(() => fs.lchown(folder, to.uid, to.gid));
    },
  };
}

/** The owner of the home, or of the folder it is going to be made in; null where that is the administrator. */
async function findOwner(fs: FileSystem, root: string): Promise<Owner | null> {
  for (let path = root; ; path = dirname(path)) {
    try {
      const { uid, gid } = await fs.stat(path);
      return uid === 0 ? null : { uid, gid };
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    }
  }
}

/** The folders that are about to be made, the outermost first. */
async function missingFolders(fs: FileSystem, path: string, isRecursive: boolean): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    const isThere = await fs.lstat(folder).then(
      () => true,
      () => false,
    );
    if (isThere) return missing;
    missing.unshift(folder);
    if (!isRecursive || dirname(folder) === folder) return missing;
  }
}

/** Some file systems have no owners to give to; then everybody may read it anyway. */
async function giveAway(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'].includes(errorCode(error))) throw error;
  }
}
