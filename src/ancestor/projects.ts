import { basename, isAbsolute, resolve } from 'node:path';
import { readRemote } from '../git/remote.ts';
import { isObject, type Json } from '../model/json.ts';
import { newProject, type Project } from '../model/project.ts';
import type { Session4 } from '../model/session4.ts';
import { readProjects } from '../store/records.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import { roadmapOf } from './documents.ts';
import { momentOf } from './fields.ts';

/** How folders and projects are known here: the import hands it in, so that old and new sessions stand together. */
export interface Surroundings {
  readonly store: SessionStore;
  /** Where a folder is, by its real path; null if it is gone. */
  placeAt(folder: string): Promise<FolderPlace | null>;
  /** The key of a project, from its name and from what makes it this one. */
  keyOf(name: string, identity: string): string;
}

export interface FolderPlace {
  readonly folder: string;
  /** The root of its git worktree; null outside git. */
  readonly worktree: string | null;
  /** Where its repository keeps what its worktrees share; null outside git. */
  readonly commonDir: string | null;
  /** The folder of the project it belongs to, and what that is called after it. */
  readonly root: string;
  readonly name: string;
  /** That project's record, if it has one. */
  readonly project: Project | null;
}

/** What the ancestor tells of a project, which it knows by a slug. */
export interface AncestorProject {
  readonly slug: string;
  /** Its entry in `config.json`. */
  config: Json | null;
  /** Its own file in `projects/`. */
  state: Json | null;
  /** Where its sessions were, the newest first. */
  readonly worktrees: string[];
}

/** The project of ours that one of the ancestor's becomes. */
export interface PlannedProject {
  readonly ref: Session4['project'];
  /** Where sessions were of which no worktree is known. */
  readonly worktree: string;
  /** Where it is on this machine; null if nothing is left of it. */
  readonly place: FolderPlace | null;
  /** Its record, if it has one. */
  readonly known: Project | null;
  /** False if it has a record, or an earlier one of the same import makes it. */
  readonly isNew: boolean;
}

/** A project to be imported: what is to be done for it is done by who asked for the import. */
export interface ImportedProject {
  /** The file that tells of it, for telling about it. */
  readonly file: string;
  readonly key: string;
  readonly isNew: boolean;
  /** Where it is on this machine, to be known as its folder; null: nowhere, or nothing is to be done. */
  readonly folder: string | null;
  /** Its record with what the ancestor knew, which replaces nothing; null: nothing is to be added. */
  readonly change: ((current: Project | null, now: Date) => Project) | null;
}

/**
 * Finds out which projects the ancestor's become, without writing. A folder that is still there is the
 * project it would be for `start`, so that old and new sessions stand together.
 */
export class ProjectPlanner {
  readonly #around: Surroundings;
  readonly #places = new Map<string, Promise<FolderPlace | null>>();
  /** What was planned first for a key: of several slugs for one repository that one names it. */
  readonly #first = new Map<string, PlannedProject>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** The project of a slug: by its folder, or by those of its sessions if it is gone or was never told. */
  async plan({ slug, config, worktrees }: AncestorProject): Promise<PlannedProject> {
    const told = absolute(config?.path);
    const name = typeof config?.name === 'string' && config.name !== '' ? config.name : null;
    const folders = [told, ...worktrees.map(absolute)].filter(folder => folder !== null);
    for (const folder of folders) {
      const place = await this.placeAt(folder);
      // Of a folder inside of a repository, the name is that folder's and not the repository's.
      if (place) return this.planAt(place, place.folder === place.root ? name : null);
    }
    const { keyOf, store } = this.#around;
    const [root] = folders;
    const key = root === undefined ? keyOf(slug, `ancestor:${slug}`) : keyOf(basename(root) || slug, root);
    const known = (await readProjects(store)).find(project => project.key === key) ?? null;
    // Where nothing is known, a path that nothing is at: it must not hold the folder anybody is in.
    const folder = root ?? resolve('/', 'unknown', slug.replace(/[^A-Za-z0-9_-]+/g, '-') || 'project');
    const found = { key, name: name ?? slug, root: folder, commonDir: null, remote: null };
    return this.#planned(known, found, { worktree: folder, place: null });
  }

  async planAt(place: FolderPlace, wantedName: string | null = null): Promise<PlannedProject> {
    const { root, commonDir, name } = place;
    const known = commonDir !== null || place.project?.roots.includes(root) ? place.project : null;
    const key = known?.key ?? this.#around.keyOf(name, commonDir ?? root);
    const remote = known?.remote ?? (commonDir === null ? null : await readRemote(commonDir));
    const found = { key, name: wantedName ?? name, root, commonDir, remote };
    return this.#planned(known, found, { worktree: place.worktree ?? place.folder, place });
  }

  /** The place of a folder that may be gone; each is looked at once. */
  placeAt(folder: string): Promise<FolderPlace | null> {
    let place = this.#places.get(folder);
    if (place === undefined) {
      place = this.#around.placeAt(folder);
      this.#places.set(folder, place);
    }
    return place;
  }

  #planned(
    known: Project | null,
    found: Omit<Session4['project'], 'firstCommit'>,
    where: Pick<PlannedProject, 'worktree' | 'place'>,
  ): PlannedProject {
    const first = this.#first.get(found.key);
    const name = known?.name ?? first?.ref.name ?? found.name;
    const ref = { ...found, name, firstCommit: known?.firstCommit ?? null };
    const planned = { ...where, ref, known, isNew: known === null && first === undefined };
    if (first === undefined) this.#first.set(found.key, planned);
    return planned;
  }
}

/** A planned project with what the ancestor knew of a slug; nothing is to be done where that was taken over before. */
export function importedProject(
  { ref, place, known, isNew }: PlannedProject,
  source: AncestorProject,
  file: string,
): ImportedProject {
  const { key, name, root, commonDir, remote } = ref;
  const project = { file, key, isNew };
  if (isTakenOver(known, source.slug)) return { ...project, folder: null, change: null };
  const change = (current: Project | null, now: Date) => {
    const fresh = newProject({ key, name, root, commonDir, remote }, now);
    // Where nothing is left, and nothing was known, there is no root.
    const record = current ?? (hasPath(source) ? fresh : { ...fresh, roots: [] });
    const registeredAt = momentOf(source.config?.registered_at) ?? record.registeredAt;
    return withAncestor(isNew ? { ...record, name, registeredAt } : record, source);
  };
  return { ...project, folder: place?.folder ?? null, change };
}

/** True if everything that is known of a slug has been taken over before. */
function isTakenOver(project: Project | null, slug: string): boolean {
  const ancestor = project?.ancestor;
  return isObject(ancestor) && Object.hasOwn(ancestor, slug);
}

function withAncestor(project: Project, { slug, config, state }: AncestorProject): Project {
  if (isTakenOver(project, slug)) return project;
  const roadmap = roadmapOf(state ?? {});
  const standing = new Set([...project.done, ...project.doing, ...project.upcoming]);
  const add = (list: readonly string[], items: readonly string[]) => [
    ...list,
    ...items.filter(item => !standing.has(item) && standing.add(item)),
  ];
  const { name, path, registered_at, ...others } = config ?? {};
  const facts = { ...others, ...(config === null ? {} : { name, path, registered_at }), ...roadmap.rest };
  const ancestor = isObject(project.ancestor) ? project.ancestor : {};
  return {
    ...project,
    phase: project.phase ?? roadmap.phase,
    doing: add(project.doing, roadmap.doing),
    done: add(project.done, roadmap.done),
    upcoming: add(project.upcoming, roadmap.upcoming),
    ancestor: { ...ancestor, [slug]: facts },
  };
}

export function absolute(path: unknown): string | null {
  return typeof path === 'string' && isAbsolute(path) ? path : null;
}

function hasPath({ config, worktrees }: AncestorProject): boolean {
  return [config?.path, ...worktrees].some(path => absolute(path) !== null);
}
