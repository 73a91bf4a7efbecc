import type { Change, FeedItem } from '../store/changeFeed.ts';
import { SummaryEntry, type Unreadable } from '../store/summaries.ts';

/** What a session wants from the person. It stands in one group: one that needs them is not listed as active again. */
export const sessionGroups = ['needs', 'active', 'parked', 'completed'] as const;
export type SessionGroup = (typeof sessionGroups)[number];

/** Sessions by group, each list with the newest activity first. */
export type Groups = Readonly<Record<SessionGroup, readonly SummaryEntry[]>>;

export interface ProjectSessions {
  readonly key: string;
  readonly name: string;
  readonly groups: Groups;
}

/** A project as sessions are shown under it: records of one project that moved count as one. */
export type ProjectName = Pick<ProjectSessions, 'key' | 'name'>;

/** What a snapshot depends on besides the sessions. */
export interface Surroundings {
  /** The keys of the projects that the window's folders belong to. */
  readonly here: ReadonlySet<string>;
  /** By the key that a session has. One that is missing is shown under its own key, and as its sessions call it. */
  readonly projects: ReadonlyMap<string, ProjectName>;
}

/**
 * All sessions at one moment, grouped and sorted once for whoever draws them. It never changes: a change makes the
 * next one, which shares with it every list that is the same, so that comparing two lists tells whether to draw.
 */
export interface Snapshot {
  readonly all: Groups;
  /** Those of the window's own projects. */
  readonly here: Groups;
  /** Only projects that have sessions, by name. */
  readonly projects: readonly ProjectSessions[];
  /** By id. */
  readonly unreadable: readonly Unreadable[];
}

/** From so many changes at once on, a snapshot made from nothing is cheaper: each change looks through the lists. */
const manyChanges = 64;

const noSessions: Groups = { needs: [], active: [], parked: [], completed: [] };
export const emptySnapshot: Snapshot = { all: noSessions, here: noSessions, projects: [], unreadable: [] };

export function groupOf(entry: SummaryEntry): SessionGroup {
  // Of most sessions the summary is never taken out of the cache.
  if (entry.status === 'active') return entry.summary.needs === null ? 'active' : 'needs';
  return entry.status === 'parked' ? 'parked' : 'completed';
}

/** The project that sessions of this key are shown under. */
export function shownKey(key: string, { projects }: Surroundings): string {
  return projects.get(key)?.key ?? key;
}

/** The snapshot made from nothing. */
export function snapshotOf(items: Iterable<FeedItem>, around: Surroundings): Snapshot {
  const entries: SummaryEntry[] = [];
  const unreadable: Unreadable[] = [];
  for (const item of items) {
    if (item instanceof SummaryEntry) entries.push(item);
    else unreadable.push(item);
  }
  entries.sort(newestFirst);
  const byProject = new Map<string, SummaryEntry[]>();
  for (const entry of entries) {
    const key = shownKey(entry.projectKey, around);
    const own = byProject.get(key);
    if (own) own.push(entry);
    else byProject.set(key, [entry]);
  }
  const projects = [...byProject].map(([key, own]) => projectOf(key, grouped(own), around));
  return {
    all: grouped(entries),
    here: grouped(entries.filter(({ projectKey }) => around.here.has(projectKey))),
    projects: projects.sort(byName),
    unreadable: unreadable.sort(byId),
  };
}

/** The snapshot after some changes; `items` are all sessions as they are after them. */
export function nextSnapshot(
  before: Snapshot,
  changes: readonly Change[],
  items: Iterable<FeedItem>,
  around: Surroundings,
): Snapshot {
  if (changes.length >= manyChanges) return snapshotOf(items, around);
  return changes.reduce((snapshot, change) => afterChange(snapshot, change, around), before);
}

function afterChange(snapshot: Snapshot, { id, before, after }: Change, around: Surroundings): Snapshot {
  const now = after instanceof SummaryEntry ? after : null;
  const isHere = now !== null && around.here.has(now.projectKey);
  const keys = [before, now].flatMap(item =>
    item instanceof SummaryEntry ? [shownKey(item.projectKey, around)] : [],
  );
  let { projects, unreadable } = snapshot;
  for (const key of new Set(keys)) {
    const isOf = now !== null && shownKey(now.projectKey, around) === key;
    projects = replacedIn(projects, key, id, isOf ? now : null, around);
  }
  if (before !== null && !(before instanceof SummaryEntry))
    unreadable = unreadable.filter(each => each.id !== id);
  if (after !== null && !(after instanceof SummaryEntry)) unreadable = [...unreadable, after].sort(byId);
  return {
    all: replaced(snapshot.all, id, now),
    here: replaced(snapshot.here, id, isHere ? now : null),
    projects,
    unreadable,
  };
}

/** The projects with a session of one of them as it is now; null where it is none of its sessions any more. */
function replacedIn(
  projects: readonly ProjectSessions[],
  key: string,
  id: string,
  now: SummaryEntry | null,
  around: Surroundings,
): readonly ProjectSessions[] {
  const at = projects.findIndex(project => project.key === key);
  const project = projects[at];
  const next = projectOf(key, replaced(project?.groups ?? noSessions, id, now), around);
  if (project !== undefined && next.name === project.name && !isNone(next.groups))
    return projects.with(at, next);
  const others = projects.filter(each => each !== project);
  return isNone(next.groups) ? others : [...others, next].sort(byName);
}

/** The groups with a session as it is now; null where it is in none of them. What it does not touch is the same. */
function replaced(groups: Groups, id: string, now: SummaryEntry | null): Groups {
  const next: Record<SessionGroup, readonly SummaryEntry[]> = { ...groups };
  const wanted = now && groupOf(now);
  let isSame = true;
  for (const group of sessionGroups) {
    const at = groups[group].findIndex(entry => entry.id === id);
    if (at === -1 && group !== wanted) continue;
    isSame = false;
    const others = at === -1 ? groups[group] : groups[group].toSpliced(at, 1);
    next[group] = now !== null && group === wanted ? withEntry(others, now) : others;
  }
  return isSame ? groups : next;
}

function withEntry(list: readonly SummaryEntry[], entry: SummaryEntry): readonly SummaryEntry[] {
  const at = list.findIndex(each => newestFirst(entry, each) < 0);
  return list.toSpliced(at === -1 ? list.length : at, 0, entry);
}

function grouped(sorted: readonly SummaryEntry[]): Groups {
  const groups: Record<SessionGroup, SummaryEntry[]> = { needs: [], active: [], parked: [], completed: [] };
  for (const entry of sorted) groups[groupOf(entry)].push(entry);
  return groups;
}

function projectOf(key: string, groups: Groups, { projects }: Surroundings): ProjectSessions {
  const known = projects.get(key)?.name;
  if (known !== undefined) return { key, name: known, groups };
  const newest = sessionGroups.flatMap(group => groups[group].slice(0, 1)).sort(newestFirst)[0];
  return { key, name: newest?.summary.project.name ?? key, groups };
}

function isNone(groups: Groups): boolean {
  return sessionGroups.every(group => groups[group].length === 0);
}

/** The order of `byLastActivity`, from what is at hand of an entry. */
function newestFirst(a: SummaryEntry, b: SummaryEntry): number {
  if (a.lastActivityAt !== b.lastActivityAt) return a.lastActivityAt < b.lastActivityAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

function byName(a: ProjectSessions, b: ProjectSessions): number {
  return a.name.localeCompare(b.name) || (a.key < b.key ? -1 : 1);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
