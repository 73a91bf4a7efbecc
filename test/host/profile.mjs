import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { calmSettings } from './settings.mjs';

/**
 * @typedef {object} Profile The folders that belong to one VS Code and one user.
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {string} home
 * @property {string} runtimeDir Where VS Code leaves its sockets.
 * @property {() => Promise<void>} remove Removes the folders that were made here; those given by the test stay.
 */

/**
 * Makes what was not given. The made paths are short: VS Code puts sockets there, whose length is limited.
 *
 * @param {{ userDataDir?: string | undefined, extensionsDir?: string | undefined, home?: string | undefined,
 *   settings?: Record<string, unknown> | undefined }} [given]
 * @returns {Promise<Profile>}
 */
export async function makeProfile(given = {}) {
  const root = await mkdtemp(path.join(os.tmpdir(), 'vsc-'));
  const profile = {
    userDataDir: given.userDataDir ?? path.join(root, 'data'),
    extensionsDir: given.extensionsDir ?? path.join(root, 'ext'),
    home: given.home ?? path.join(root, 'home'),
    runtimeDir: root,
    // The server's last log lines may be written while its folder is being removed.
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
  await mkdir(profile.extensionsDir, { recursive: true });
  await mkdir(profile.home, { recursive: true });
  const user = path.join(profile.userDataDir, 'User');
  await mkdir(user, { recursive: true });
  const settings = { ...calmSettings, ...given.settings };
  await writeFile(path.join(user, 'settings.json'), JSON.stringify(settings, null, 2));
  return profile;
}

/**
 * The environment for a VS Code of a test: that of this process without what another VS Code, around it, or a
 * test runner left there, and with the given home.
 *
 * @param {Profile} profile
 * @param {Record<string, string | undefined>} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function hostEnvironment(profile, env = {}) {
  /** @type {NodeJS.ProcessEnv} */
  const clean = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (/^(VSCODE_|ELECTRON_|VITEST|NODE_OPTIONS$|NODE_ENV$|XDG_(CONFIG|DATA|STATE|CACHE)_HOME$)/.test(name))
      continue;
    clean[name] = value;
  }
  return {
    ...clean,
    HOME: profile.home,
    USERPROFILE: profile.home,
    XDG_RUNTIME_DIR: profile.runtimeDir,
    ...env,
  };
}
