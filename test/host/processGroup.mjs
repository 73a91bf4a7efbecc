import { spawnSync } from 'node:child_process';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Sees to it that a process started with `detached: true`, and all that it starts, does not outlive this one.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export function ownGroup(child) {
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
}

function killAll() {
  for (const child of running) signalGroup(child, 'SIGKILL');
}

/**
 * Ends the whole group: politely, and after `patience` milliseconds by force. Returns when it is gone.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} [patience]
 */
export async function endGroup(child, patience = 3_000) {
  signalGroup(child, 'SIGTERM');
  if (!(await gone(child, patience))) {
    signalGroup(child, 'SIGKILL');
    await gone(child, 5_000);
  }
  running.delete(child);
  if (running.size === 0) process.off('exit', killAll);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals | 0} signal
 * @returns {boolean} Whether anything of the group was there.
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return false;
  if (process.platform === 'win32') {
    if (signal === 0) return child.exitCode === null && child.signalCode === null;
    return spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' }).status === 0;
  }
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} patience
 */
async function gone(child, patience) {
  const deadline = Date.now() + patience;
  while (signalGroup(child, 0)) {
    if (Date.now() > deadline) return false;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  return true;
}
