import { constants, type Stats } from 'node:fs';
import type { FileStamp, FileSystem } from '../../src/store/fileSystem.ts';
import { systemError } from './instrumentedFileSystem.ts';

interface File {
  readonly ino: number;
  bytes: Uint8Array;
  mtimeMs: number;
  owner?: readonly [uid: number, gid: number];
}
interface Folder {
  readonly ino: number;
  owner?: readonly [uid: number, gid: number];
  readonly entries: Map<string, Node>;
  mtimeMs: number;
}
type Node = File | Folder;

/**
 * A file system in memory with Linux's rules for what the store relies on (a folder can be renamed onto
 * an empty one and onto nothing, an open file outlives its name). For tests that need thousands of
 * homes, or that decide which call of which process comes next. `strip` path parts are left away at the
 * front, so that several processes can be told apart by their paths and still see the same files.
 */
export function memoryFileSystem(strip = 0): FileSystem {
  const root: Folder = { ino: 1, entries: new Map(), mtimeMs: Date.now() };
  const descriptors = new Map<number, { node: Node; position: number }>();
  let last = 1;

  const fail = (code: string, name: keyof FileSystem, path: string): never => {
    throw systemError(code, { name, path });
  };
  // On Windows a path has a drive at the front.
  const partsOf = (path: string) =>
    path
      .replace(/^[A-Za-z]:/, '')
      .split(/[\\/]/)
      .filter(Boolean)
      .slice(strip);

  function find(name: keyof FileSystem, path: string): Node {
    let node: Node = root;
    for (const part of partsOf(path)) {
      if (!('entries' in node)) return fail('ENOTDIR', name, path);
      node = node.entries.get(part) ?? fail('ENOENT', name, path);
    }
    return node;
  }
  function parentOf(name: keyof FileSystem, path: string): { folder: Folder; entry: string } {
    const parts = partsOf(path);
    const entry = parts.pop() ?? '';
    let node: Node = root;
    for (const part of parts) {
      node = node.entries.get(part) ?? fail('ENOENT', name, path);
      if (!('entries' in node)) return fail('ENOTDIR', name, path);
    }
    return { folder: node as Folder, entry };
  }
  function set(folder: Folder, entry: string, node: Node | null): void {
    if (node) folder.entries.set(entry, node);
    else folder.entries.delete(entry);
    folder.mtimeMs = Date.now();
  }
  const newFolder = (): Folder => ({ ino: ++last, entries: new Map(), mtimeMs: Date.now() });
  const opened = (name: keyof FileSystem, fd: number) =>
    descriptors.get(fd) ?? fail('EBADF', name, `fd ${fd}`);

  function statsOf(node: Node): Stats {
    const isFolder = 'entries' in node;
    return {
      ino: node.ino,
      uid: node.owner?.[0] ?? 0,
      gid: node.owner?.[1] ?? 0,
      size: isFolder ? 0 : node.bytes.byteLength,
      mode: isFolder ? 0o40700 : 0o100600,
      mtimeMs: node.mtimeMs,
      ctimeMs: node.mtimeMs,
      mtime: new Date(node.mtimeMs),
      isFile: () => !isFolder,
      isDirectory: () => isFolder,
      isSymbolicLink: () => false,
    } as Stats;
  }

  const fs: FileSystem = {
    async open(path, flags) {
      const { folder, entry } = parentOf('open', path);
      let node = folder.entries.get(entry);
      if (node && flags & constants.O_EXCL) fail('EEXIST', 'open', path);
      if (!node) {
        if (!(flags & constants.O_CREAT)) return fail('ENOENT', 'open', path);
        node = { ino: ++last, bytes: new Uint8Array(), mtimeMs: Date.now() };
        set(folder, entry, node);
      }
      descriptors.set(++last, { node, position: 0 });
      return last;
    },
    fstat: async fd => statsOf(opened('fstat', fd).node),
    async read(fd, buffer, offset) {
      const file = opened('read', fd);
      if ('entries' in file.node) return fail('EISDIR', 'read', `fd ${fd}`);
      const part = file.node.bytes.subarray(file.position, file.position + buffer.byteLength - offset);
      buffer.set(part, offset);
      file.position += part.byteLength;
      return part.byteLength;
    },
    async write(fd, data, offset) {
      const file = opened('write', fd);
      if ('entries' in file.node) return fail('EISDIR', 'write', `fd ${fd}`);
      file.node.bytes = Buffer.concat([file.node.bytes, data.subarray(offset)]);
      file.node.mtimeMs = Date.now();
      return data.byteLength - offset;
    },
    fsync: async fd => void opened('fsync', fd),
    async close(fd) {
      opened('close', fd);
      descriptors.delete(fd);
    },
    stat: async path => statsOf(find('stat', path)),
    lstat: async path => statsOf(find('lstat', path)),
    async realpath(path) {
      find('realpath', path);
      return path;
    },
    readlink: async path => fail('EINVAL', 'readlink', path),
    async stamps(folder, names): Promise<(FileStamp | null)[]> {
      const { entries } = find('stamps', folder) as Folder;
      return names.map(name => {
        const node = entries.get(name);
        if (!node || 'entries' in node) return null;
        return { size: node.bytes.byteLength, mtimeMs: node.mtimeMs, ctimeMs: node.mtimeMs, ino: node.ino };
      });
    },
    async readdir(path) {
      const node = find('readdir', path);
      return 'entries' in node ? [...node.entries.keys()] : fail('ENOTDIR', 'readdir', path);
    },
    async mkdir(path, { recursive }) {
      const parts = partsOf(path);
      let folder = root;
      for (const [index, part] of parts.entries()) {
        const isLast = index === parts.length - 1;
        let node = folder.entries.get(part);
        if (node && isLast && !recursive) fail('EEXIST', 'mkdir', path);
        if (!node) {
          if (!isLast && !recursive) fail('ENOENT', 'mkdir', path);
          node = newFolder();
          set(folder, part, node);
        }
        if (!('entries' in node)) return fail('ENOTDIR', 'mkdir', path);
        folder = node;
      }
    },
    takeOver: (from, to) => fs.rename(from, to),
    async rename(from, to) {
      const source = parentOf('rename', from);
      const target = parentOf('rename', to);
      const node = source.folder.entries.get(source.entry) ?? fail('ENOENT', 'rename', from);
      const old = target.folder.entries.get(target.entry);
      if (old) {
        if ('entries' in node && !('entries' in old)) fail('ENOTDIR', 'rename', to);
        if (!('entries' in node) && 'entries' in old) fail('EISDIR', 'rename', to);
        if ('entries' in old && old.entries.size > 0) fail('ENOTEMPTY', 'rename', to);
      }
      set(source.folder, source.entry, null);
      set(target.folder, target.entry, node);
    },
    async rmdir(path) {
      const { folder, entry } = parentOf('rmdir', path);
      const node = folder.entries.get(entry) ?? fail('ENOENT', 'rmdir', path);
      if (!('entries' in node)) fail('ENOTDIR', 'rmdir', path);
      else if (node.entries.size > 0) fail('ENOTEMPTY', 'rmdir', path);
      set(folder, entry, null);
    },
    async unlink(path) {
      const { folder, entry } = parentOf('unlink', path);
      if ('entries' in (folder.entries.get(entry) ?? fail('ENOENT', 'unlink', path)))
        fail('EISDIR', 'unlink', path);
      set(folder, entry, null);
    },
    async utimes(path, _atime, mtime) {
      find('utimes', path).mtimeMs = mtime.getTime();
    },
    async chmod(path) {
      find('chmod', path);
    },
    async fchown(fd, uid, gid) {
      opened('fchown', fd).node.owner = [uid, gid];
    },
    async lchown(path, uid, gid) {
      find('lchown', path).owner = [uid, gid];
    },
  };
  return fs;
}
