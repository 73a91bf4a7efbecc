import { joinDays } from './days.ts';
import { SessionError } from './errors.ts';
import { type HistoryItem, type Session, schemaVersion, sessionLists } from './session.ts';
import { later, type Stamp } from './stamp.ts';

/*
 * Any two versions of a document join into one, without a base and without loss: after an interrupted move, a
 * second import, a restored back-up. The document is a join-semilattice (a state-based CRDT), so that joining
 * is commutative, associative and idempotent, and whoever joins what comes to the same:
 * - a register (any field that is not one of the following, known or not) is decided by the later stamp; its
 *   stamp is `edits[field]`, else that of the object's birth; one that is missing was never written;
 * - a list is a set of items by id; an item is out if it was removed at or after its stamp;
 * - `active` and `days` only grow, each machine writes its own;
 * - status and its times are never joined: `settle` makes them of the rest.
 */

type Fields = Readonly<Record<string, unknown>>;
type Item = Fields & { readonly id: string; readonly stamp: Stamp };
type Edits = Readonly<Record<string, Stamp>>;
type Removed = Readonly<Record<string, Readonly<Record<string, Stamp>>>>;
type Totals = Readonly<Record<string, number>>;

const itemStructure = new Set(['id', 'stamp', 'edits', 'answers', 'order']);
const derived = ['status', 'endedAt', 'outcome', 'parkedAt', 'parkedReason', 'resumedAs'] as const;
/** `revision` and `desks` are one home's business. */
const documentStructure = new Set<string>([
  ...['id', 'schemaVersion', 'revision', 'stamp', 'clock', 'edits', 'removed', 'active', 'days', 'desks'],
  ...sessionLists,
  ...derived,
]);

/** True for a field of a document that is one value, decided by the later stamp. */
export function isRegister(field: string): boolean {
  return !documentStructure.has(field);
}

/**
 * The one document that two versions of it make.
 * @throws SessionError `newer_schema`: what is not understood is not joined; `invalid_input` for two sessions
 */
export function join(a: Session, b: Session): Session {
  for (const { id, schemaVersion: version } of [a, b]) {
    if (version > schemaVersion)
      throw new SessionError('newer_schema', { path: id, version, supported: schemaVersion });
  }
  if (a.id !== b.id)
    throw new SessionError('invalid_input', { field: 'session', problem: `is ${b.id}, not ${a.id}` });
  const removed = joinRemoved(a.removed, b.removed);
  const lists = sessionLists.map(list => [
    list,
    joinItems(a[list] as readonly Item[], b[list] as readonly Item[], removed[list]),
  ]);
  return settle({
    ...joinRegisters(a, b, documentStructure),
    id: a.id,
    schemaVersion,
    revision: Math.max(a.revision, b.revision),
    stamp: later(a.stamp, b.stamp),
    clock: later(a.clock, b.clock),
    removed,
    ...Object.fromEntries(lists),
    active: joinTotals(a.active, b.active),
    days: joinMachines(a.days, b.days),
    desks: joinDesks(a.desks, b.desks),
  } as unknown as Session);
}

/**
 * What follows from the rest: a claim ends a session for good; else the last completion against the last
 * (re)opening, then the last parking against that. Work beats the trash, and only what is completed can be
 * put away.
 */
export function settle(session: Session): Session {
  const last = (what: HistoryItem['what']) => session.history.filter(item => item.what === what).at(-1);
  const [opened, parked, completed, corrected] = [
    last('active'),
    last('parked'),
    last('completed'),
    last('outcome'),
  ];
  const isSince = (item: HistoryItem | undefined) => item && (!opened || item.stamp > opened.stamp);
  const claim = claimOf(session);
  const ended = isSince(completed) ? completed : undefined;
  const put = isSince(parked) ? parked : undefined;
  const status = claim || ended ? 'completed' : put ? 'parked' : 'active';
  const outcome =
    isSince(corrected) && (!ended || (corrected as HistoryItem).stamp > ended.stamp) ? corrected : ended;
  const settled = {
    ...session,
    status,
    // What was completed, and gone on from later, ended when it was completed.
    endedAt: ended?.at ?? claim?.at ?? null,
    outcome: status === 'completed' ? (outcome?.note ?? null) : null,
    parkedAt: put?.at ?? null,
    parkedReason: put?.note ?? null,
    resumedAs: claim?.id ?? null,
  } as const;
  const placed = session.edits['place'] ?? session.stamp;
  const isAway =
    session.place === 'trash'
      ? contentStamp(session) <= placed
      : session.place === 'archive' && status === 'completed';
  return session.place === 'sessions' || isAway ? settled : { ...settled, place: 'sessions' };
}

/** The claim that counts, of several: the first in order, else the earliest. */
export function claimOf({ claims }: Pick<Session, 'claims'>): Session['claims'][number] | null {
  const rank = (order: number | null) => order ?? Number.POSITIVE_INFINITY;
  return claims.reduce<Session['claims'][number] | null>((first, claim) => {
    if (first === null || rank(claim.order) < rank(first.order)) return claim;
    const isEarlier = claim.stamp < first.stamp || (claim.stamp === first.stamp && claim.id < first.id);
    return rank(claim.order) === rank(first.order) && isEarlier ? claim : first;
  }, null);
}

/** When something was last said or done in a session: neither a sign of life nor a move. */
export function contentStamp(session: Session): Stamp {
  const { place, lastHeartbeatAt, where, ...edits } = session.edits;
  return sessionLists.reduce(
    (last, list) => newestOf(session[list] as readonly Item[], last),
    Object.values(edits).reduce(later, session.stamp),
  );
}

/** The newest stamp of items and of all that was ever written of them; `stamp` if that is newer. */
export function newestOf(items: readonly object[], stamp: Stamp): Stamp {
  let newest = stamp;
  for (const item of items as readonly Item[]) {
    newest = Object.values((item['edits'] ?? {}) as Edits).reduce(later, later(newest, item.stamp));
    if (item['answers']) newest = newestOf(item['answers'] as readonly Item[], newest);
  }
  return newest;
}

const stillOpen: { readonly [list: string]: (item: never) => boolean } = {
  tasks: ({ status }: Session['tasks'][number]) => status === 'pending' || status === 'in_progress',
  questions: ({ answers }: Session['questions'][number]) => answers.length === 0,
  nextSteps: ({ done }: Session['nextSteps'][number]) => done === null,
  decisions: () => true,
};

/**
 * What a session learned after it was resumed, in its continuation: what is open there, what became of items
 * that the continuation has, and what was removed. Inherited items keep their ids and stamps.
 */
export function carry(parent: Session, child: Session): Session {
  if (child.resumedFrom !== parent.id) return child;
  const inherited = Object.fromEntries(
    Object.entries(parent.removed).filter(([list]) => Object.hasOwn(stillOpen, list)),
  );
  const removed = joinRemoved(child.removed, inherited);
  let { clock } = child;
  const lists = Object.entries(stillOpen).map(([name, isOpen]) => {
    const list = name as 'tasks' | 'questions' | 'nextSteps' | 'decisions';
    const own = child[list] as unknown as readonly Item[];
    const there = new Set(own.map(item => item.id));
    const others = (parent[list] as unknown as readonly Item[])
      .filter(item => there.has(item.id) || isOpen(item as never))
      .map(item => (list === 'decisions' ? { ...item, from: item['from'] ?? parent.id } : item));
    const items = joinItems(own, others, removed[list]);
    clock = newestOf(items, Object.values(removed[list] ?? {}).reduce(later, clock));
    return [list, items];
  });
  return settle({ ...child, removed, clock, ...Object.fromEntries(lists) } as Session);
}

/** The items of two versions of a list, in their order: by rank, then by stamp. */
function joinItems(a: readonly Item[], b: readonly Item[], removed: Edits = {}): readonly Item[] {
  const items = new Map(a.map(item => [item.id, item]));
  for (const item of b) {
    const other = items.get(item.id);
    items.set(item.id, other === undefined ? item : joinItem(other, item));
  }
  return [...items.values()].filter(({ id, stamp }) => !((removed[id] ?? '') >= stamp)).sort(inOrder);
}

function joinItem(a: Item, b: Item): Item {
  if (a === b) return a;
  const { edits, ...registers } = joinRegisters(a, b, itemStructure);
  const hasEdits = Object.keys(edits).length > 0;
  const joined: Record<string, unknown> = {
    ...{ id: a.id, stamp: later(a.stamp, b.stamp) },
    ...(hasEdits ? { edits } : {}),
    ...registers,
  };
  if (a['answers'] || b['answers'])
    joined['answers'] = joinItems(
      (a['answers'] ?? []) as readonly Item[],
      (b['answers'] ?? []) as readonly Item[],
    );
  // A claim's place in line is known once and never changes; of two that were given, the first counts.
  const orders = [a['order'], b['order']].filter(order => typeof order === 'number');
  if ('order' in a || 'order' in b) joined['order'] = orders.length > 0 ? Math.min(...orders) : null;
  return joined as Item;
}

/** The order of every list that has one. */
export function inOrder(a: Item, b: Item): number {
  const ranks = Number(a['rank'] ?? 0) - Number(b['rank'] ?? 0);
  return ranks || compare(a.stamp, b.stamp) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Every field that is no structure: the later written one, and where both are of one moment, any, but always the
 * same. Of each, `edits` says when it was written, unless that is the stamp of the whole: so a field that only the
 * older version has does not pass for one of the newer.
 */
function joinRegisters(a: Fields, b: Fields, structure: ReadonlySet<string>): Fields & { edits: Edits } {
  const [editsOfA, editsOfB] = [a['edits'], b['edits']] as [Edits | undefined, Edits | undefined];
  const stamp = later(a['stamp'] as Stamp, b['stamp'] as Stamp);
  const edits: Record<string, Stamp> = joinEdits(editsOfA, editsOfB);
  const joined: Record<string, unknown> = {};
  for (const field of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (structure.has(field)) continue;
    const [ours, theirs] = [a[field], b[field]];
    const oursAt = editsOfA?.[field] ?? (a['stamp'] as Stamp);
    const theirsAt = editsOfB?.[field] ?? (b['stamp'] as Stamp);
    const order =
      ours === undefined || theirs === undefined
        ? Number(theirs === undefined) - Number(ours === undefined)
        : compare(oursAt, theirsAt) || compare(canonical(ours), canonical(theirs));
    define(joined, field, order >= 0 ? ours : theirs);
    const writtenAt = order >= 0 ? oursAt : theirsAt;
    if (writtenAt === stamp) delete edits[field];
    else define(edits, field, writtenAt);
  }
  return { ...joined, edits };
}

/** Sets a field of any name: one named `__proto__` is a field like others. */
function define(object: Record<string, unknown>, field: string, value: unknown): void {
  Object.defineProperty(object, field, { value, enumerable: true, writable: true, configurable: true });
}

function joinEdits(a: Edits = {}, b: Edits = {}): Record<string, Stamp> {
  const joined: Record<string, Stamp> = { ...a };
  for (const [field, stamp] of Object.entries(b)) joined[field] = later(joined[field], stamp);
  return joined;
}

function joinRemoved(a: Removed, b: Removed): Removed {
  const lists = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...lists].map(list => [list, joinEdits(a[list], b[list])]));
}

function joinTotals(a: Totals = {}, b: Totals = {}): Totals {
  const joined: Record<string, number> = { ...a };
  for (const [key, total] of Object.entries(b)) joined[key] = Math.max(joined[key] ?? 0, total);
  return joined;
}

function joinMachines(a: Session['days'], b: Session['days']): Session['days'] {
  const machines = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...machines].map(machine => [machine, joinDays(a[machine] ?? {}, b[machine] ?? {})]),
  );
}

function joinDesks(a: Session['desks'], b: Session['desks']): Session['desks'] {
  const keyOf = (desk: Session['desks'][number]) => `${desk.at} ${desk.hash} ${desk.window} ${desk.why}`;
  const joined = new Map([...a, ...b].map(desk => [keyOf(desk), desk]));
  return [...joined].sort(([x], [y]) => compare(x, y)).map(([, desk]) => desk);
}

/** The same text for the same value, whatever the order of its fields. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const fields = value as Fields;
  const keys = Object.keys(fields)
    .filter(key => fields[key] !== undefined)
    .sort();
  return `{${keys.map(key => `${JSON.stringify(key)}:${canonical(fields[key])}`).join()}}`;
}
