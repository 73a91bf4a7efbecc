import { basename, join } from 'node:path';
import { realPath } from '../git/files.ts';
import { SessionError } from '../model/errors.ts';
import { isObject, type Json } from '../model/json.ts';
import { parseDocument } from '../model/parseSession.ts';
import { places } from '../model/session.ts';
import type { Session4 } from '../model/session4.ts';
import { readDocumentFile } from '../store/durableFile.ts';
import type { FileSystem } from '../store/fileSystem.ts';
import { decodeText, documentNames } from '../store/foreignFiles.ts';
import { idOfDocument } from '../store/home.ts';
import { type AncestorHead, lineageOf, mapAncestor, readAncestorHead } from './documents.ts';
import {
  type AncestorProject,
  absolute,
  type ImportedProject,
  importedProject,
  type PlannedProject,
  ProjectPlanner,
  type Surroundings,
} from './projects.ts';

/** What the ancestor's folder has to be imported. Nothing of it is written yet. */
export interface FromAncestor {
  /** In the order in which they are to be made; of several slugs for one repository there are several. */
  readonly projects: readonly ImportedProject[];
  /** Each with the file it is from, as they were mapped: they may still be too large to be stored. */
  readonly sessions: readonly { readonly file: string; readonly session: Session4 }[];
  /** What could not be read or mapped; everything else goes on without it. */
  readonly failed: readonly Failure[];
}

export interface Failure {
  readonly file: string;
  readonly error: unknown;
}

/** A document of the ancestor's that can be imported. */
interface Found {
  readonly file: string;
  readonly place: 'sessions' | 'archive';
  readonly head: AncestorHead;
  readonly document: Json;
}

/** Reads the ancestor's folder and maps what is in it; each file that cannot be is told in `failed`. */
export async function readAncestor(root: string, around: Surroundings): Promise<FromAncestor> {
  const { store } = around;
  const failed: Failure[] = [];
  const found = await readSessions(store.fs, root, failed);
  const told = await readAncestorProjects(store.fs, root, found, failed);
  const planner = new ProjectPlanner(around);
  const planned = new Map<string, PlannedProject>();
  const projects: ImportedProject[] = [];
  for (const project of told.values()) {
    const file = project.state ? `projects/${project.slug}.json` : 'config.json';
    await attempt(failed, file, async () => {
      const plan = await planner.plan(project);
      planned.set(project.slug, plan);
      projects.push(importedProject(plan, project, file));
    });
  }
  const there = new Set((await Promise.all(places.map(place => store.ids(place)))).flat());
  const lineage = lineageOf(
    [...found.values()].map(({ head }) => head),
    id => found.has(id) || there.has(id),
  );
  const sessions: { file: string; session: Session4 }[] = [];
  for (const { file, place, head, document } of found.values()) {
    await attempt(failed, file, async () => {
      const own = planned.get(head.slug);
      if (own === undefined) throw new SessionError('not_found', { what: 'project', query: head.slug });
      const folder = absolute(head.worktreeRoot);
      // The ancestor took two folders of one name for one project; the worktree tells them apart.
      const here = folder === null ? null : await planner.placeAt(folder);
      const isElsewhere = here !== null && here.worktree !== null && here.commonDir !== own.ref.commonDir;
      const plan = isElsewhere ? await planner.planAt(here) : own;
      if (isElsewhere) {
        const { key } = plan.ref;
        projects.push({ file, key, isNew: plan.isNew, folder: here.folder, change: null });
      }
      // One that is there by its real path; one that is gone by the name it had.
      const worktree =
        here?.worktree ?? (folder === null ? plan.worktree : ((await realPath(folder)) ?? folder));
      const links = lineage.get(head.id) ?? { resumedFrom: null, resumedAs: null };
      sessions.push({
        file,
        session: mapAncestor(document, { place, project: plan.ref, worktree, ...links }),
      });
    });
  }
  return { projects, sessions, failed };
}

/** Runs what concerns one item; if it fails, that is told, and the others go on. */
async function attempt(failed: Failure[], file: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    failed.push({ file, error });
  }
}

async function readSessions(fs: FileSystem, root: string, failed: Failure[]): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (const [folder, place] of [
    ['sessions', 'sessions'],
    ['sessions/archive', 'archive'],
  ] as const) {
    await attempt(failed, folder, async () => {
      for (const name of await documentNames(fs, join(root, folder))) {
        // Not a session: the ancestor's own index of them, and the copies that sync programs make.
        if (idOfDocument(name) === null) continue;
        const file = `${folder}/${name}`;
        await attempt(failed, file, async () => {
          const document = await readJson(fs, join(root, folder, name));
          if (document.session_id === undefined && typeof document.schemaVersion === 'number') {
            const problem =
              'is a document of Work Sessions itself; export there with --format json, and import that';
            throw new SessionError('invalid_input', { field: file, problem });
          }
          const head = readAncestorHead(document);
          if (`${head.id}.json` !== name)
            throw new SessionError('unreadable', { path: file, reason: 'wrong_id' });
          const other = found.get(head.id);
          if (other)
            throw new SessionError('invalid_input', {
              field: file,
              problem: `is there twice; ${other.file} was taken`,
            });
          found.set(head.id, { file, place, head, document });
        });
      }
    });
  }
  return found;
}

/** All projects the ancestor knew: registered ones, those with a state, and those its sessions name. */
async function readAncestorProjects(
  fs: FileSystem,
  root: string,
  found: ReadonlyMap<string, Found>,
  failed: Failure[],
): Promise<Map<string, AncestorProject>> {
  const projects = new Map<string, AncestorProject>();
  const at = (slug: string) => {
    const project = projects.get(slug) ?? { slug, config: null, state: null, worktrees: [] };
    projects.set(slug, project);
    return project;
  };
  await attempt(failed, 'config.json', async () => {
    const config = await readJson(fs, join(root, 'config.json'), {});
    if (!isObject(config.projects)) return;
    for (const [slug, entry] of Object.entries(config.projects)) if (isObject(entry)) at(slug).config = entry;
  });
  const named = new Set([...projects.keys(), ...[...found.values()].map(({ head }) => head.slug)]);
  await attempt(failed, 'projects', async () => {
    for (const name of await documentNames(fs, join(root, 'projects'))) {
      const slug = basename(name, '.json');
      // A name like that of a sync program's copy is only a project's if something else names the project.
      if (idOfDocument(name) === null && !named.has(slug)) continue;
      await attempt(failed, `projects/${name}`, async () => {
        at(slug).state = await readJson(fs, join(root, 'projects', name));
      });
    }
  });
  const newestFirst = [...found.values()].sort((a, b) => (a.head.startedAt > b.head.startedAt ? -1 : 1));
  for (const { head } of newestFirst) {
    const { worktrees } = at(head.slug);
    if (head.worktreeRoot !== null && !worktrees.includes(head.worktreeRoot))
      worktrees.push(head.worktreeRoot);
  }
  return projects;
}

async function readJson(fs: FileSystem, path: string, missing?: Json): Promise<Json> {
  const content = await readDocumentFile(fs, path);
  if (content !== null) return parseDocument(decodeText(content.bytes), path);
  if (missing === undefined) throw new SessionError('io', { path, code: 'ENOENT', action: 'read' });
  return missing;
}
