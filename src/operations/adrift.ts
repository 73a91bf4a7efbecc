import { realPath } from '../git/files.ts';
import { isSessionError } from '../model/errors.ts';
import type { Session } from '../model/session.ts';
import type { Moment } from '../model/stamp.ts';
import { moveTo } from '../model/transitions.ts';
import type { SummaryEntry } from '../store/summaries.ts';
import { contains, type Place, placeOf, rootOf } from './places.ts';
import type { Services } from './services.ts';

/*
 * Sessions adrift: the folder they were in is gone, as their repository, or only the worktree, was moved. Such a
 * session belongs to the worktree at hand if that is of the same project and on its branch; its next write says so.
 */

type Whereabouts = Pick<Session, 'status' | 'place' | 'where' | 'branch' | 'project'>;

/** Where a session was moved from, and to. */
export interface Move {
  readonly from: string;
  readonly to: Place;
}

/** Of some sessions, those adrift that fit a place. */
export async function adriftAmong(entries: readonly SummaryEntry[], place: Place): Promise<SummaryEntry[]> {
  const adrift: SummaryEntry[] = [];
  // Most sessions of a project are in a few worktrees: each is looked at once.
  const looks = new Map<string, Promise<string | null>>();
  const look = (worktree: string) => {
    const known = looks.get(worktree) ?? realPath(worktree);
    looks.set(worktree, known);
    return known;
  };
  for (const entry of entries) {
    const isPossible = entry.status === 'active' && place.keys.has(entry.projectKey);
    if (isPossible && (await isAdriftAt(entry.summary, place, look))) adrift.push(entry);
  }
  return adrift;
}

/** How a session was moved to where the caller is; null if it is where it was, or belongs elsewhere. */
export async function moveOf(
  services: Services,
  session: Session,
  here: () => Promise<Place> = () => placeOf(services),
): Promise<Move | null> {
  if (session.status !== 'active' || (await realPath(session.where.worktree)) === session.where.worktree)
    return null;
  const to = await here().catch(error => {
    if (isSessionError(error, 'folder_gone') || isSessionError(error, 'not_found')) return null;
    throw error;
  });
  return to && (await isAdriftAt(session, to)) ? { from: session.where.worktree, to } : null;
}

/** The session where it is now: the transition of a write of it, which is checked again under the lock. */
export function inPlace(session: Session, { from, to }: Move, moment: Moment): Session {
  if (session.where.worktree !== from) return session;
  return moveTo(session, { worktree: worktreeAt(to), root: rootOf(to), commonDir: to.commonDir }, moment);
}

/**
 * True if the link that was left where a session was leads to the place, or if nothing is left there, the project
 * is the same, and the branch fits. Outside git nothing tells that a folder was moved but a person
 * (`project relink`), and then the folder where the session was is one of the project's.
 */
async function isAdriftAt(
  session: Whereabouts,
  place: Place,
  look: typeof realPath = realPath,
): Promise<boolean> {
  const { where, branch, project } = session;
  const { worktree } = where;
  if (session.status !== 'active' || session.place !== 'sessions' || !place.keys.has(project.key))
    return false;
  const here = worktreeAt(place);
  const real = await look(worktree);
  if (real !== null || here === worktree) return real === here && real !== worktree;
  if (place.commonDir === null) return place.project?.roots.includes(worktree) === true;
  if (place.git === null) return false;
  // Any worktree may have no branch: that alone is no sign while the repository is where it was.
  if (branch === null) return place.git.branch === null && where.commonDir !== place.commonDir;
  return branch === place.git.branch;
}

/** The worktree of a session at a place: git's, else the folder that the project is known by. */
function worktreeAt({ git, project, folder }: Place): string {
  return git?.root ?? project?.roots.find(root => contains(root, folder)) ?? folder;
}
