import { workedOn } from './days.ts';
import { SessionError } from './errors.ts';
import { type ListField, listLimits } from './limits.ts';
import { inOrder, settle } from './merge.ts';
import type { HistoryItem, Session, SessionList, SessionStatus } from './session.ts';
import { after, itemId, type Moment, tick } from './stamp.ts';

/*
 * The rules that transitions share: who takes what in which state, how a change is stamped, how time goes
 * on, what a list may hold, and the refusals.
 */

/** Longer than this without a sign of life does not count as time at work. */
const longestGapMs = 15 * 60_000;

/** The session, touched, if it still takes notes: active or parked. */
export function openFor(session: Session, action: string, moment: Moment): Session {
  refuseTrash(session);
  if (session.status !== 'completed') return touch(session, moment);
  if (session.resumedAs !== null) throw alreadyResumed(session, session.resumedAs);
  throw wrongStatus(session, ['active', 'parked'], action);
}

export function activeFor(session: Session, action: string, moment: Moment): Session {
  const open = openFor(session, action, moment);
  if (open.status !== 'active') throw wrongStatus(session, ['active'], action);
  return open;
}

/** Every change has a stamp later than all there is, which orders it whatever the clock on the wall does. */
export function stamped(session: Session, moment: Moment): Session {
  return { ...session, clock: tick(session.clock, moment) };
}

/**
 * Every change of what is said or done is a sign of life too. Its time is the clock's, honestly: one that was
 * ahead once is not carried on, and a gap that it makes, into the future or back, is no work.
 */
export function touch(session: Session, moment: Moment): Session {
  const gap = moment.now.getTime() - Date.parse(session.lastHeartbeatAt);
  const isWork = session.status === 'active' && gap > 0 && gap <= longestGapMs;
  const touched = isWork ? worked(session, gap, moment) : session;
  return write(stamped(touched, moment), { lastHeartbeatAt: moment.now.toISOString() });
}

/** Each machine counts its own; what goes over midnight counts for the day it ends on. */
function worked(session: Session, ms: number, { today, machine }: Moment): Session {
  const own = session.days[machine] ?? {};
  return {
    ...session,
    active: { ...session.active, [machine]: (session.active[machine] ?? 0) + ms },
    days: { ...session.days, [machine]: workedOn(own, today, ms) },
  };
}

/** Writes registers of a session whose clock has been set for this change. */
export function write(session: Session, values: Partial<Session>): Session {
  const edits = Object.fromEntries(Object.keys(values).map(field => [field, session.clock]));
  return { ...session, ...values, edits: { ...session.edits, ...edits } };
}

/** Writes registers of one item; with nothing to write it stays as it is. */
export function writeItem<T extends Session['tasks'][number]>(
  session: Session,
  item: T,
  values: Partial<T>,
): T {
  if (Object.keys(values).length === 0) return item;
  const edits = Object.fromEntries(Object.keys(values).map(field => [field, session.clock]));
  const { id, stamp, edits: known, ...rest } = item;
  return { id, stamp, edits: { ...known, ...edits }, ...rest, ...values } as unknown as T;
}

/** What new items of this change have in common, but for their ids. */
export function born(session: Session): { readonly stamp: string; readonly at: string } {
  return { stamp: session.clock, at: session.lastHeartbeatAt };
}

/** Adds items to a list, in its order, within its limit. */
export function add<L extends SessionList>(
  session: Session,
  list: L,
  items: readonly Session[L][number][],
): Session {
  if (items.length === 0) return session;
  const { [list]: known } = session;
  const all = [...(known as readonly Session[L][number][]), ...items];
  checkList(list, all);
  return { ...session, [list]: list === 'nextSteps' ? [...all].sort(inOrder as never) : all };
}

/**
 * Adds things that are their own id (a tag, a path, a commit). Each has a stamp of its own, which keeps the order they
 * came in, and is later than the removal of the same thing by the same change.
 */
export function addNamed<L extends 'tags' | 'files' | 'commits'>(
  session: Session,
  list: L,
  things: readonly Omit<Session[L][number], 'stamp'>[],
): Session {
  let { clock } = session;
  const items = things.map(thing => {
    clock = after(clock);
    return { ...thing, stamp: clock } as Session[L][number];
  });
  return add({ ...session, clock }, list, items);
}

/** Takes items out of a list, for good: a copy that still has them does not bring them back. */
export function takeOut<L extends SessionList>(session: Session, list: L, ids: ReadonlySet<string>): Session {
  if (ids.size === 0) return session;
  const gone = Object.fromEntries([...ids].map(id => [id, session.clock]));
  return {
    ...session,
    [list]: (session[list] as readonly { readonly id: string }[]).filter(({ id }) => !ids.has(id)),
    removed: { ...session.removed, [list]: { ...session.removed[list], ...gone } },
  };
}

/** Notes a change of status, or a correction, and lets everything follow from it. */
export function enter(
  session: Session,
  what: HistoryItem['what'],
  note: string | null,
  moment: Moment,
): Session {
  const item = { id: itemId(moment, session.clock), ...born(session), what, note };
  return settle(add(session, 'history', [item]));
}

export function checkList<T>(field: ListField | 'claims', list: readonly T[]): readonly T[] {
  const limit = listLimits[field];
  if (list.length > limit) throw new SessionError('over_limit', { field, limit, unit: 'items' });
  return list;
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
