import { isAbsolute, resolve } from 'node:path';
import { SessionError, type Unconfirmed } from '../model/errors.ts';
import type { Project } from '../model/project.ts';
import { type FileSystem, nodeFileSystem } from '../store/fileSystem.ts';
import { randomHex } from '../store/hex.ts';
import { homeAt } from '../store/home.ts';
import { SessionStore } from '../store/sessionStore.ts';
import { readSettings, type Settings } from '../store/settings.ts';

/** What operations work with. Time, randomness, the home and the folder the caller is in are passed in. */
export interface Services {
  readonly store: SessionStore;
  /**
   * The folder the caller is in: it decides which project and which session are meant. Reading it throws
   * SessionError `folder_gone` where that folder is gone; what needs no folder never reads it.
   */
  readonly folder: string;
  /** Whether git may be run: not in a window whose folder is not trusted. */
  readonly mayRunGit: () => boolean;
  readonly now: () => Date;
  /** Eight hexadecimal digits that nobody else has. */
  readonly random: () => string;
  /** The settings; of what is wrong with them the default, and the store's `warn` is told. */
  readonly settings: () => Promise<Settings>;
  /** Called when a project's first commit is not known yet: to be found later, never on the way of a command. */
  readonly identifyLater: (project: Project) => void;
  /** Asks the person before something is removed for good. @throws SessionError `usage` where there is nobody to ask */
  readonly confirm: (question: Confirmation) => Promise<boolean>;
}

/** What a person is asked before it is done. */
export interface Confirmation {
  readonly what: 'empty_trash';
  /** How many sessions it is about. */
  readonly count: number;
}

export interface ServicesOptions {
  home?: string | undefined;
  folder: string | (() => string);
  fs?: FileSystem;
  mayRunGit?: () => boolean;
  now?: () => Date;
  random?: () => string;
  identifyLater?: (project: Project) => void;
  confirm?: (question: Confirmation) => Promise<boolean>;
  /** Called for what is done without the disk having confirmed it. */
  onUnconfirmed?: (unconfirmed: Unconfirmed) => void;
  /** Called for what cannot be read and stops nobody: told beside what was done, once. */
  warn?: (problem: SessionError) => void;
}

export function createServices(options: ServicesOptions): Services {
  const now = options.now ?? (() => new Date());
  const { onUnconfirmed, warn, folder } = options;
  const store = new SessionStore({
    home: homeAt(options.home),
    fs: options.fs ?? nodeFileSystem,
    now,
    onUnconfirmed,
    warn,
  });
  return {
    store,
    get folder() {
      return typeof folder === 'string' ? folder : folder();
    },
    mayRunGit: options.mayRunGit ?? (() => true),
    now,
    random: options.random ?? (() => randomHex(8)),
    async settings() {
      const { settings, problems } = await readSettings(store.fs, store.home);
      for (const problem of problems) store.warn(problem);
      return settings;
    },
    identifyLater: options.identifyLater ?? (() => {}),
    confirm: options.confirm ?? nobodyToAsk,
  };
}

async function nobodyToAsk(): Promise<never> {
  throw new SessionError('usage', { message: 'There is nobody to ask: give --yes.' });
}

/** A path as the caller means it: from the folder the caller is in, unless it is absolute. @throws SessionError `folder_gone` */
export function pathFrom(services: Services, path: string): string {
  return isAbsolute(path) ? resolve(path) : resolve(services.folder, path);
}
