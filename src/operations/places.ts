import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { kindOf, realPath } from '../git/files.ts';
import { normalizeRemote, readRemote } from '../git/remote.ts';
import { findRepository, type Worktree } from '../git/worktree.ts';
import { isSessionError, SessionError } from '../model/errors.ts';
import { newProject, type Project, relocate } from '../model/project.ts';
import type { Summary } from '../model/queries.ts';
import type { ProjectRef } from '../model/session.ts';
import { sha256 } from '../store/hex.ts';
import { readProjectRecords, readProjects, updateProject } from '../store/records.ts';
import { Summaries } from '../store/summaries.ts';
import type { Services } from './services.ts';

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
 * Finds the project of a folder. It is known by its git common folder; if that is new, by its remote,
 * provided that the folder where it was is gone (it moved); outside git, by the folder itself.
 * @throws SessionError `not_found` if there is no such folder
 */
export async function placeOf(services: Services, folder?: string): Promise<Place> {
  const real = await realPath(folder === undefined ? services.folder : resolve(services.folder, folder));
  if (real === null && folder === undefined) throw new SessionError('folder_gone', {});
  if (real === null) throw new SessionError('not_found', { what: 'folder', query: folder ?? '' });
  const [repository, { projects, unreadable }] = await Promise.all([
    findRepository(real, services.mayRunGit()),
    readProjectRecords(services.store),
  ]);
  const git = repository && 'root' in repository ? repository : null;
  const commonDir = repository?.commonDir ?? null;
  const found =
    commonDir === null
      ? findByFolder(projects, real)
      : await findByRepository(services, projects, commonDir, git?.root ?? null);
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
  const isHere = ({ project: { commonDir, root } }: Summary) =>
    repository === null ? commonDir === null && contains(root, folder) : commonDir === repository;
  const here = lists.flatMap(({ entries }) => entries).filter(({ summary }) => isHere(summary));
  return new Set(here.map(({ projectKey }) => projectKey));
}

/**
 * The project of a place, made or brought up to date where that is needed: for operations that write. A record of a
 * newer version is left as it is: a session says itself what it is of.
 */
export async function registerProject(
  services: Services,
  place: Place,
  root = rootOf(place),
): Promise<Project> {
  const { commonDir } = place;
  // Outside git a folder is a project of its own, also inside of one that was used before.
  const known = commonDir !== null || place.project?.roots.includes(root) ? place.project : null;
  const isKnownHere =
    known?.roots.includes(root) && (commonDir === null || known.commonDirs.includes(commonDir));
  if (known && isKnownHere) return known;
  const remote = commonDir === null ? null : await readRemote(commonDir);
  const name = nameOf(commonDir, root);
  const key = known?.key ?? projectKey(name, commonDir ?? root);
  const now = services.now();
  const from = (current: Project | null) =>
    current === null
      ? newProject({ key, name, root, commonDir, remote }, now)
      : relocate(current, { root, commonDir, remote });
  const project = await updateProject(services.store, key, from).catch(error => {
    if (isSessionError(error, 'newer_schema')) return from(known);
    throw error;
  });
  if (project === null) throw new SessionError('not_found', { what: 'project', query: key });
  if (commonDir !== null && project.identifiedAt === null) services.identifyLater(project);
  return project;
}

/** What a session keeps of its project. */
export function projectRef(project: Project, place: Place): ProjectRef {
  return {
    key: project.key,
    name: project.name,
    root: rootOf(place),
    commonDir: place.commonDir,
    firstCommit: project.firstCommit,
    remote: project.remote,
  };
}

/** The project's folder as seen from a place: what its repository is called after, else the worktree, else the folder. */
export function rootOf({ commonDir, git, folder }: Place): string {
  if (commonDir === null) return folder;
  return hasNameOfItsOwn(commonDir) ? (git?.root ?? commonDir) : dirname(commonDir);
}

/** False for a repository that lies in the folder it belongs to, under one of the usual names. */
function hasNameOfItsOwn(commonDir: string): boolean {
  return !['.git', '.bare', 'bare', '.repo'].includes(basename(commonDir));
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

/** How long git may take to tell a repository's first commit on the way of a command, in milliseconds. */
const firstCommitMs = 2_000;

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
  // Only one that is gone from where it was can have moved here.
  const gone: Project[] = [];
  for (const project of projects)
    if (project.mergedInto === null && project.commonDirs.length > 0 && (await isGone(project)))
      gone.push(project);
  if (gone.length === 0) return null;
  const remote = await readRemote(commonDir);
  const wanted = remote === null ? null : normalizeRemote(remote);
  const remoteOf = (project: Project) => (project.remote === null ? null : normalizeRemote(project.remote));
  const byRemote = wanted === null ? undefined : gone.find(project => remoteOf(project) === wanted);
  if (byRemote || root === null) return byRemote ?? null;
  // Another remote says that it is another project, whatever they have in common.
  const possible = gone.filter(project => remoteOf(project) === null || wanted === null);
  return possible.length === 0 || !services.mayRunGit() ? null : findByCommits(services, possible, root);
}

/** The project that has begun with the same commit; where that is not known yet, one whose sessions began in this history. */
async function findByCommits(
  { store }: Services,
  possible: readonly Project[],
  root: string,
): Promise<Project | null> {
  // Only where there is work that is looked for is git asked: it takes longer than all the rest.
  const keys = new Set(possible.map(({ key }) => key));
  const { entries } = await new Summaries(store.fs, store.home).list('sessions', { projects: keys });
  const open = entries.filter(entry => entry.status !== 'completed');
  if (open.length === 0) return null;
  const { firstCommit, isInHistory } = await import('../git/capture.ts');
  const first = await firstCommit(root, firstCommitMs).catch(() => null);
  const same = first === null ? undefined : possible.find(project => project.firstCommit === first);
  if (same) return same;
  for (const project of possible) {
    if (project.firstCommit !== null) continue;
    const starts = open
      .filter(entry => entry.projectKey === project.key)
      .map(({ summary }) => summary.startHead);
    for (const start of new Set(starts))
      if (start !== null && (await isInHistory(root, start, firstCommitMs).catch(() => false)))
        return project;
  }
  return null;
}

/** The project with the deepest known root that holds the folder; what is in git is found by its repository. */
function findByFolder(projects: readonly Project[], folder: string): Project | null {
  const plain = projects.filter(project => project.commonDirs.length === 0);
  const roots = plain.flatMap(project => project.roots).filter(root => contains(root, folder));
  const deepest = roots.sort((a, b) => b.length - a.length)[0];
  return plain.find(project => deepest !== undefined && project.roots.includes(deepest)) ?? null;
}

function followMerge(projects: readonly Project[], project: Project): Project {
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
  const folder = hasNameOfItsOwn(commonDir) ? commonDir : dirname(commonDir);
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
