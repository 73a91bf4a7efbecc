import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { checkout, run } from './run.mjs';

const clock = fileURLToPath(new URL('clock.cjs', import.meta.url));

/** Nothing of the machine's own git settings, and a name of its own: the example is the same everywhere. */
export const gitEnvironment = {
  GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Robin Vos',
  GIT_AUTHOR_EMAIL: 'robin@example.org',
  GIT_COMMITTER_NAME: 'Robin Vos',
  GIT_COMMITTER_EMAIL: 'robin@example.org',
};

/** Minutes, for telling how long ago something was. */
export const hours = (/** @type {number} */ count) => count * 60;
export const days = (/** @type {number} */ count, /** @type {number} */ moreHours = 0) =>
  hours(count * 24 - moreHours);

/**
 * What somebody did in one folder, told in order. Each entry says how many minutes ago it was. Sessions are changed by
 * the built command line, and commits are made by git; both take the moment told for the present one.
 *
 * @param {string} folder
 * @param {string} store The home folder of the sessions.
 */
export function diary(folder, store) {
  const now = Date.now();
  const environment = (/** @type {number} */ ago) => {
    const time = new Date(now - ago * 60_000).toISOString();
    return {
      ...process.env,
      ...gitEnvironment,
      GIT_AUTHOR_DATE: time,
      GIT_COMMITTER_DATE: time,
      EXAMPLE_TIME: time,
      WORK_SESSIONS_HOME: store,
    };
  };
  const git = (/** @type {number} */ ago, /** @type {string[]} */ ...args) =>
    run('git', args, { cwd: folder, env: environment(ago) });
  const sessions = (/** @type {number} */ ago, /** @type {string[]} */ ...args) =>
    run(execPath, ['--require', clock, path.join(checkout, 'dist/cli/cli.cjs'), ...args], {
      cwd: folder,
      env: environment(ago),
    });
  const begun = async (/** @type {number} */ ago, /** @type {string[]} */ ...args) => {
    /** @type {string} */
    const id = JSON.parse(await sessions(ago, ...args, '--json')).id;
    return tell(id);
  };

  /** What can be told of one session. @param {string} id */
  const tell = id => ({
    id,
    /** Anything that the command line takes a `--session` for. @param {number} ago @param {...string} args */
    note: (ago, ...args) => sessions(ago, ...args, '--session', id),
    /** @param {number} ago @param {string} reason @param {...string} steps */
    park: (ago, reason, ...steps) =>
      sessions(ago, 'park', id, '--reason', reason, ...steps.flatMap(step => ['--next', step])),
    /** @param {number} ago @param {string} outcome */
    complete: (ago, outcome) => sessions(ago, 'complete', id, '--outcome', outcome),
    /** @param {number} ago */
    resume: ago => begun(ago, 'resume', id),
    /** A commit, and the session takes note of it. @param {number} ago @param {string} message @param {Record<string, string>} files */
    async commit(ago, message, files) {
      await commit(ago, message, files);
      await sessions(ago, 'commit', 'capture', '--session', id);
    },
  });

  /** @param {number} ago @param {string} message @param {Record<string, string>} files Text to add to each. */
  async function commit(ago, message, files) {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await appendFile(file, text);
    }
    await git(ago, 'add', '--all');
    await git(ago, 'commit', '--quiet', '--message', message);
  }

  return {
    folder,
    git,
    commit,
    sessions,
    /** @param {number} ago @param {string} intent @param {...string} options */
    start: (ago, intent, ...options) => begun(ago, 'start', intent, ...options),
    /** @param {string} name @param {string} text Replaces the file; nothing is committed. */
    write: (name, text) => writeFile(path.join(folder, name), text),
    /** Makes the folder a repository. */
    async begin() {
      await mkdir(folder, { recursive: true });
      await git(0, 'init', '--quiet', '--initial-branch', 'main');
      // For whoever commits in the example by hand.
      await git(0, 'config', 'user.name', gitEnvironment.GIT_AUTHOR_NAME);
      await git(0, 'config', 'user.email', gitEnvironment.GIT_AUTHOR_EMAIL);
    },
  };
}
