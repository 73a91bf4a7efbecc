import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cli, interleave, node, ratioRow, run } from './measure.mjs';
import { temporaryFolder } from './temporary.mjs';

const python = process.env.PYTHON ?? 'python3';
const rounds = 8;

/** @typedef {import('../src/model/session.ts').Session} Session */
/** @typedef {import('./sampleHome.mjs').SampleHome} SampleHome */
/** @typedef {import('./table.mjs').Row} Row */

/**
 * The tool that this one descends from, with the same sessions, command by command. Its folder is not part of this
 * repository.
 *
 * @param {string | undefined} folder
 * @param {SampleHome} small
 * @param {SampleHome} large
 * @returns {Promise<Row[]>}
 */
export async function measureAncestor(folder, small, large) {
  if (folder === undefined) return [{ what: 'ancestor', note: 'left out: npm run bench -- --ancestor DIR' }];
  const manage = resolve(folder, 'manage.py');
  if (!existsSync(manage)) return [{ what: 'ancestor', note: `left out: there is no ${manage}` }];
  /** @type {Row[]} */
  const rows = [];
  for (const home of [small, large]) rows.push(...(await measureSize(manage, home)));
  return rows;
}

/** @param {string} manage @param {SampleHome} home */
async function measureSize(manage, { root, ids, worktrees }) {
  const home = makeAncestorHome(manage, root, ids);
  const ancestor = (/** @type {string[]} */ ...args) =>
    void run(python, [manage, ...args], { env: { HOME: home } });
  const ours = (/** @type {string[]} */ ...args) =>
    void node([cli, ...args], { cwd: worktrees[0], env: { WORK_SESSIONS_HOME: root } });
  // An active session of both, named so that nobody has to look for it.
  const [session] = ids;
  const times = await interleave(rounds, {
    ourStart: () => ours('start', 'Measure'),
    itsStart: () => ancestor('create-session', '--project', 'project-00000000', '--intent', 'Measure'),
    ourLog: () => ours('log', '--session', session, 'An event'),
    itsLog: () => ancestor('add-event', itsId(session), '--message', 'An event'),
    ourList: () => ours('list', '--all', '--json', '--limit', '20'),
    itsList: () => ancestor('list-sessions', '--limit', '20'),
  });
  const at = `${ids.length.toLocaleString('en')} sessions`;
  return [
    ratioRow(`start, ${at}`, times.ourStart, {
      name: 'the ancestor’s create-session',
      times: times.itsStart,
    }),
    ratioRow(`log, ${at}`, times.ourLog, { name: 'the ancestor’s add-event', times: times.itsLog }),
    ratioRow(`list --limit 20, ${at}`, times.ourList, {
      name: 'the ancestor’s list-sessions',
      times: times.itsList,
    }),
  ];
}

/**
 * The same sessions as the ancestor keeps them, in a user's home of its own.
 *
 * @param {string} manage
 * @param {string} root
 * @param {readonly string[]} ids
 */
function makeAncestorHome(manage, root, ids) {
  const home = temporaryFolder();
  const folder = join(home, '.claude', 'dashboard');
  mkdirSync(join(folder, 'sessions'), { recursive: true });
  mkdirSync(join(folder, 'projects'));
  /** @type {Record<string, { name: string, path: string, registered_at: string }>} */
  const projects = {};
  for (const id of ids) {
    /** @type {Session} */
    const session = JSON.parse(readFileSync(join(root, 'sessions', `${id}.json`), 'utf8'));
    const { key, name } = session.project;
    projects[key] ??= { name, path: session.where.worktree, registered_at: session.startedAt };
    writeFileSync(
      join(folder, 'sessions', `${itsId(id)}.json`),
      JSON.stringify(ancestorDocument(session), null, 2),
    );
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ version: 1, projects, settings: {} }, null, 2));
  // Its later versions keep an index; earlier ones do not know the command.
  try {
    run(python, [manage, 'rebuild-index'], { env: { HOME: home } });
  } catch {
    // An earlier version.
  }
  return home;
}

/** Its ids end in four digits; the minute before them tells the sessions apart. @param {string} id */
function itsId(id) {
  return id.slice(0, -8) + id.slice(-4);
}

/** @param {Session} session */
function ancestorDocument(session) {
  return {
    session_id: itsId(session.id),
    project_slug: session.project.key,
    status: session.status,
    intent: session.intent,
    roadmap_ref: null,
    started_at: session.startedAt,
    last_heartbeat: session.lastHeartbeatAt,
    ended_at: session.endedAt,
    outcome: session.outcome,
    parked_reason: session.parkedReason,
    current_activity: session.activity?.text ?? null,
    awaiting_action: null,
    events: session.events.map(({ at, message }) => ({ timestamp: at, message })),
    git_branch: session.branch ?? 'main',
    worktree_root: null,
    files_changed: [],
    commits: [],
    decisions: session.decisions.map(({ text }) => text),
    open_questions: [],
    next_steps: session.nextSteps.map(({ text }) => text),
    tasks: session.tasks.map(({ id, subject, status, at }) => ({
      id,
      subject,
      status,
      added_at: at,
      updated_at: at,
    })),
    schema_version: 3,
  };
}
