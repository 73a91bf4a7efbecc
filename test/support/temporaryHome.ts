import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Place, places } from '../../src/model/session.ts';
import { type FileSystem, nodeFileSystem } from '../../src/store/fileSystem.ts';
import { type Home, homeAt } from '../../src/store/home.ts';
import { SessionStore } from '../../src/store/sessionStore.ts';
import { minute } from './builders.ts';

/** Where there are no modes, no pipes with a name, and links only for administrators. */
export const onWindows = process.platform === 'win32';

/** A folder of its own for a test, gone when the test is over. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'work-sessions-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Settings for many who compete on a machine that is busy: nobody is refused because it took long. */
export const unhurried = { lockWaitSeconds: 600 };

export function temporaryHome(settings?: object): Home {
  const home = homeAt(join(temporaryFolder(), 'home'));
  if (settings) {
    mkdirSync(home.root, { recursive: true, mode: 0o700 });
    writeFileSync(home.config, JSON.stringify(settings), { mode: 0o600 });
  }
  return home;
}

export function openStore(
  home: Home,
  fs: FileSystem = nodeFileSystem,
  now: () => Date = () => minute(60),
): SessionStore {
  return new SessionStore({ home, fs, now });
}

/** The places that have a document of this id. */
export function placesOf(home: Home, id: string): Place[] {
  return places.filter(place => namesIn(home[place]).includes(`${id}.json`));
}

/** The names in a folder; none if there is no such folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
