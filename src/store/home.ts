import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { SessionError } from '../model/errors.ts';
import { isSafeId } from '../model/ids.ts';
import type { Place } from '../model/session.ts';

/** Where everything is inside one home folder; what each is for stands in CONTRIBUTING.md. */
export interface Home {
  readonly root: string;
  readonly sessions: string;
  readonly archive: string;
  readonly trash: string;
  readonly projects: string;
  /** What an agent's own session id stands for: one small document each. */
  readonly agents: string;
  /** Desks, by what is in them. */
  readonly desks: string;
  /** The ids of sessions that were removed for good: an empty file each. */
  readonly gone: string;
  readonly unreadable: string;
  readonly cache: string;
  readonly config: string;
}

/**
 * The home folder: the given one, else `WORK_SESSIONS_HOME`, else `~/.work-sessions`. A `~` at the front is the
 * person's folder, also where no shell has seen it (in a setting, or quoted).
 * @throws SessionError `no_home` where the system does not tell that folder; `folder_gone` for a relative one
 */
export function homeAt(folder: string | undefined, environment: NodeJS.ProcessEnv = process.env): Home {
  const given = folder || environment['WORK_SESSIONS_HOME'] || join('~', '.work-sessions');
  const named = personal.test(given) ? join(personFolder(), given.slice(1)) : given;
  const root = isAbsolute(named) ? resolve(named) : resolve(currentFolder(), named);
  return {
    root,
    sessions: join(root, 'sessions'),
    archive: join(root, 'archive'),
    trash: join(root, 'trash'),
    projects: join(root, 'projects'),
    agents: join(root, 'agents'),
    desks: join(root, 'desks'),
    gone: join(root, 'gone'),
    unreadable: join(root, 'unreadable'),
    cache: join(root, 'cache'),
    config: join(root, 'config.json'),
  };
}

/** Only on Windows does a backslash part a path. */
const personal = process.platform === 'win32' ? /^~(?:[\\/]|$)/ : /^~(?:\/|$)/;

/** The folder that the process is in. @throws SessionError `folder_gone` */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new SessionError('folder_gone', {}, { cause: error });
  }
}

/** Where the person's own files are. An empty HOME tells nothing: then the system's record of the person does. */
function personFolder(): string {
  // One after the other: in a container there may be a HOME and no record.
  for (const ask of [homedir, () => userInfo().homedir]) {
    try {
      const folder = ask();
      if (isAbsolute(folder)) return folder;
    } catch {
      // It is not known there.
    }
  }
  throw new SessionError('no_home', {});
}

/**
 * The id of the document that a file is, by its name; null for what is none of ours: the copies of sync
 * programs (`x (conflicted copy).json`), `._x.json` of macOS, locks of editors (`.#x.json`).
 */
export function idOfDocument(name: string): string | null {
  const id = name.endsWith('.json') ? name.slice(0, -'.json'.length) : '';
  return isSafeId(id) ? id : null;
}

/** The path of a session's document in one of its places. The id must have been checked. */
export function documentPath(home: Home, id: string, place: Place): string {
  return join(home[place], `${id}.json`);
}
