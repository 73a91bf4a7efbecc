import { basename, join } from 'node:path';
import { type AncestorHead, lineageOf, mapAncestor, readAncestorHead } from '../model/ancestor.ts';
import { isObject, type Json } from '../model/ancestorFields.ts';
import { SessionError } from '../model/errors.ts';
import { parseDocument } from '../model/parseSession.ts';
import { places } from '../model/session.ts';
import { readDocumentFile } from '../store/durableFile.ts';
import { idOfDocument } from '../store/home.ts';
import { readProjects } from '../store/records.ts';
import {
  attempt,
  checked,
  decodeText,
  documentNames,
  type ImportResult,
  type Incoming,
} from './importFolder.ts';
import {
  type AncestorProject,
  absolute,
  isTakenOver,
  type PlannedProject,
  ProjectPlanner,
  worktreeOf,
  writeProject,
} from './importProjects.ts';
import type { Services } from './services.ts';

/** A document of the ancestor's that can be imported. */
interface Found {
  readonly file: string;
  readonly place: 'sessions' | 'archive';
  readonly head: AncestorHead;
  readonly document: Json;
}

/** Reads the ancestor's folder, makes its projects, and gives its sessions as ours. */
export async function importAncestor(
  services: Services,
  root: string,
  result: ImportResult,
): Promise<Incoming[]> {
  const found = await readSessions(services, root, result);
  const projects = await readAncestorProjects(services, root, found, result);
  const planner = new ProjectPlanner(services);
  const planned = new Map<string, PlannedProject>();
  for (const project of projects.values()) {
    await attempt(result, project.state ? `projects/${project.slug}.json` : 'config.json', async () => {
      const plan = await planner.plan(project);
      planned.set(project.slug, plan);
      await take(services, plan, result, project);
    });
  }
  const there = new Set((await Promise.all(places.map(place => services.store.ids(place)))).flat());
  const lineage = lineageOf(
    [...found.values()].map(({ head }) => head),
    id => found.has(id) || there.has(id),
  );
  const incoming: Incoming[] = [];
  for (const { file, place, head, document } of found.values()) {
    await attempt(result, file, async () => {
      const own = planned.get(head.slug);
      if (own === undefined) throw new SessionError('not_found', { what: 'project', query: head.slug });
      const told = absolute(head.worktreeRoot);
      // The ancestor took two folders of one name for one project; the worktree tells them apart.
      const here = told === null ? null : await planner.placeAt(told);
      const plan = here?.git && here.git.commonDir !== own.ref.commonDir ? await planner.planAt(here) : own;
      if (plan !== own) await take(services, plan, result);
      const worktree = here?.git?.root ?? (told === null ? plan.worktree : await worktreeOf(told));
      const links = lineage.get(head.id) ?? { resumedFrom: null, resumedAs: null };
      const session = mapAncestor(document, { place, project: plan.ref, worktree, ...links });
      incoming.push({ file, session: checked(session, head.id, file) });
    });
  }
  return incoming;
}

async function readSessions(
  services: Services,
  root: string,
  result: ImportResult,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (const [folder, place] of [
    ['sessions', 'sessions'],
    ['sessions/archive', 'archive'],
  ] as const) {
    await attempt(result, folder, async () => {
      for (const name of await documentNames(services, join(root, folder))) {
        // Not a session: the ancestor's own index of them, and the copies that sync programs make.
        if (idOfDocument(name) === null) continue;
        const file = `${folder}/${name}`;
        await attempt(result, file, async () => {
          const document = await readJson(services, join(root, folder, name));
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
  services: Services,
  root: string,
  found: ReadonlyMap<string, Found>,
  result: ImportResult,
): Promise<Map<string, AncestorProject>> {
  const projects = new Map<string, AncestorProject>();
  const at = (slug: string) => {
    const project = projects.get(slug) ?? { slug, config: null, state: null, worktrees: [] };
    projects.set(slug, project);
    return project;
  };
  await attempt(result, 'config.json', async () => {
    const config = await readJson(services, join(root, 'config.json'), {});
    if (!isObject(config.projects)) return;
    for (const [slug, entry] of Object.entries(config.projects)) if (isObject(entry)) at(slug).config = entry;
  });
  const named = new Set([...projects.keys(), ...[...found.values()].map(({ head }) => head.slug)]);
  await attempt(result, 'projects', async () => {
    for (const name of await documentNames(services, join(root, 'projects'))) {
      const slug = basename(name, '.json');
      // A name like that of a sync program's copy is only a project's if something else names the project.
      if (idOfDocument(name) === null && !named.has(slug)) continue;
      await attempt(result, `projects/${name}`, async () => {
        at(slug).state = await readJson(services, join(root, 'projects', name));
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

/** Counts a project, and makes it or adds to it unless that was done before. */
async function take(
  services: Services,
  plan: PlannedProject,
  result: ImportResult,
  source?: AncestorProject,
): Promise<void> {
  const { key } = plan.ref;
  const { added, present } = result.projects;
  const isCounted = added.includes(key) || present.includes(key);
  if (!isCounted) (plan.isNew ? added : present).push(key);
  if (result.dryRun || (isCounted && source === undefined)) return;
  if (!plan.isNew && source !== undefined) {
    const known = (await readProjects(services.store)).find(project => project.key === key);
    if (isTakenOver(known, source.slug)) return;
  }
  // Of several slugs for one repository the first one names it.
  await writeProject(services, isCounted ? { ...plan, isNew: false } : plan, source);
}

async function readJson(services: Services, path: string, missing?: Json): Promise<Json> {
  const content = await readDocumentFile(services.store.fs, path);
  if (content !== null) return parseDocument(decodeText(content.bytes), path);
  if (missing === undefined) throw new SessionError('io', { path, code: 'ENOENT', action: 'read' });
  return missing;
}
