import { existsSync } from 'node:fs';
import { runTool } from './runTool.mjs';

/** Whether packages can be installed here: as root, on Debian and what descends from it. */
export function canInstall() {
  return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
}

/**
 * Installs packages without asking. Waits for whoever else is installing.
 *
 * @param {string[]} packages
 */
export async function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const flags = ['-qq', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  await runTool('apt-get', ['update', ...flags], { env });
  await runTool('apt-get', ['install', '--yes', '--no-install-recommends', ...flags, ...packages], { env });
}
