import type { FolderPlace, ImportedProject } from '../ancestor/projects.ts';
import { readAncestor } from '../ancestor/readAncestor.ts';
import { isSessionError } from '../model/errors.ts';
import { updateProject } from '../store/records.ts';
import { attempt, checked, type ImportResult, type Incoming, reasonOf } from './importResult.ts';
import { nameOf, placeOf, projectKey, registerProject, rootOf } from './places.ts';
import type { Services } from './services.ts';

/** Makes the projects of the ancestor's folder, and gives its sessions as ours. */
export async function importAncestor(
  services: Services,
  root: string,
  result: ImportResult,
): Promise<Incoming[]> {
  const placeAt = (folder: string) => folderPlace(services, folder);
  const { projects, sessions, failed } = await readAncestor(root, {
    store: services.store,
    placeAt,
    keyOf: projectKey,
  });
  for (const { file, error } of failed) result.failed.push({ file, message: reasonOf(error) });
  for (const project of projects)
    await attempt(result, project.file, () => takeProject(services, project, result));
  const incoming: Incoming[] = [];
  for (const { file, session } of sessions) {
    await attempt(result, file, async () => {
      incoming.push({ file, session: checked(session, session.id, file) });
    });
  }
  return incoming;
}

/** Counts a project, and makes it or adds to it. */
async function takeProject(
  services: Services,
  { key, isNew, folder, change }: ImportedProject,
  result: ImportResult,
): Promise<void> {
  const { added, present } = result.projects;
  const isCounted = added.includes(key) || present.includes(key);
  if (!isCounted) (isNew ? added : present).push(key);
  if (result.dryRun || (isCounted && change === null)) return;
  // Looked at again: the projects before this one may have made its record.
  if (folder !== null) await registerProject(services, await placeOf(services, folder));
  if (change !== null) await updateProject(services.store, key, current => change(current, services.now()));
}

async function folderPlace(services: Services, folder: string): Promise<FolderPlace | null> {
  try {
    const place = await placeOf(services, folder);
    const { git, commonDir, project } = place;
    const root = rootOf(place);
    const name = nameOf(commonDir, root);
    return { folder: place.folder, worktree: git?.root ?? null, commonDir, root, name, project };
  } catch (error) {
    if (isSessionError(error, 'not_found')) return null;
    throw error;
  }
}
