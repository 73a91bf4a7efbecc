import { SessionError } from './errors.ts';
import { type ListField, listLimits } from './limits.ts';
import { isFarAhead } from './moments.ts';
import type { Session, SessionStatus } from './session.ts';

/*
 * The rules that transitions share: who takes what in which state, how time goes on, what a list may
 * hold, and the refusals.
 */

/** Longer than this without a sign of life does not count as time at work. */
const longestGapMs = 10 * 60_000;

/** The session, touched, if it still takes notes: active or parked. */
export function openFor(session: Session, action: string, now: Date): Session {
  refuseTrash(session);
  if (session.status !== 'completed') return touch(session, now);
  if (session.resumedAs !== null) throw alreadyResumed(session, session.resumedAs);
  throw wrongStatus(session, ['active', 'parked'], action);
}

export function activeFor(session: Session, action: string, now: Date): Session {
  const open = openFor(session, action, now);
  if (open.status !== 'active') throw wrongStatus(session, ['active'], action);
  return open;
}

/**
 * Every change is a sign of life. Times do not run backwards when the clock does: what happens now is
 * dated with the heartbeat this sets, which is not before the one that was there. Only one that cannot
 * be true is not carried on: it would date all that follows.
 */
export function touch(session: Session, now: Date): Session {
  const last = Date.parse(session.lastHeartbeatAt);
  const gap = now.getTime() - last;
  const worked = session.status === 'active' && gap > 0 && gap <= longestGapMs ? gap : 0;
  const isKept = gap <= 0 && !isFarAhead(last, now);
  return {
    ...session,
    lastHeartbeatAt: isKept ? session.lastHeartbeatAt : now.toISOString(),
    activeMs: session.activeMs + worked,
  };
}

export function enter(touched: Session, to: SessionStatus, note: string | null) {
  const history = append('history', touched.history, [{ at: touched.lastHeartbeatAt, to, note }]);
  return { status: to, history };
}

export function append<T>(field: ListField, list: readonly T[], items: readonly T[]): readonly T[] {
  return checkList(field, [...list, ...items]);
}

export function checkList<T>(field: ListField, list: readonly T[]): readonly T[] {
  const limit = listLimits[field];
  if (list.length > limit) throw new SessionError('over_limit', { field, limit, unit: 'items' });
  return list;
}

export function unique<T>(list: readonly T[]): readonly T[] {
  return [...new Set(list)];
}

/** Fewer characters than this are no part of an id: ids are random, and nobody means a digit that is in one. */
export const leastIdPart = 4;

/**
 * The item that is meant: by its id or its whole text, by its place in the list (from 1, as `show`
 * counts), else by an unambiguous part of its text, or of its id if that is long enough.
 * @throws SessionError `not_found`, `ambiguous`
 */
export function find<T extends { readonly id: string }>(
  what: 'task' | 'question',
  items: readonly T[],
  query: string,
  textOf: (item: T) => string,
): T {
  const found = matching(items, query, textOf);
  const [only] = found;
  if (only === undefined) throw new SessionError('not_found', { what, query });
  if (found.length > 1) {
    const candidates = found.map(item => ({ id: item.id, label: textOf(item) }));
    throw new SessionError('ambiguous', { what, query, candidates });
  }
  return only;
}

function matching<T extends { readonly id: string }>(
  items: readonly T[],
  query: string,
  textOf: (item: T) => string,
): readonly T[] {
  const exact = items.filter(item => item.id === query || textOf(item) === query);
  if (exact.length > 0 || query === '') return exact;
  const isNumber = /^[0-9]+$/.test(query);
  const inPlace = isNumber ? items[Number(query) - 1] : undefined;
  if (inPlace !== undefined) return [inPlace];
  const wanted = query.toLowerCase();
  // A number that is nobody's place is looked for in no text; a long one may be what tells an id from others.
  const hasInText = (item: T) => !isNumber && textOf(item).toLowerCase().includes(wanted);
  const hasInId = (id: string) => wanted.length >= leastIdPart && id.toLowerCase().includes(wanted);
  // `task` is in the id of every task, and must not hide the one that is called so.
  const ownPart = (id: string) => id.slice(id.lastIndexOf('_') + 1);
  const parts = items.filter(item => hasInText(item) || hasInId(ownPart(item.id)));
  return parts.length > 0 ? parts : items.filter(item => hasInId(item.id));
}

export function refuseTrash(session: Session): void {
  if (session.place === 'trash') throw new SessionError('in_trash', { id: session.id });
}

export function alreadyResumed(session: Session, resumedAs: string): SessionError {
  return new SessionError('already_resumed', { id: session.id, resumedAs });
}

export function wrongStatus(
  session: Session,
  wanted: readonly SessionStatus[],
  action: string,
): SessionError {
  return new SessionError('wrong_status', { id: session.id, status: session.status, wanted, action });
}

export function wrongPlace(session: Session, action: string): SessionError {
  return new SessionError('wrong_place', { id: session.id, place: session.place, action });
}
