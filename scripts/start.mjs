// `npm start`: VS Code with the extension, on an example made for it. Nothing of the person's own is touched.
//   npm start                 the desktop's VS Code where there is one, else a VS Code to open in a browser
//   npm start -- --no-open    opens no window: prints the address of the VS Code for a browser
//   npm start -- --tour       shows the command line instead
import { spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findDesktop } from '../test/host/desktop.mjs';
import { makeProfile } from '../test/host/profile.mjs';
import { startServer } from '../test/host/server.mjs';
import { findEditor } from './example/editors.mjs';
import { makeExample } from './example/example.mjs';
import { build, checkout } from './example/run.mjs';
import { tour } from './example/tour.mjs';

const { values: options } = parseArgs({
  options: { 'no-open': { type: 'boolean' }, tour: { type: 'boolean' } },
});

/** Settles when the person has had enough: Ctrl+C, or the terminal goes. */
const enough = new Promise(resolve => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
});

const scratch = await realpath(await mkdtemp(path.join(tmpdir(), 'work-sessions-')));
try {
  console.log('Building…');
  await build();
  if (options.tour) await tour(scratch);
  else await show(scratch);
} finally {
  await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** @param {string} root */
async function show(root) {
  console.log('Making an example: two projects, three weeks of sessions…');
  const example = await makeExample(path.join(root, 'example'));
  const editor = options['no-open'] ? undefined : ((await findEditor()) ?? (await findDesktop('stable')));
  if (editor) await showInDesktop(editor, root, example);
  else await showInBrowser(example);
}

/** @typedef {Awaited<ReturnType<typeof makeExample>>} Example */

/** @param {string} editor @param {string} root @param {Example} example */
async function showInDesktop(editor, root, example) {
  const profile = await makeProfile({
    userDataDir: path.join(root, 'data'),
    extensionsDir: path.join(root, 'extensions'),
  });
  const args = [
    ...['--new-window', '--wait', '--skip-welcome', '--skip-release-notes', '--disable-workspace-trust'],
    ...['--user-data-dir', profile.userDataDir, '--extensions-dir', profile.extensionsDir],
    `--extensionDevelopmentPath=${checkout}`,
    example.project,
  ];
  console.log(`Opening ${editor}. Close its window, or press Ctrl+C here, to end the example.`);
  const child = spawn(editor, args, {
    env: { ...process.env, WORK_SESSIONS_HOME: example.store },
    stdio: 'ignore',
    // The launchers of Windows are batch files.
    shell: process.platform === 'win32',
  });
  const closed = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  await Promise.race([closed, enough]);
  child.kill();
  await profile.remove();
}

/** @param {Example} example */
async function showInBrowser(example) {
  console.log('Starting a VS Code for the browser; the first time it has to be fetched…');
  const server = await startServer({ home: example.home, env: { WORK_SESSIONS_HOME: example.store } });
  try {
    const remote = `vscode-remote://127.0.0.1:${server.port}${forUrl(checkout)}`;
    const address = new URL(server.url);
    address.searchParams.set('folder', forUrl(example.project));
    address.searchParams.set(
      'payload',
      JSON.stringify([
        ['extensionDevelopmentPath', remote],
        ['skipWelcome', 'true'],
      ]),
    );
    console.log(`\nOpen this address in a browser:\n\n  ${address.href}\n`);
    console.log('Its terminals know `work-sessions`. Ctrl+C here ends the example and removes it.');
    await Promise.race([enough, server.exited]);
  } finally {
    await server.stop();
  }
}

/** A path as a part of an address. @param {string} file */
function forUrl(file) {
  const forward = file.replaceAll('\\', '/').replace(/\/$/, '');
  return forward.startsWith('/') ? forward : `/${forward}`;
}
