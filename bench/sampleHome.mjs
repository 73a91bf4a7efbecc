import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary.mjs';

const projectCount = 50;
const words =
  'the login test fails only on Windows because a path has another case after renaming cache parser timeout lock review merge branch release'.split(
    ' ',
  );

/** @typedef {import('./loadStore.mjs').Bundle} Bundle */
/** @typedef {import('../src/model/project.ts').Project} Project */
/** @typedef {ReturnType<typeof makeHome>} SampleHome */

/** The same sentences in every run: a small generator of random numbers, seeded. @param {number} seed */
function sentences(seed) {
  let state = seed + 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return (/** @type {number} */ length) =>
    Array.from({ length }, () => words[Math.floor(next() * words.length)]).join(' ');
}

/**
 * A home of believable sessions over 50 projects, written as documents directly: 5 % active, 10 % parked, the rest
 * completed, some kilobytes each, with the events, tasks and decisions of a piece of work.
 *
 * @param {Bundle} bundle
 * @param {number} count
 */
export function makeHome(bundle, count) {
  const root = join(temporaryFolder(), 'home');
  const home = bundle.homeAt(root);
  for (const folder of [home.sessions, home.projects]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const projects = Array.from({ length: projectCount }, (_, index) => makeProject(bundle, home, index));
  /** @type {string[]} */
  const ids = [];
  for (let index = 0; index < count; index++) {
    const session = makeSession(bundle, projects[index % projectCount], index);
    ids.push(session.id);
    const path = join(home.sessions, `${session.id}.json`);
    writeFileSync(path, bundle.serializeDocument(session), { mode: 0o600 });
  }
  return { root, ids, worktrees: projects.map(project => project.roots[0]), writtenAt: Date.now() };
}

/** @param {Bundle} bundle @param {import('../src/store/home.ts').Home} home @param {number} index */
function makeProject({ newProject, serializeDocument }, home, index) {
  const key = `project-${String(index).padStart(8, '0')}`;
  const folder = join(home.root, '..', 'work', key);
  mkdirSync(folder, { recursive: true });
  const project = newProject({ key, name: key, root: folder, commonDir: null, remote: null }, new Date());
  writeFileSync(join(home.projects, `${key}.json`), serializeDocument(project), { mode: 0o600 });
  return project;
}

/** @param {Bundle} bundle @param {Project} project @param {number} index */
function makeSession({ start, log, addTasks, decide, park, complete }, project, index) {
  const say = sentences(index);
  let minutes = index;
  const moment = () => {
    const now = new Date(Date.UTC(2026, 0, 1) + 60_000 * minutes++);
    const random = index.toString(16).padStart(12, '0');
    return { now, today: now.toISOString().slice(0, 10), machine: 'bench', random };
  };
  const stamp = moment().now.toISOString().replace(/[-:]/g, '').slice(0, 13);
  const input = {
    id: `sess_${stamp}_${index.toString(16).padStart(8, '0')}`,
    intent: say(6),
    project: {
      key: project.key,
      name: project.name,
      firstCommit: null,
      remote: null,
    },
    where: { worktree: project.roots[0], root: project.roots[0], commonDir: null },
    branch: `feat/${say(1)}-${index}`,
  };
  let session = start(input, moment());
  const tasks = Array.from({ length: 5 }, (_, task) => `${task} ${say(5)}`);
  session = addTasks(session, { tasks }, moment());
  for (let event = 0; event < 20; event++) session = log(session, { message: say(12) }, moment());
  session = decide(session, { text: say(20) }, moment());
  if (index % 20 === 0) return session;
  if (index % 10 === 1) return park(session, { reason: say(8), nextSteps: [say(6)] }, moment());
  return complete(session, { outcome: say(8), nextSteps: [] }, moment());
}
