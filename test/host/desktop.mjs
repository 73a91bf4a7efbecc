import { spawn } from 'node:child_process';
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { patience } from '../support/pace.mjs';
import { cacheFolder } from './paths.mjs';
import { endGroup, ownGroup } from './processGroup.mjs';
import { hostEnvironment, makeProfile } from './profile.mjs';

/**
 * The desktop VS Code to test with: the one that `VSCODE_EXECUTABLE` names; else, where windows can be shown and
 * Microsoft's server answers, a downloaded one. `VSCODE_TEST_HOST` as `desktop` or `server` settles the question.
 *
 * @param {string} version Such as `stable` or `1.101.0`.
 * @returns {Promise<string | undefined>} Its executable.
 */
export async function findDesktop(version) {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  const wanted = process.env.VSCODE_TEST_HOST;
  if (wanted === 'server') return undefined;
  if (wanted !== 'desktop' && !(canShowWindows() && (await canDownload()))) return undefined;
  return downloadAndUnzipVSCode({ version, cachePath: cacheFolder, reporter: new SilentReporter() });
}

function canShowWindows() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

async function canDownload() {
  try {
    const answer = await fetch('https://update.code.visualstudio.com/api/releases/stable', {
      signal: AbortSignal.timeout(patience(10_000)),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/**
 * Runs a suite in a desktop VS Code. Not by `runTests` of `@vscode/test-electron`: that always switches Workspace
 * Trust off, knows no limit of time, and leaves the helpers of a killed VS Code running.
 *
 * @param {string} executable
 * @param {import('./runExtensionTests.mjs').SuiteOptions} options
 * @param {AbortSignal} signal
 * @returns {Promise<import('./runExtensionTests.mjs').Ending>}
 */
export async function runInDesktop(executable, options, signal) {
  const profile = await makeProfile(options);
  const args = [
    ...(options.folder ? [options.folder] : []),
    '--no-sandbox',
    '--disable-gpu-sandbox',
    '--disable-updates',
    '--skip-welcome',
    '--skip-release-notes',
    `--user-data-dir=${profile.userDataDir}`,
    `--extensions-dir=${profile.extensionsDir}`,
    `--extensionDevelopmentPath=${options.extensionDevelopmentPath}`,
    `--extensionTestsPath=${options.extensionTestsPath}`,
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
  ];
  const child = spawn(executable, args, {
    env: hostEnvironment(profile, options.env),
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  ownGroup(child);
  let noise = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      noise += chunk;
    });
  }
  try {
    const problem = await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => resolve('Out of time.'));
      child.once('error', reject);
      child.once('exit', (code, killed) =>
        resolve(code === 0 ? undefined : `VS Code ended with ${killed ?? `code ${code}`}.`),
      );
    });
    return { problem, noise };
  } finally {
    await endGroup(child);
    await profile.remove();
  }
}
