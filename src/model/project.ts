import * as z from 'zod/mini';
import { SessionError } from './errors.ts';
import { isSafeId } from './ids.ts';
import { listLimits } from './limits.ts';

/** The version of a project's record, which is raised when its shape changes, and not with that of sessions. */
export const projectVersion = 4;

const texts = z._default(z.array(z.string()), []);
const orNull = z._default(z.nullable(z.string()), null);

/**
 * A project: what its sessions belong to. It is known by its git common folders (`commonDirs`), its
 * remote and its first commit, with the folders it was seen in (`roots`) as a hint.
 * `mergedInto` says that this record turned out to be another project that had moved.
 */
export const projectSchema = z.looseObject({
  key: z.string().check(z.refine(isSafeId)),
  schemaVersion: z.int().check(z.minimum(projectVersion)),
  revision: z.int().check(z.minimum(1)),
  name: z.string(),
  roots: texts,
  commonDirs: texts,
  remote: orNull,
  firstCommit: orNull,
  /** When the first commit was looked for, so that it is done once. */
  identifiedAt: orNull,
  mergedInto: orNull,
  phase: orNull,
  done: texts,
  doing: texts,
  upcoming: texts,
  registeredAt: z.string(),
});

export type Project = z.infer<typeof projectSchema>;

export interface Roadmap {
  phase?: string | null | undefined;
  done?: readonly string[] | undefined;
  doing?: readonly string[] | undefined;
  upcoming?: readonly string[] | undefined;
  /** Items to take off the roadmap, from whichever list they stand in. */
  remove?: readonly string[] | undefined;
}

export interface NewProject {
  key: string;
  name: string;
  root: string;
  commonDir: string | null;
  remote: string | null;
}

export function newProject(input: NewProject, now: Date): Project {
  return {
    key: input.key,
    schemaVersion: projectVersion,
    revision: 1,
    name: input.name,
    roots: [input.root],
    commonDirs: input.commonDir === null ? [] : [input.commonDir],
    remote: input.remote,
    firstCommit: null,
    identifiedAt: null,
    mergedInto: null,
    phase: null,
    done: [],
    doing: [],
    upcoming: [],
    registeredAt: now.toISOString(),
  };
}

/** Sets the phase and puts the named items on the given lists. An item moves: it stands in one list only. */
export function setRoadmap(project: Project, input: Roadmap): Project {
  const given = new Set([
    ...(input.done ?? []),
    ...(input.doing ?? []),
    ...(input.upcoming ?? []),
    ...(input.remove ?? []),
  ]);
  const rest = (list: readonly string[]) => list.filter(item => !given.has(item));
  // An item that is given twice goes where it is furthest.
  const done = new Set(input.done ?? []);
  const doing = new Set((input.doing ?? []).filter(item => !done.has(item)));
  const upcoming = new Set((input.upcoming ?? []).filter(item => !done.has(item) && !doing.has(item)));
  const next = {
    ...project,
    phase: input.phase === undefined ? project.phase : input.phase,
    done: [...rest(project.done), ...done],
    doing: [...rest(project.doing), ...doing],
    upcoming: [...rest(project.upcoming), ...upcoming],
  };
  for (const list of [next.done, next.doing, next.upcoming]) {
    if (list.length > listLimits.roadmap) {
      throw new SessionError('over_limit', { field: 'roadmap', limit: listLimits.roadmap, unit: 'items' });
    }
  }
  return next;
}

/** Records where the project is now: the newest place first, older ones kept as hints. */
export function relocate(
  project: Project,
  place: { root: string; commonDir: string | null; remote: string | null },
): Project {
  return {
    ...project,
    roots: [place.root, ...project.roots.filter(root => root !== place.root)].slice(0, 50),
    commonDirs:
      place.commonDir === null
        ? project.commonDirs
        : [place.commonDir, ...project.commonDirs.filter(dir => dir !== place.commonDir)].slice(0, 50),
    remote: place.remote ?? project.remote,
  };
}
