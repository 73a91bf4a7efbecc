import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../../src/store/home.ts';
import { documentPath } from '../../src/store/home.ts';

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
