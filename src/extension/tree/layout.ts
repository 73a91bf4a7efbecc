import type { SummaryEntry, Unreadable } from '../../store/summaries.ts';
import type { Scope } from '../sessionsModel.ts';
import {
  type Groups,
  type ProjectName,
  type SessionGroup,
  type Snapshot,
  sessionGroups,
} from '../snapshot.ts';
import { matches, type SessionFilter } from './filter.ts';

/** How many completed sessions are shown before a "Show all". */
const recentlyCompleted = 20;

/** What stands where in the list: a snapshot, narrowed down to what is shown of it. */
export interface Layout {
  readonly scope: Scope;
  /** One for each project that has rows; in the scope of this window's project a single one without a name. */
  readonly parts: readonly LayoutPart[];
  readonly unreadable: readonly Unreadable[];
}

export interface LayoutPart {
  readonly project: ProjectName | null;
  /** Only groups that have rows. */
  readonly groups: readonly LayoutGroup[];
}

export interface LayoutGroup {
  readonly id: string;
  readonly group: SessionGroup;
  readonly rows: readonly SummaryEntry[];
  /** How many more there are. */
  readonly hidden: number;
}

/** The id of the row of a project. */
export function projectRowId(key: string): string {
  return `project/${key}`;
}

/** The id of the group of all documents that cannot be read. */
export const unreadableId = 'unreadable';

export function isNothing({ parts, unreadable }: Layout): boolean {
  return parts.length === 0 && unreadable.length === 0;
}

/** Lays out snapshots by the same rules. What two of them share is laid out once. */
export class Layouter {
  readonly #filter: SessionFilter;
  /** The groups, by their ids, of which all completed sessions are shown instead of the newest ones. */
  readonly #whole: ReadonlySet<string>;
  readonly #parts = new WeakMap<Groups, LayoutPart>();
  readonly #fits = new WeakMap<SummaryEntry, boolean>();
  #last: { readonly snapshot: Snapshot; readonly layout: Layout } | undefined;

  constructor(filter: SessionFilter, whole: ReadonlySet<string>) {
    this.#filter = filter;
    this.#whole = whole;
  }

  layout(snapshot: Snapshot, scope: Scope): Layout {
    if (this.#last?.snapshot === snapshot && this.#last.layout.scope === scope) return this.#last.layout;
    const parts =
      scope === 'all'
        ? snapshot.projects.map(({ key, name, groups }) => this.#part(groups, { key, name }))
        : [this.#part(snapshot.here, null)];
    const layout = {
      scope,
      parts: parts.filter(({ groups }) => groups.length > 0),
      unreadable: snapshot.unreadable,
    };
    this.#last = { snapshot, layout };
    return layout;
  }

  #part(groups: Groups, project: ProjectName | null): LayoutPart {
    const known = this.#parts.get(groups);
    // A project's record can give it another name.
    if (known?.project?.name === project?.name && known?.project?.key === project?.key && known) return known;
    const part = {
      project,
      groups: sessionGroups
        .map(group => this.#group(`${project?.key ?? 'here'}/${group}`, group, groups[group]))
        .filter(({ rows }) => rows.length > 0),
    };
    this.#parts.set(groups, part);
    return part;
  }

  #group(id: string, group: SessionGroup, entries: readonly SummaryEntry[]): LayoutGroup {
    const { words, tags } = this.#filter;
    const isNarrowed = words.length > 0 || tags.length > 0;
    const all = isNarrowed ? entries.filter(entry => this.#isFitting(entry)) : entries;
    const isWhole = group !== 'completed' || this.#whole.has(id);
    const rows = isWhole ? all : all.slice(0, recentlyCompleted);
    return { id, group, rows, hidden: all.length - rows.length };
  }

  #isFitting(entry: SummaryEntry): boolean {
    const known = this.#fits.get(entry);
    if (known !== undefined) return known;
    const isFitting = matches(entry.summary, this.#filter);
    this.#fits.set(entry, isFitting);
    return isFitting;
  }
}

/** Where a session stands; undefined where it is not shown. */
export function placeIn({ parts }: Layout, id: string): { part: LayoutPart; group: LayoutGroup } | undefined {
  for (const part of parts) {
    const group = part.groups.find(({ rows }) => rows.some(entry => entry.id === id));
    if (group) return { part, group };
  }
  return undefined;
}

/**
 * The ids of the rows under which others stand than before, or in another order; null where that is so at the top.
 * Rows that only say something else are not among them.
 */
export function changedLists(before: Layout, now: Layout): string[] | null {
  const isSameTop =
    before.scope === now.scope &&
    before.parts.length === now.parts.length &&
    (before.unreadable.length === 0) === (now.unreadable.length === 0) &&
    now.parts.every(({ project }, index) => isSameProject(before.parts[index]?.project, project));
  if (!isSameTop) return null;
  const changed: string[] = [];
  for (const [index, { project, groups }] of now.parts.entries()) {
    const old = before.parts[index]?.groups ?? [];
    if (old === groups) continue;
    if (!isSame(old, groups, ({ id }) => id)) {
      if (project === null) return null;
      changed.push(projectRowId(project.key));
    } else {
      changed.push(...groups.filter((group, at) => !isSameGroup(old[at], group)).map(({ id }) => id));
    }
  }
  if (!isSame(before.unreadable, now.unreadable, each => each)) changed.push(unreadableId);
  return changed;
}

function isSameProject(a: ProjectName | null | undefined, b: ProjectName | null): boolean {
  return a?.key === b?.key && a?.name === b?.name;
}

function isSameGroup(a: LayoutGroup | undefined, b: LayoutGroup): boolean {
  return a !== undefined && a.hidden === b.hidden && isSame(a.rows, b.rows, ({ id }) => id);
}

function isSame<T>(a: readonly T[], b: readonly T[], nameOf: (item: T) => unknown): boolean {
  return a === b || (a.length === b.length && a.every((item, at) => nameOf(item) === nameOf(b[at] as T)));
}
