import { canonical, settle } from './merge.ts';
import type { Session } from './session.ts';
import type { Session4 } from './session4.ts';
import { later, msOf, type Stamp, stampAt, tick } from './stamp.ts';

/*
 * Documents of earlier versions, brought to today's shape as they are read; their next change writes them.
 * A migration is a pure function of one document and the same on every machine, ids included: two copies of
 * one old document, migrated in two places, join into one. Machine `0` stands for "before version 5".
 */

const before = '0';
/** Where what stood under a name that has a meaning of its own since is kept. */
const kept = 'version4';

/** A document of version 4 as one of version 5; its fields have been checked (`session4.ts`). */
export function migrate4(old: Session4): Session {
  const { id: session, startedAt } = old;
  const stamp = stampAt(Date.parse(startedAt), before);
  let clock = stamp;
  const stamped = (each: Stamp) => {
    clock = later(clock, each);
    return each;
  };
  /** The stamps of a list: from its items' own times, and in its order also where the clock ran backwards. */
  const inOrder = () => {
    let last: Stamp | null = null;
    return (at: string | null) => {
      last = tick(last, { now: new Date(Date.parse(at ?? startedAt)), machine: before });
      return stamped(last);
    };
  };
  const lists = {
    tasks: tasksOf(old, inOrder(), stamped),
    events: itemsOf(old.events, inOrder(), ['id', 'stamp', 'edits', 'kind', 'by'], (event, index) => ({
      id: idOf(session, 'events', index, event),
    })),
    decisions: itemsOf(apart(session, 'decisions', old.decisions), inOrder(), ['stamp', 'edits'], () => ({})),
    questions: questionsOf(old, inOrder(), stamped),
    nextSteps: stepsOf(old, inOrder()),
    commits: commitsOf(old, inOrder()),
    files: named(old.files, inOrder()),
    tags: named(old.tags, inOrder()),
    history: historyOf(old, inOrder()),
    claims: old.resumedAs === null ? [] : [claimOf4(old, old.resumedAs, inOrder())],
  };
  // A register of before was written at any time up to the last sign of life: of two copies, the later one counts.
  const noted = stamped(stampAt(Date.parse(old.lastHeartbeatAt), before));
  const registers = [
    ...['intent', 'ref', 'branch', 'project', 'where', 'activity', 'needs'],
    'lastHeartbeatAt',
  ];
  // A move was no sign of life, and nothing was said after it: which of two copies was moved last, the revision tells.
  const placed = stamped(stampAt(msOf(clock) + old.revision, before));
  const edits = {
    ...Object.fromEntries(noted > stamp ? registers.map(field => [field, noted]) : []),
    place: placed,
  };
  const { activeMs, continuation, worktree, project, activity, needs, ...rest } = old;
  const { root, commonDir, ...projectRef } = project;
  const migrated = {
    ...setAside(rest, documentFields),
    schemaVersion: 5,
    stamp,
    clock,
    edits,
    project: projectRef,
    where: { machine: before, worktree, root, commonDir },
    activity: activity === null ? null : { text: activity, at: old.lastHeartbeatAt },
    needs: needs === null ? null : { text: needs, kind: 'other', since: old.lastHeartbeatAt, by: null },
    desk: null,
    imported: null,
    earlier: null,
    ...lists,
    removed: {},
    active: activeMs > 0 ? { [before]: activeMs } : {},
    days: {},
    desks: [],
  };
  return settle(migrated as unknown as Session);
}

/** The next stamp of a list, for an item of that time. */
type Next = (at: string | null) => Stamp;

const documentFields = [
  ...['stamp', 'clock', 'edits', 'where', 'desk', 'imported', 'earlier', 'claims', 'removed'],
  ...['active', 'days', 'desks'],
];

/** Fields that were unknown before and have a meaning now: they are kept, where they mean nothing. */
function setAside<T extends object>(fields: T, names: readonly string[]): T {
  const taken = names.filter(name => Object.hasOwn(fields, name));
  if (taken.length === 0) return fields;
  const isTaken = (name: string) => taken.includes(name) || name === kept;
  const entries = Object.entries(fields);
  return Object.fromEntries([
    ...entries.filter(([name]) => !isTaken(name)),
    [kept, Object.fromEntries(entries.filter(([name]) => isTaken(name)))],
  ]) as T;
}

function idOf(session: string, list: string, index: number, content: unknown): string {
  return textHash([session, list, String(index), canonical(content)].join('\0'));
}

/** Twelve hexadecimal digits that follow from a text (cyrb53, without its highest bits): told apart is what is not made to be alike. */
function textHash(text: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  const mixed = (x: number, y: number) =>
    Math.imul(x ^ (x >>> 16), 2_246_822_507) ^ Math.imul(y ^ (y >>> 13), 3_266_489_909);
  [high, low] = [mixed(high, low), mixed(low, high)];
  const digits = (number: number, length: number) =>
    (number >>> 0).toString(16).padStart(8, '0').slice(-length);
  return `${digits(low, 4)}${digits(high, 8)}`;
}

/** Of two items with one id, as an import of before left them, the second gets an id of its own. */
function apart<T extends { readonly id: string }>(session: string, list: string, items: readonly T[]): T[] {
  const taken = new Set<string>();
  return items.map((item, index) => {
    const isFirst = !taken.has(item.id);
    taken.add(item.id);
    return isFirst ? item : { ...item, id: idOf(session, list, index, item) };
  });
}

function itemsOf<T extends { readonly at: string | null }>(
  items: readonly T[],
  next: Next,
  names: readonly string[],
  more: (item: T, index: number) => object,
): object[] {
  return items.map((item, index) => ({
    ...setAside(item, names),
    ...more(item, index),
    stamp: next(item.at),
  }));
}

function tasksOf(old: Session4, next: Next, stamped: (stamp: Stamp) => Stamp): object[] {
  return apart(old.id, 'tasks', old.tasks).map(({ addedAt, updatedAt, ...task }) => {
    const stamp = next(addedAt);
    const updated = stamped(stampAt(Date.parse(updatedAt), before));
    const edits = updated > stamp ? { edits: { subject: updated, status: updated } } : {};
    return { ...setAside(task, ['stamp', 'edits', 'at']), stamp, at: addedAt, ...edits };
  });
}

function questionsOf(old: Session4, next: Next, stamped: (stamp: Stamp) => Stamp): object[] {
  return apart(old.id, 'questions', old.questions).map(({ answer, answeredAt, askedAt, ...question }) => {
    const at = answeredAt ?? askedAt;
    const id = idOf(old.id, 'answers', 0, [question.id, answer]);
    return {
      ...setAside(question, ['stamp', 'edits', 'at', 'answers']),
      stamp: next(askedAt),
      at: askedAt,
      answers:
        answer === null ? [] : [{ id, stamp: stamped(stampAt(Date.parse(at), before)), at, text: answer }],
    };
  });
}

/** A continuation inherited the steps of its parent: an id is of the text, not of the session, so that it is the same there. */
function stepsOf(old: Session4, next: Next): object[] {
  const times = new Map<string, number>();
  return old.nextSteps.map((text, rank) => {
    const nth = times.get(text) ?? 0;
    times.set(text, nth + 1);
    return {
      ...{ id: idOf('', 'nextSteps', nth, text), stamp: next(null), at: old.startedAt },
      ...{ text, rank, done: null },
    };
  });
}

function commitsOf(old: Session4, next: Next): object[] {
  const first = new Map<string, Session4['commits'][number]>();
  for (const commit of old.commits) if (!first.has(commit.sha)) first.set(commit.sha, commit);
  return [...first.values()].map(({ sha, ...commit }) => ({
    ...setAside(commit, ['id', 'stamp', 'edits']),
    id: sha,
    stamp: next(commit.at),
  }));
}

/** What is its own id is there once. */
function named(list: readonly string[], next: Next): object[] {
  return [...new Set(list)].map(id => ({ id, stamp: next(null) }));
}

function historyOf(old: Session4, next: Next): object[] {
  return saidIn(old).map(({ to, ...change }, index) => ({
    ...setAside(change, ['id', 'stamp', 'edits', 'what', 'old']),
    // As a session that begins today has it, so that a continuation is the same whoever makes it.
    id: index === 0 && to === 'active' ? 'start' : idOf(old.id, 'history', index, [change.at, to]),
    stamp: next(change.at),
    what: to,
  }));
}

/**
 * The history of a session, with what its own fields say of its status where that is not in it (a document that was
 * edited by hand, or came from elsewhere): from now on the status is made of the history.
 */
function saidIn(old: Session4): Session4['history'] {
  const { startedAt, lastHeartbeatAt, status, parkedAt, parkedReason, outcome } = old;
  type Change = Session4['history'][number];
  const said: Change[] =
    old.history.length > 0 ? [...old.history] : [{ at: startedAt, to: 'active', note: null }];
  const opened = () => said.findLastIndex(({ to }) => to === 'active');
  const isOver = (to: Change['to']) => said.slice(opened() + 1).some(change => change.to === to);
  const isSaid = (to: Change['to'], at: string | null, note: string | null) => {
    const last = said.slice(opened() + 1).findLast(change => change.to === to);
    return last !== undefined && last.note === note && (at === null || last.at === at);
  };
  const parked: Change = { at: parkedAt ?? old.endedAt ?? lastHeartbeatAt, to: 'parked', note: parkedReason };
  const ended: Change = { at: old.endedAt ?? lastHeartbeatAt, to: 'completed', note: outcome };
  // Of a session that is open again, words of its last end may still stand there.
  if (status === 'active' && parkedReason !== null) said.push(parked);
  if (status !== 'completed' && outcome !== null) said.push(ended);
  const isOpenAgain =
    status !== 'completed' && (isOver('completed') || (status === 'active' && isOver('parked')));
  if (isOpenAgain) said.push({ at: lastHeartbeatAt, to: 'active', note: null });
  const wasParked =
    status !== 'active' && (status === 'parked' || parkedAt !== null || parkedReason !== null);
  if (wasParked && !isSaid('parked', parkedAt, parkedReason)) {
    const end = said.findLastIndex(({ to }) => to === 'completed');
    said.splice(end > opened() ? end : said.length, 0, parked);
  }
  if (status === 'completed' && !isSaid('completed', old.endedAt, outcome)) said.push(ended);
  return said;
}

/** A session that was resumed without a claim came in by an import: then its continuation is not made from it. */
function claimOf4(old: Session4, id: string, next: Next): object {
  const { root, commonDir } = old.project;
  const at = old.endedAt ?? old.lastHeartbeatAt;
  const { intent, branch } = old;
  const { worktree, ...claim } = old.continuation ?? {
    ...{ at, intent, branch, worktree: old.worktree, head: null, agent: null, made: true },
  };
  const where = { machine: before, worktree, root, commonDir };
  const isOurs = old.continuation === null;
  return {
    ...(isOurs ? claim : setAside(claim, ['id', 'stamp', 'edits', 'machine', 'order', 'where', 'made'])),
    ...{ id, stamp: next(claim.at), machine: before, order: 1, where },
  };
}
