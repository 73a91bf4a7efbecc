import { type Candidate, isSessionError, SessionError } from '../model/errors.ts';
import type { Session, Place as StorePlace } from '../model/session.ts';
import { leastIdPart } from '../model/sessionRules.ts';
import { Summaries, SummaryEntry, type SummaryList } from '../store/summaries.ts';
import { adriftAmong } from './adrift.ts';
import { contains, type Place, placeOf } from './places.ts';
import type { Services } from './services.ts';

/** How many of the sessions that an ambiguous id could mean are named. */
const namedCandidates = 10;

/**
 * The id meant by `query`: an id or an unambiguous part of one, of at least `leastIdPart` characters.
 * The trash is only looked at when nothing else fits. @throws SessionError `not_found`, `ambiguous`
 */
export async function resolveId(
  services: Services,
  query: string,
  places?: readonly StorePlace[],
): Promise<string> {
  const { store } = services;
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(query)) throw new SessionError('not_found', { what: 'session', query });
  const groups: (readonly StorePlace[])[] = places ? [places] : [['sessions', 'archive'], ['trash']];
  for (const group of groups) {
    const ids = new Map<string, StorePlace>();
    for (const place of group) for (const id of await store.ids(place)) if (!ids.has(id)) ids.set(id, place);
    if (ids.has(query)) return query;
    if (query.length < leastIdPart) continue;
    const wanted = query.toLowerCase();
    const found = [...ids].filter(([id]) => id.toLowerCase().includes(wanted));
    const [only] = found;
    if (only && found.length === 1) return only[0];
    if (found.length > 1) return amongSeveral(services, query, found);
  }
  throw new SessionError('not_found', { what: 'session', query });
}

/** The one of several ids that is a session's. @throws SessionError `ambiguous`, as a rule: with what they are */
async function amongSeveral(
  services: Services,
  query: string,
  found: readonly [string, StorePlace][],
): Promise<string> {
  const summaries = new Summaries(services.store.fs, services.store.home);
  const candidates: Candidate[] = [];
  for (const [id, place] of found) {
    if (candidates.length === namedCandidates) break;
    const read = await summaries.readOne(place, id);
    // A copy under another name, as some sync programs make: what is in it is the session of the first name.
    if (read !== null && 'error' in read && isCopy(read.error)) continue;
    candidates.push({ id, label: read instanceof SummaryEntry ? read.summary.intent : '' });
  }
  const [only] = candidates;
  if (only === undefined) throw new SessionError('not_found', { what: 'session', query });
  if (candidates.length === 1) return only.id;
  throw new SessionError('ambiguous', { what: 'session', query, candidates });
}

function isCopy(error: SessionError): boolean {
  return isSessionError(error, 'unreadable') && error.details.reason === 'wrong_id';
}

/**
 * The session named, or the one active session whose worktree holds the folder the caller is in; where there is
 * none, the one that was moved there.
 * @throws SessionError `no_session_here`, `ambiguous`
 */
export async function resolveSession(services: Services, query: string | undefined): Promise<string> {
  if (query !== undefined) return resolveId(services, query);
  const place = await placeOf(services);
  const { entries, unreadable } = await entriesHere(services, place);
  const holding = activeAmong(entries, place);
  const here = holding.length > 0 ? holding : await adriftAmong(entries, place);
  const [only] = here;
  if (only === undefined) {
    // It may be the one that is meant.
    if (unreadable[0]) services.store.warn(unreadable[0].error);
    throw new SessionError('no_session_here', { folder: place.folder });
  }
  if (here.length > 1) {
    const candidates = here.map(entry => ({ id: entry.id, label: entry.summary.intent }));
    throw new SessionError('ambiguous', { what: 'session', query: '', candidates });
  }
  return only.id;
}

/** The sessions that may be at work in a place: in a known repository those of its project, else all. */
export async function entriesHere(services: Services, place: Place): Promise<SummaryList> {
  const summaries = new Summaries(services.store.fs, services.store.home);
  const projects = place.commonDir !== null && place.project ? place.keys : undefined;
  return summaries.list('sessions', { projects });
}

/** The active sessions of the worktree that holds a place; of nested worktrees, those of the innermost. */
export function activeAmong(entries: readonly SummaryEntry[], place: Place): SummaryEntry[] {
  const holding = entries.filter(entry => {
    if (entry.status !== 'active' || entry.place !== 'sessions') return false;
    const { worktree } = entry.summary.where;
    // A session of an enclosing repository is not one of the worktree the caller is in.
    return contains(worktree, place.folder) && (place.git === null || contains(place.git.root, worktree));
  });
  const innermost = Math.max(0, ...holding.map(entry => entry.summary.where.worktree.length));
  return holding.filter(entry => entry.summary.where.worktree.length === innermost);
}

/** Reads a session for showing, and creates its continuation if a crash kept it from being created. */
export async function readSession(services: Services, id: string): Promise<Session> {
  const session = await services.store.read(id, { forShowing: true });
  // A disk that cannot take the continuation now must not hide the session that is asked for.
  if (session.resumedAs !== null) await services.store.rollForward(session).catch(() => {});
  return session;
}
