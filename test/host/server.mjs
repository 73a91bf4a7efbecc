import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { patience } from '../support/pace.mjs';
import { endGroup, ownGroup } from './processGroup.mjs';
import { hostEnvironment, makeProfile } from './profile.mjs';
import { runTool } from './runTool.mjs';
import { prepareServerBuild } from './serverBuild.mjs';

/**
 * @typedef {object} ServerOptions
 * @property {string} [userDataDir] A temporary one unless given; so with the next two.
 * @property {string} [extensionsDir]
 * @property {string} [home] HOME of the server and of everything in it. Two servers with one home are two editors.
 * @property {Record<string, unknown>} [settings] User settings, on top of the calm ones.
 * @property {boolean} [workspaceTrust] Off unless asked for: every folder is then trusted.
 * @property {Record<string, string | undefined>} [env]
 * @property {string} [vsix] A packaged extension to install before the start.
 *
 * @typedef {{ code: number | null, signal: string | null }} Exit
 *
 * @typedef {object} Server
 * @property {number} port
 * @property {string} url
 * @property {string} home
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {number} pid
 * @property {() => string} output Everything printed so far.
 * @property {(listener: (exit: Exit) => void) => () => void} onExtensionHostExit Returns how to stop listening.
 * @property {Promise<Exit>} exited Settles when the server itself has ended.
 * @property {() => Promise<void>} stop Ends all its processes and removes the temporary folders.
 */

const endWithParent = path.join(path.dirname(fileURLToPath(import.meta.url)), 'stubs/endWithParent.cjs');

/**
 * Starts VS Code as a server and waits until it listens.
 *
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startServer(options = {}) {
  const build = await prepareServerBuild();
  const profile = await makeProfile(options);
  const env = {
    ...hostEnvironment(profile, options.env),
    // No marketplace: nothing may be looked up or updated.
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
  };
  const folders = ['--user-data-dir', profile.userDataDir, '--extensions-dir', profile.extensionsDir];
  if (options.vsix) {
    await runTool(build.node, [build.main, '--install-extension', options.vsix, '--force', ...folders], {
      env,
    });
  }
  const child = spawn(
    build.node,
    [
      ...['--require', endWithParent, build.main],
      ...[
        '--host',
        '127.0.0.1',
        '--port',
        '0',
        '--without-connection-token',
        '--accept-server-license-terms',
      ],
      ...['--telemetry-level', 'off', ...folders],
      // Else the extension host of a closed window waits three hours for it to come back.
      '--reconnection-grace-time=2',
      ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    ],
    { env, detached: process.platform !== 'win32', windowsHide: true, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  ownGroup(child);

  const { output, lines } = readLines(child);
  /** @type {Promise<Exit>} */
  const exited = new Promise(resolve => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const stop = async () => {
    await endGroup(child);
    await profile.remove();
  };

  try {
    const port = await listening(lines, exited, output);
    return {
      port,
      url: `http://127.0.0.1:${port}/`,
      home: profile.home,
      userDataDir: profile.userDataDir,
      extensionsDir: profile.extensionsDir,
      pid: child.pid ?? 0,
      output,
      onExtensionHostExit: listener =>
        lines(line => {
          const match = /Extension Host Process exited with code: (\w+), signal: (\w+)/.exec(line);
          if (match)
            listener({ code: match[1] === 'null' ? null : Number(match[1]), signal: signalOf(match[2]) });
        }),
      exited,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {string | undefined} text */
function signalOf(text) {
  return text === undefined || text === 'null' ? null : text;
}

/** @param {import('node:child_process').ChildProcessByStdio<import('node:stream').Writable, import('node:stream').Readable, import('node:stream').Readable>} child */
function readLines(child) {
  let text = '';
  /** @type {Set<(line: string) => void>} */
  const listeners = new Set();
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (/** @type {string} */ chunk) => {
      text += chunk;
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) for (const listener of [...listeners]) listener(line);
    });
  }
  // A server that was killed leaves a broken pipe behind; its exit is what gets reported.
  child.stdin.on('error', () => {});
  return {
    output: () => text,
    lines: (/** @type {(line: string) => void} */ listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/**
 * @param {(listener: (line: string) => void) => () => void} lines
 * @param {Promise<Exit>} exited
 * @param {() => string} output
 * @returns {Promise<number>}
 */
function listening(lines, exited, output) {
  return new Promise((resolve, reject) => {
    const fail = (/** @type {string} */ reason) =>
      reject(new Error(`VS Code's server ${reason}:\n${output()}`));
    const timer = setTimeout(() => fail('did not listen in time'), patience(60_000));
    const stop = lines(line => {
      const match = /Extension host agent listening on (\d+)/.exec(line);
      if (!match) return;
      clearTimeout(timer);
      stop();
      resolve(Number(match[1]));
    });
    exited.then(({ code, signal }) => {
      clearTimeout(timer);
      fail(`ended at once (${signal ?? code})`);
    });
  });
}
