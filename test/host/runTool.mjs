import { spawn } from 'node:child_process';

/**
 * Runs a tool to its end and returns what it printed. Nothing is shown unless it fails: then the error holds
 * the last lines of its output.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, timeout?: number }} [options]
 * @returns {Promise<string>}
 */
export function runTool(command, args, options = {}) {
  const { timeout = 600_000, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'], timeout });
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output.trimEnd().split('\n').slice(-20).join('\n');
      reject(new Error(`${command} ${args.join(' ')} failed (${signal ?? code}):\n${tail}`));
    });
  });
}

/**
 * Runs npm. Under `npm run` the running npm is used, so that its version and settings apply; it works without
 * a shell on Windows too.
 *
 * @param {string[]} args
 * @param {string} cwd
 */
export function runNpm(args, cwd) {
  const running = process.env.npm_execpath;
  if (running && /npm-cli\.c?js$/.test(running))
    return runTool(process.execPath, [running, ...args], { cwd });
  return runTool('npm', args, { cwd, shell: process.platform === 'win32' });
}
