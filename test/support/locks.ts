import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileSystem, nodeFileSystem } from '../../src/store/fileSystem.ts';
import { documentPath, type Home } from '../../src/store/home.ts';

/** A lock as a process of another machine holds it, last heard of so many seconds ago. Returns its path. */
export function foreignLock(home: Home, id: string, secondsAgo = 0, host = 'elsewhere'): string {
  const path = `${documentPath(home, id, 'sessions')}.lock`;
  mkdirSync(path, { mode: 0o700 });
  writeFileSync(join(path, `4711.${host}.0123456789abcdef`), '', { mode: 0o600 });
  touch(path, secondsAgo);
  return path;
}

/** Sets the time of the last sign of life. */
export function touch(path: string, secondsAgo = 0): void {
  const time = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(path, time, time);
}

/** What locking leaves behind anywhere in a home: locks, folders being prepared, broken tenures. */
export async function lockRemains(home: Home, fs: FileSystem = nodeFileSystem): Promise<string[]> {
  const remains: string[] = [];
  for (const folder of [home.root, home.sessions, home.archive, home.trash, home.projects, home.agents]) {
    const names = await fs.readdir(folder).catch(error => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    remains.push(...names.filter(name => name.includes('.json.lock')).map(name => join(folder, name)));
  }
  return remains;
}
