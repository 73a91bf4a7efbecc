import { commitsHere, firstCommit } from '../git/capture.ts';
import { normalizeRemote } from '../git/remote.ts';
import { GitError } from '../git/runGit.ts';
import type { Project } from '../model/project.ts';
import { Summaries } from '../store/summaries.ts';
import type { Services } from './services.ts';

/** A repository that no project is known for by its place. */
interface Repository {
  readonly root: string;
  readonly remote: string | null;
}

/** A project that is gone from where it was, with all keys that stand for it. */
interface Candidate {
  readonly project: Project;
  readonly keys: ReadonlySet<string>;
}

/**
 * Which of the projects that are gone from where they were a repository is: the one that began with the same
 * commit. Where a project's first commit is not known yet, the commits that its sessions began at tell it.
 * Git is asked only for projects with an open session, at first whether it has such a commit at all, which costs
 * little in any repository. Null if there is none, or more than one.
 */
export async function findMovedProject(
  services: Services,
  gone: readonly Candidate[],
  here: Repository,
): Promise<Project | null> {
  const { gitTimeoutSeconds } = await services.settings();
  const timeoutMs = gitTimeoutSeconds * 1000;
  const marks = await marksOf(
    services,
    gone.filter(({ project }) => !isOther(project, here)),
  );
  try {
    const all = [...marks.values()].flat();
    const known = all.length === 0 ? all : await commitsHere(here.root, all, timeoutMs);
    if (known.length === 0) return null;
    const first = await firstCommit(here.root, timeoutMs);
    const found: Project[] = [];
    for (const [project, commits] of marks) {
      const mark = commits.find(commit => known.includes(commit));
      if (first === null || mark === undefined) continue;
      const beginning = project.firstCommit ?? (await firstCommit(here.root, timeoutMs, mark));
      if (beginning === first) found.push(project);
    }
    return found.length === 1 ? (found[0] ?? null) : null;
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

/** True if the remote tells that it is not this project: it is another's, or the project's own folder was cloned. */
function isOther(project: Project, { remote }: Repository): boolean {
  if (remote === null) return false;
  const wanted = normalizeRemote(remote);
  if (project.remote !== null) return normalizeRemote(project.remote) !== wanted;
  return [...project.roots, ...project.commonDirs].some(folder => normalizeRemote(folder) === wanted);
}

/** For each project with an open session, the commits by which its repository is told. */
async function marksOf(services: Services, gone: readonly Candidate[]): Promise<Map<Project, string[]>> {
  const marks = new Map<Project, string[]>();
  const owners = new Map(gone.flatMap(({ project, keys }) => [...keys].map(key => [key, project] as const)));
  const summaries = new Summaries(services.store.fs, services.store.home);
  const { entries } = await summaries.list('sessions', { projects: new Set(owners.keys()) });
  for (const { summary } of entries) {
    const project = owners.get(summary.project.key);
    if (project === undefined || summary.status === 'completed') continue;
    const mark = project.firstCommit ?? summary.startHead;
    const known = marks.get(project) ?? [];
    if (mark === null || known.includes(mark)) continue;
    marks.set(project, [...known, mark]);
  }
  return marks;
}
