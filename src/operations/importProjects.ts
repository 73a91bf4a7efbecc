import { basename, isAbsolute, resolve } from 'node:path';
import { realPath } from '../git/files.ts';
import { readRemote } from '../git/remote.ts';
import { roadmapOf } from '../model/ancestor.ts';
import { isObject, type Json, momentOf } from '../model/ancestorFields.ts';
import { isSessionError } from '../model/errors.ts';
import { newProject, type Project } from '../model/project.ts';
import type { ProjectRef } from '../model/session.ts';
import { readProjects, updateProject } from '../store/records.ts';
import { nameOf, type Place, placeOf, projectKey, registerProject, rootOf } from './places.ts';
import type { Services } from './services.ts';

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
  readonly ref: ProjectRef;
  /** Where sessions were of which no worktree is known. */
  readonly worktree: string;
  /** Where it is on this machine; null if nothing is left of it. */
  readonly place: Place | null;
  readonly isNew: boolean;
}

/**
 * Finds out which projects the ancestor's become, without writing. A folder that is still there is the
 * project it would be for `start`, so that old and new sessions stand together.
 */
export class ProjectPlanner {
  readonly #services: Services;
  readonly #places = new Map<string, Promise<Place | null>>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** The project of a slug: by its folder, or by those of its sessions if it is gone or was never told. */
  async plan({ slug, config, worktrees }: AncestorProject): Promise<PlannedProject> {
    const told = absolute(config?.path);
    const name = typeof config?.name === 'string' && config.name !== '' ? config.name : null;
    const folders = [told, ...worktrees.map(absolute)].filter(folder => folder !== null);
    for (const folder of folders) {
      const place = await this.placeAt(folder);
      // Of a folder inside of a repository, the name is that folder's and not the repository's.
      if (place) return this.planAt(place, place.folder === rootOf(place) ? name : null);
    }
    const [root] = folders;
    const key =
      root === undefined ? projectKey(slug, `ancestor:${slug}`) : projectKey(basename(root) || slug, root);
    const known = (await readProjects(this.#services.store)).find(project => project.key === key);
    // Where nothing is known, a path that nothing is at: it must not hold the folder anybody is in.
    const folder = root ?? resolve('/', 'unknown', slug.replace(/[^A-Za-z0-9_-]+/g, '-') || 'project');
    const ref = refOf(known, {
      key,
      name: known?.name ?? name ?? slug,
      root: folder,
      commonDir: null,
      remote: null,
    });
    return { ref, worktree: folder, place: null, isNew: known === undefined };
  }

  async planAt(place: Place, wantedName: string | null = null): Promise<PlannedProject> {
    const { git } = place;
    const root = rootOf(place);
    const { commonDir } = place;
    const known = commonDir !== null || place.project?.roots.includes(root) ? place.project : null;
    const ownName = nameOf(commonDir, root);
    const key = known?.key ?? projectKey(ownName, commonDir ?? root);
    const remote = known?.remote ?? (commonDir === null ? null : await readRemote(commonDir));
    const ref = refOf(known, { key, name: known?.name ?? wantedName ?? ownName, root, commonDir, remote });
    return { ref, worktree: git?.root ?? place.folder, place, isNew: known === null };
  }

  /** The place of a folder that may be gone; each is looked at once. */
  placeAt(folder: string): Promise<Place | null> {
    let place = this.#places.get(folder);
    if (place === undefined) {
      place = placeOf(this.#services, folder).catch(error => {
        if (isSessionError(error, 'not_found')) return null;
        throw error;
      });
      this.#places.set(folder, place);
    }
    return place;
  }
}

/**
 * Writes a planned project, if there is anything to write: the record, and once for each slug what the
 * ancestor knew of it. What the record says already is not replaced.
 */
export async function writeProject(
  services: Services,
  planned: PlannedProject,
  source?: AncestorProject,
): Promise<void> {
  const { ref, place, isNew } = planned;
  if (place !== null) await registerProject(services, place);
  if (place !== null && source === undefined) return;
  const registeredAt = momentOf(source?.config?.registered_at);
  await updateProject(services.store, ref.key, current => {
    const now = services.now();
    const fresh = newProject(
      { key: ref.key, name: ref.name, root: ref.root, commonDir: ref.commonDir, remote: ref.remote },
      now,
    );
    // Where nothing is left, and nothing was known, there is no root.
    const project = current ?? (source && !hasPath(source) ? { ...fresh, roots: [] } : fresh);
    const named = isNew
      ? { ...project, name: ref.name, registeredAt: registeredAt ?? project.registeredAt }
      : project;
    return source ? withAncestor(named, source) : named;
  });
}

/** True if everything that is known of a slug has been taken over before. */
export function isTakenOver(project: Project | undefined, slug: string): boolean {
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

/** The real path of a worktree that is there; one that is gone by the name it had. */
export async function worktreeOf(root: string): Promise<string> {
  return (await realPath(root)) ?? root;
}

export function absolute(path: unknown): string | null {
  return typeof path === 'string' && isAbsolute(path) ? path : null;
}

function hasPath({ config, worktrees }: AncestorProject): boolean {
  return [config?.path, ...worktrees].some(path => absolute(path) !== null);
}

function refOf(known: Project | null | undefined, found: Omit<ProjectRef, 'firstCommit'>): ProjectRef {
  return { ...found, firstCommit: known?.firstCommit ?? null };
}
