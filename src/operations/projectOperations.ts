import { readRemote } from '../git/remote.ts';
import { SessionError } from '../model/errors.ts';
import { newProject, type Project, relocate, setRoadmap } from '../model/project.ts';
import { isStale, type Summary } from '../model/queries.ts';
import { readProjects, updateProject } from '../store/records.ts';
import type { SummaryEntry, Unreadable } from '../store/summaries.ts';
import { flag, line, lines, optional } from './fields.ts';
import { operation } from './operation.ts';
import { ago, oneLine, type Page, plural, safe } from './page.ts';
import { findProject, isGone, keysOf, placeOf, projectAt, registerProject, rootOf } from './places.ts';
import type { Services } from './services.ts';
import { allEntries, unreadableWarnings } from './viewOperations.ts';

const projectField = optional(line('path', 'Another project: its folder, name or key', { value: 'PROJECT' }));

export const projectShow = operation({
  name: 'project show',
  title: 'Show a project',
  description: "Shows a project's phase and roadmap.",
  effects: 'reads',
  fields: { project: projectField },
  async run(services, { project }): Promise<Project> {
    const found = await projectMeant(services, project);
    if (found === null)
      throw new SessionError('not_found', { what: 'project', query: project ?? services.folder });
    return found;
  },
  show: showProject,
});

export const projectSet = operation({
  name: 'project set',
  title: 'Set the roadmap',
  description:
    "Sets a project's phase, and puts items on its roadmap; an item moves to the list it is given for.",
  effects: 'changes',
  fields: {
    project: projectField,
    phase: optional(line('phase', 'The phase it is in')),
    done: optional(lines('roadmapItem', 'Something that is done', { value: 'ITEM' })),
    doing: optional(lines('roadmapItem', 'Something under way', { value: 'ITEM' })),
    upcoming: optional(lines('roadmapItem', 'Something to come', { value: 'ITEM' })),
    remove: optional(lines('roadmapItem', 'Something to take off', { value: 'ITEM' })),
  },
  examples: ['work-sessions project set --phase Beta --doing "Sign the packages"'],
  async run(services, { project, ...roadmap }): Promise<Project> {
    if (Object.values(roadmap).every(value => value === undefined)) {
      throw new SessionError('usage', {
        message: 'Nothing to set: give --phase, --done, --doing, --upcoming or --remove.',
      });
    }
    const known = await projectMeant(services, project);
    const { key } = known ?? (await registered(services, project, roadmap));
    const changed = await updateProject(
      services.store,
      key,
      current => current && setRoadmap(current, roadmap),
    );
    if (changed === null) throw new SessionError('not_found', { what: 'project', query: key });
    return changed;
  },
  show: showProject,
});

export const projectList = operation({
  name: 'project list',
  title: 'List projects',
  description: 'Lists all projects with their folders.',
  effects: 'reads',
  fields: {},
  async run(services): Promise<Project[]> {
    const projects = (await readProjects(services.store)).filter(project => project.mergedInto === null);
    return projects.sort((a, b) => a.name.localeCompare(b.name));
  },
  show: (projects, { style }) =>
    projects.length === 0
      ? 'No projects yet. Start a session in a folder: work-sessions start "what it is for"'
      : projects
          .map(
            ({ name, key, roots }) =>
              `${style.bold(oneLine(name))} ${style.dim(key)}\n  ${safe(roots[0] ?? '')}`,
          )
          .join('\n'),
});

export const projectRelink = operation({
  name: 'project relink',
  title: 'Relink a moved project',
  description: 'Says that a folder is where a known project is now: its sessions appear there.',
  effects: 'changes',
  fields: {
    folder: line('path', 'The folder where it is now', { positional: 'one', value: 'DIR' }),
    project: optional(
      line(
        'words',
        'The project: its key or name (default: the one that fits and is gone from where it was)',
        { value: 'PROJECT' },
      ),
    ),
  },
  async run(services, input): Promise<Project> {
    const place = await placeOf(services, input.folder);
    const target =
      input.project === undefined
        ? await onlyGone(services, place.project)
        : await findProject(services, input.project);
    const root = rootOf(place);
    const { commonDir } = place;
    const remote = commonDir === null ? null : await readRemote(commonDir);
    // A record that the folder has got meanwhile becomes a second name of the project that moved.
    if (place.project && place.project.key !== target.key) {
      await updateProject(
        services.store,
        place.project.key,
        current => current && { ...current, mergedInto: target.key },
      );
    }
    const changed = await updateProject(services.store, target.key, current =>
      relocate(
        current ??
          newProject({ key: target.key, name: target.name, root, commonDir, remote }, services.now()),
        {
          root,
          commonDir,
          remote,
        },
      ),
    );
    return changed ?? target;
  },
  show: (project, page) =>
    `${page.style.bold(oneLine(project.name))} is now at ${safe(project.roots[0] ?? '')}`,
});

export interface ProjectOverview {
  key: string;
  name: string;
  root: string | null;
  phase: string | null;
  counts: { active: number; stale: number; parked: number; completed: number };
  needs: { id: string; intent: string; needs: string }[];
  nextSteps: { id: string; intent: string; nextStep: string }[];
  doing: string[];
  lastActivityAt: string | null;
}

export const overview = operation({
  name: 'overview',
  title: 'Overview',
  description:
    'All projects: how many sessions are in which state, what needs the person, the phase, the next steps.',
  effects: 'reads',
  fields: { archived: flag('Count archived sessions too') },
  async run(
    services,
    { archived },
  ): Promise<{ projects: ProjectOverview[]; unreadable: readonly Unreadable[] }> {
    const [projects, { entries, unreadable }, { staleHours }] = await Promise.all([
      readProjects(services.store),
      allEntries(services, archived === true),
      services.settings(),
    ]);
    const overviews = new Map<string, ProjectOverview>();
    const projectOf = new Map<string, Project>();
    for (const project of projects.filter(({ mergedInto }) => mergedInto === null)) {
      overviews.set(project.key, emptyOverview(project.key, project.name, project));
      for (const key of keysOf(projects, project)) projectOf.set(key, project);
    }
    const now = services.now();
    for (const entry of entries) {
      const key = projectOf.get(entry.projectKey)?.key ?? entry.projectKey;
      const known = overviews.get(key) ?? emptyOverview(key, entry.summary.project.name, null);
      overviews.set(key, known);
      count(known, entry, isStale(entry.summary, now, staleHours));
    }
    const sorted = [...overviews.values()].sort((a, b) =>
      (a.lastActivityAt ?? '') < (b.lastActivityAt ?? '') ? 1 : -1,
    );
    return { projects: sorted, unreadable };
  },
  json: ({ projects }) => projects,
  show: ({ projects }, page) =>
    projects.length === 0
      ? 'No projects yet. Start a session in a folder: work-sessions start "what it is for"'
      : projects.map(project => showOverview(project, page)).join('\n\n'),
  warnings: ({ unreadable }) => unreadableWarnings(unreadable),
});

/** The project of a folder that none is known for, once it is clear that its roadmap can be set. */
async function registered(
  services: Services,
  folder: string | undefined,
  roadmap: Parameters<typeof setRoadmap>[1],
): Promise<Project> {
  const place = await placeOf(services, folder);
  setRoadmap(await projectAt(services, place), roadmap);
  return registerProject(services, place);
}

/** The project named by its folder, name or key; without one that of the current folder. */
async function projectMeant(services: Services, query: string | undefined): Promise<Project | null> {
  if (query === undefined) return (await placeOf(services)).project;
  const byFolder = await placeOf(services, query).catch(error => {
    if (error instanceof SessionError && error.code === 'not_found') return null;
    throw error;
  });
  return byFolder ? byFolder.project : findProject(services, query);
}

/** The one project that is not where it was any more. */
async function onlyGone(services: Services, except: Project | null): Promise<Project> {
  const projects = (await readProjects(services.store)).filter(
    ({ key, mergedInto }) => mergedInto === null && key !== except?.key,
  );
  const gone = [];
  for (const project of projects) if (await isGone(project)) gone.push(project);
  const [only] = gone;
  if (only && gone.length === 1) return only;
  const candidates = (gone.length > 0 ? gone : projects).map(({ key, roots }) => ({
    id: key,
    label: roots[0] ?? '',
  }));
  throw new SessionError('ambiguous', { what: 'project', query: '', candidates });
}

function emptyOverview(key: string, name: string, project: Project | null): ProjectOverview {
  return {
    key,
    name,
    root: project?.roots[0] ?? null,
    phase: project?.phase ?? null,
    counts: { active: 0, stale: 0, parked: 0, completed: 0 },
    needs: [],
    nextSteps: [],
    doing: project?.doing ?? [],
    lastActivityAt: null,
  };
}

/** A stale session is an active one: it is counted as either, so that the parts add up. */
function count(overview: ProjectOverview, entry: SummaryEntry, stale: boolean): void {
  const { id, intent, status, needs, nextStep }: Summary = entry.summary;
  overview.counts[stale ? 'stale' : status]++;
  if (needs !== null) overview.needs.push({ id, intent, needs: needs.text });
  if (nextStep !== null && status !== 'completed') overview.nextSteps.push({ id, intent, nextStep });
  if (overview.lastActivityAt === null || entry.lastActivityAt > overview.lastActivityAt) {
    overview.lastActivityAt = entry.lastActivityAt;
  }
}

function showOverview(project: ProjectOverview, { style, now }: Page): string {
  const { active, stale, parked, completed } = project.counts;
  const counts = [
    active > 0 && style.green(`${active} active`),
    stale > 0 && style.yellow(`${stale} stale`),
    parked > 0 && style.cyan(`${parked} parked`),
    completed > 0 && style.dim(`${completed} completed`),
  ].filter(Boolean);
  const head = [
    style.bold(oneLine(project.name)),
    project.phase && oneLine(project.phase),
    counts.join(', ') || 'no sessions',
  ];
  if (project.lastActivityAt) head.push(style.dim(ago(project.lastActivityAt, now)));
  return [
    head.filter(Boolean).join('  '),
    ...project.needs.map(
      ({ intent, needs }) => `  ${style.red('needs you:')} ${oneLine(intent)}: ${oneLine(needs)}`,
    ),
    ...project.doing.map(item => `  doing: ${oneLine(item)}`),
    ...project.nextSteps
      .slice(0, 5)
      .map(({ intent, nextStep }) => `  next: ${oneLine(nextStep)} ${style.dim(`(${oneLine(intent)})`)}`),
    ...(project.nextSteps.length > 5
      ? [style.dim(`  and ${plural(project.nextSteps.length - 5, 'more next step', 'more next steps')}`)]
      : []),
  ].join('\n');
}

function showProject(project: Project, { style }: Page): string {
  const section = (title: string, mark: string, items: readonly string[]) =>
    items.length === 0 ? [] : ['', style.bold(title), ...items.map(item => `  ${mark} ${oneLine(item)}`)];
  return [
    `${style.bold(oneLine(project.name))} ${style.dim(project.key)}`,
    ...(project.phase ? [`Phase       ${oneLine(project.phase)}`] : []),
    ...project.roots.map(
      (root, index) => `${index === 0 ? 'Folder' : 'Earlier'}      `.slice(0, 12) + safe(root),
    ),
    ...(project.remote ? [`Remote      ${safe(project.remote)}`] : []),
    ...section('Doing', '[~]', project.doing),
    ...section('Upcoming', '[ ]', project.upcoming),
    ...section('Done', '[x]', project.done),
  ].join('\n');
}
