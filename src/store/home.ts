import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { isSafeId } from '../model/ids.ts';
import type { Place } from '../model/session.ts';

/** Where everything is inside one home folder. The names are those of DESIGN.md. */
export interface Home {
  readonly root: string;
  readonly sessions: string;
  readonly archive: string;
  readonly trash: string;
  readonly projects: string;
  /** What an agent's own session id stands for: one small document each. */
  readonly agents: string;
  readonly unreadable: string;
  readonly cache: string;
  readonly config: string;
}

/** The home folder: the given one, else `WORK_SESSIONS_HOME`, else `~/.work-sessions`. */
export function homeAt(folder: string | undefined, environment: NodeJS.ProcessEnv = process.env): Home {
  const root = resolve(folder || environment['WORK_SESSIONS_HOME'] || join(homedir(), '.work-sessions'));
  return {
    root,
    sessions: join(root, 'sessions'),
    archive: join(root, 'archive'),
    trash: join(root, 'trash'),
    projects: join(root, 'projects'),
    agents: join(root, 'agents'),
    unreadable: join(root, 'unreadable'),
    cache: join(root, 'cache'),
    config: join(root, 'config.json'),
  };
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
