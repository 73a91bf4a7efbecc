import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import { kindOf, realPath } from '../git/files.ts';
import { normalizeRemote, readRemote } from '../git/remote.ts';
import { findRepository, type Worktree } from '../git/worktree.ts';
import { isSessionError, SessionError } from '../model/errors.ts';
import { newProject, type Project, relocate } from '../model/project.ts';
import type { Summary } from '../model/queries.ts';
import type { ProjectRef, Where } from '../model/session.ts';
import { sha256 } from '../store/hash.ts';
import { readProjectRecords, readProjects, updateProject } from '../store/records.ts';
import { Summaries } from '../store/summaries.ts';
import { pathFrom, type Services } from './services.ts';

/** Where a folder is: its worktree, and the project it belongs to, if that has been seen before. */
export interface Place {
  /** The folder itself, by its real path. */
  readonly folder: string;
  /** The git worktree's folder; null outside git. */
  readonly git: Worktree | null;
  /** Where the repository keeps what its worktrees share, also for a bare one beside them; null outside git. */
  readonly commonDir: string | null;
  readonly project: Project | null;
  /** All keys that stand for this project: its own, and those of records merged into it. */
  readonly keys: ReadonlySet<string>;
}

/**
 * Finds the project of a folder. It is known by its git common folder; if that is new, by its remote or its first
 * commit, provided that the folder where it was is gone (it moved); outside git, by the folder itself.
 * @throws SessionError `not_found` if there is no such folder, `folder_gone` if it is the caller's
 */
export async function placeOf(services: Services, folder?: string): Promise<Place> {
  const real = await realPath(folder === undefined ? services.folder : pathFrom(services, folder));
  if (real === null && folder === undefined) throw new SessionError('folder_gone', {});
  if (real === null) throw new SessionError('not_found', { what: 'folder', query: folder ?? '' });
  const [repository, { projects, unreadable }] = await Promise.all([
    findRepository(real, services.mayRunGit()),
    readProjectRecords(services.store),
  ]);
  const git = repository && 'root' in repository ? repository : null;
  const found = repository
    ? await findByRepository(services, projects, repository.commonDir, git?.root ?? null)
    : findByFolder(projects, real);
  const commonDir =
    repository?.commonDir ?? found?.commonDirs.find(dir => contains(groundOf(dir), real)) ?? null;
  const project = found && followMerge(projects, found);
  const keys = new Set(project ? keysOf(projects, project) : []);
  if (unreadable.size > 0)
    for (const key of await keysOfUnreadable(services, unreadable, commonDir, real)) keys.add(key);
  return { folder: real, git, commonDir, project, keys };
}

/** Of projects whose record cannot be read, those that are here by what their sessions say of them. */
async function keysOfUnreadable(
  { store }: Services,
  unreadable: ReadonlySet<string>,
  repository: string | null,
  folder: string,
): Promise<ReadonlySet<string>> {
  const summaries = new Summaries(store.fs, store.home);
  const lists = await Promise.all(
    (['sessions', 'archive'] as const).map(place => summaries.list(place, { projects: unreadable })),
  );
  const isHere = ({ where: { commonDir, root } }: Summary) =>
    repository === null ? commonDir === null && contains(root, folder) : commonDir === repository;
  const here = lists.flatMap(({ entries }) => entries).filter(({ summary }) => isHere(summary));
  return new Set(here.map(({ projectKey }) => projectKey));
}

/**
 * The project of a place, made or brought up to date where that is needed: for operations that write. A record of a
 * newer version, or one that cannot be read, is left as it is and told: a session says itself what it is of.
 */
export async function registerProject(services: Services, place: Place): Promise<Project> {
  const planned = await projectAt(services, place);
  if (planned === place.project) return planned;
  const here = await whereabouts(place);
  const project = await updateProject(services.store, planned.key, current =>
    current === null ? planned : broughtTo(current, here),
  ).catch(error => {
    if (!isSessionError(error, 'newer_schema') && !isSessionError(error, 'unreadable')) throw error;
    services.store.warn(error);
    return planned;
  });
  if (project === null) throw new SessionError('not_found', { what: 'project', query: planned.key });
  if (place.commonDir !== null && project.identifiedAt === null) services.identifyLater(project);
  return project;
}

/** The project of a place as `registerProject` would record it: for what is checked before anything is written. */
export async function projectAt(services: Services, place: Place): Promise<Project> {
  const root = rootOf(place);
  const { commonDir } = place;
  // Outside git a folder is a project of its own, also inside of one that was used before.
  const known = commonDir !== null || place.project?.roots.includes(root) ? place.project : null;
  const isKnownHere =
    known?.roots.includes(root) && (commonDir === null || known.commonDirs.includes(commonDir));
  if (known && isKnownHere) return known;
  const here = await whereabouts(place);
  if (known) return broughtTo(known, here);
  const name = nameOf(commonDir, root);
  return newProject({ key: projectKey(name, commonDir ?? root), name, ...here }, services.now());
}

/** Where a place's project is. */
type Whereabouts = Parameters<typeof relocate>[1];

async function whereabouts(place: Place): Promise<Whereabouts> {
  const { commonDir } = place;
  return { root: rootOf(place), commonDir, remote: commonDir === null ? null : await readRemote(commonDir) };
}

function broughtTo(project: Project, here: Whereabouts): Project {
  const { commonDir, root } = here;
  // Projects were once called by the name that a bare repository has in its folder, as all of them have.
  const isUnnamed = commonDir !== null && isHeld(commonDir) && project.name === basename(commonDir);
  return { ...relocate(project, here), name: isUnnamed ? nameOf(commonDir, root) : project.name };
}

/** What a session keeps of its project. */
export function projectRef({ key, name, firstCommit, remote }: Project): ProjectRef {
  return { key, name, firstCommit, remote };
}

/** Where a session that begins at a place is, on this machine. */
export function whereOf(place: Place): Omit<Where, 'machine'> {
  const { git, folder, commonDir } = place;
  return { worktree: git?.root ?? folder, root: rootOf(place), commonDir };
}

/** The project's folder as seen from a place: what its repository is called after, else the worktree, else the folder. */
export function rootOf({ commonDir, git, folder }: Place): string {
  if (commonDir === null) return folder;
  return isHeld(commonDir) ? dirname(commonDir) : (git?.root ?? commonDir);
}

/** True for a repository that lies in the folder it belongs to, under one of the usual names. */
function isHeld(commonDir: string): boolean {
  return ['.git', '.bare', 'bare', '.repo'].includes(basename(commonDir));
}

/** What belongs to a repository beside its worktrees: the folder that holds a bare one with them, else its own. */
function groundOf(commonDir: string): string {
  return isHeld(commonDir) && basename(commonDir) !== '.git' ? dirname(commonDir) : commonDir;
}

/** True if `path` is `folder` or lies in it. */
export function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** One project by its key, its name, or an unambiguous part of either. */
export async function findProject(services: Services, query: string): Promise<Project> {
  const projects = (await readProjects(services.store)).filter(project => project.mergedInto === null);
  const exact = projects.filter(({ key, name }) => key === query || name === query);
  const wanted = query.toLowerCase();
  const found = exact.length > 0 ? exact : projects.filter(({ key }) => key.toLowerCase().includes(wanted));
  const [only] = found;
  if (only === undefined) throw new SessionError('not_found', { what: 'project', query });
  if (found.length > 1) {
    const candidates = found.map(({ key, roots }) => ({ id: key, label: roots[0] ?? '' }));
    throw new SessionError('ambiguous', { what: 'project', query, candidates });
  }
  return only;
}

/** All keys that stand for a project. */
export function keysOf(projects: readonly Project[], project: Project): ReadonlySet<string> {
  return new Set(
    projects
      .filter(other => followMerge(projects, other).key === project.key)
      .map(other => other.key)
      .concat(project.key),
  );
}

/** True if nothing is left where the project's repository was: then it may be elsewhere now. */
export async function isGone(project: Project): Promise<boolean> {
  const folders = project.commonDirs.length > 0 ? project.commonDirs : project.roots;
  const kinds = await Promise.all(folders.map(kindOf));
  return kinds.every(kind => kind === null);
}

async function findByRepository(
  services: Services,
  projects: readonly Project[],
  commonDir: string,
  root: string | null,
): Promise<Project | null> {
  // A folder that was used before it became a repository is the same project.
  const isBefore = (project: Project) =>
    project.commonDirs.length === 0 && root !== null && project.roots.includes(root);
  const here = projects.find(project => project.commonDirs.includes(commonDir)) ?? projects.find(isBefore);
  if (here) return here;
  const known = projects.filter(project => project.mergedInto === null && project.commonDirs.length > 0);
  // One that left a link where it was is reached there, too.
  const reached = await Promise.all(known.map(project => Promise.all(project.commonDirs.map(realPath))));
  const linked = known.find((_, index) => reached[index]?.includes(commonDir));
  if (linked) return linked;
  // Only one that is gone from where it was can have moved here.
  const gone = known.filter((_, index) => reached[index]?.every(real => real === null));
  if (gone.length === 0) return null;
  const remote = await readRemote(commonDir);
  const wanted = remote === null ? null : normalizeRemote(remote);
  const byRemote = gone.find(project => project.remote && normalizeRemote(project.remote) === wanted);
  if (byRemote || root === null || !services.mayRunGit()) return byRemote ?? null;
  // Loaded only here: hardly anybody is in a repository that has moved.
  const { findMovedProject } = await import('./movedProject.ts');
  const candidates = gone.map(project => ({ project, keys: keysOf(projects, project) }));
  return findMovedProject(services, candidates, { root, remote });
}

/** The project with the deepest known root that holds the folder; of one in git, what is beside its worktrees. */
function findByFolder(projects: readonly Project[], folder: string): Project | null {
  const holding = projects.flatMap(project =>
    (project.commonDirs.length === 0 ? project.roots : project.commonDirs.map(groundOf))
      .filter(root => contains(root, folder))
      .map(root => ({ root, project })),
  );
  holding.sort((a, b) => b.root.length - a.root.length);
  return holding[0]?.project ?? null;
}

/** The project that a record turned out to be, which may be itself. */
export function followMerge(projects: readonly Project[], project: Project): Project {
  const seen = new Set<string>();
  let current = project;
  while (current.mergedInto !== null && !seen.has(current.key)) {
    seen.add(current.key);
    const target = projects.find(other => other.key === current.mergedInto);
    if (target === undefined) break;
    current = target;
  }
  return current;
}

/** What a project is called: after its repository's folder, else after the folder itself. */
export function nameOf(commonDir: string | null, root: string): string {
  if (commonDir === null) return basename(root) || root;
  const folder = isHeld(commonDir) ? dirname(commonDir) : commonDir;
  return basename(folder).replace(/\.git$/, '') || root;
}

/** The same for everyone who sees the same folder, so that two who start at once make one project. */
export function projectKey(name: string, identity: string): string {
  const slug =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'project';
  return `${slug}-${sha256(identity).slice(0, 8)}`;
}
