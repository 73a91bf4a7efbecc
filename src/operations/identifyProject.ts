import { firstCommit } from '../git/capture.ts';
import { normalizeRemote } from '../git/remote.ts';
import { GitError } from '../git/runGit.ts';
import { type Project, relocate } from '../model/project.ts';
import { readProjects, updateProject } from '../store/records.ts';
import { isGone } from './places.ts';
import type { Services } from './services.ts';

/**
 * Finds a project's first commit, once, beside the work and never on the way of a command: in a large
 * repository it takes seconds. If a project with the same first commit is gone from where it was (and
 * no remote says otherwise), this is that project, moved: the new record becomes a second name of it.
 */
export async function identifyProject(services: Services, key: string, timeoutMs: number): Promise<void> {
  const projects = await readProjects(services.store);
  const project = projects.find(other => other.key === key);
  const root = project?.roots[0];
  if (project === undefined || root === undefined || project.identifiedAt !== null) return;
  const commit = await firstOf([root, ...project.commonDirs.slice(0, 1)], timeoutMs);
  const moved = commit === null ? null : await findMoved(projects, project, commit);
  await updateProject(services.store, key, current =>
    // A repository without a commit is asked again when it has one.
    current && commit !== null
      ? {
          ...current,
          firstCommit: commit,
          identifiedAt: services.now().toISOString(),
          mergedInto: moved?.key ?? current.mergedInto,
        }
      : current,
  );
  if (moved === null) return;
  const place = { root, commonDir: project.commonDirs[0] ?? null, remote: project.remote };
  await updateProject(services.store, moved.key, current => current && relocate(current, place));
}

/** The first commit, from the project's folder; one that only holds a bare repository tells none, but the repository does. */
async function firstOf(folders: readonly string[], timeoutMs: number): Promise<string | null> {
  for (const folder of folders) {
    const commit = await firstCommit(folder, timeoutMs).catch(error => {
      if (error instanceof GitError) return null;
      throw error;
    });
    if (commit !== null) return commit;
  }
  return null;
}

async function findMoved(
  projects: readonly Project[],
  project: Project,
  commit: string,
): Promise<Project | null> {
  for (const other of projects) {
    if (other.key === project.key || other.mergedInto !== null || other.firstCommit !== commit) continue;
    if (other.remote && project.remote && normalizeRemote(other.remote) !== normalizeRemote(project.remote))
      continue;
    if (await isGone(other)) return other;
  }
  return null;
}
