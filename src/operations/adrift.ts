import { kindOf } from '../git/files.ts';
import type { Session } from '../model/session.ts';
import type { SummaryEntry } from '../store/summaries.ts';
import { type Place, rootOf } from './places.ts';

/*
 * Sessions adrift: the folder they were in is gone, as their repository, or only the worktree, was moved. Such a
 * session belongs to the worktree at hand if that is of the same project and on its branch; its next write says so.
 */

/** Of active sessions, those adrift that fit a place; none outside git, where nothing tells that a folder is the same. */
export async function adriftAmong(entries: readonly SummaryEntry[], place: Place): Promise<SummaryEntry[]> {
  const adrift: SummaryEntry[] = [];
  for (const entry of entries) {
    const isActive = entry.status === 'active' && entry.place === 'sessions';
    if (isActive && fits(entry.summary, place) && (await isGone(entry.summary))) adrift.push(entry);
  }
  return adrift;
}

/** The place, if a session is adrift and fits it; else null. */
export async function placeFor(session: Session, place: Place): Promise<Place | null> {
  return fits(session, place) && (await isGone(session)) ? place : null;
}

/** The session where it is now: the transition of a write of it, which is checked again under the lock. */
export function inPlace(session: Session, from: string, place: Place): Session {
  if (session.worktree !== from || place.git === null) return session;
  const { root } = place.git;
  const project = { ...session.project, root: rootOf(place), commonDir: place.commonDir };
  return { ...session, worktree: root, project };
}

function fits(
  { project, branch, worktree }: Pick<Session, 'project' | 'branch' | 'worktree'>,
  place: Place,
): boolean {
  if (place.git === null || place.git.root === worktree) return false;
  return place.keys.has(project.key) && (branch === null || branch === place.git.branch);
}

async function isGone({ worktree }: Pick<Session, 'worktree'>): Promise<boolean> {
  return (await kindOf(worktree)) === null;
}
