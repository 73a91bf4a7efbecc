import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const cli = fileURLToPath(new URL('../dist/cli/cli.cjs', import.meta.url));

/**
 * Runs several things in turn, again and again, and returns the milliseconds of each. The order changes from
 * round to round, so that none of them always comes after the same other. What a thing returns as a
 * number is its time; otherwise its running is timed.
 *
 * @template {string} Name
 * @param {number} rounds
 * @param {Record<Name, (round: number) => unknown>} things
 * @returns {Promise<Record<Name, number[]>>}
 */
export async function interleave(rounds, things) {
  const names = /** @type {Name[]} */ (Object.keys(things));
  const times = /** @type {Record<Name, number[]>} */ (
    Object.fromEntries(names.map(name => [name, /** @type {number[]} */ ([])]))
  );
  // The first round warms up: files, compiled code, the disk.
  for (let round = -1; round < rounds; round++) {
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round + 1) % names.length];
      const started = performance.now();
      const own = await things[name](round + 1);
      const time = typeof own === 'number' ? own : performance.now() - started;
      if (round >= 0) times[name].push(time);
    }
  }
  return times;
}

/** @param {readonly number[]} numbers @param {number} part Of 1. */
export function percentile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** @param {readonly number[]} numbers */
export function median(numbers) {
  return percentile(numbers, 0.5);
}

/** @typedef {{ name: string, times: readonly number[] }} Reference */

/**
 * A row of the table: how many times the reference something takes.
 *
 * @param {string} what
 * @param {readonly number[]} measured
 * @param {Reference} reference
 * @param {number} [target]
 * @returns {import('./table.mjs').Row}
 */
export function ratioRow(what, measured, reference, target) {
  const ratio = median(measured.map((time, index) => time / reference.times[index]));
  return {
    what,
    measured: median(measured),
    reference: median(reference.times),
    to: reference.name,
    result: `${ratio.toFixed(2)} ×`,
    ...(target === undefined ? {} : { target: `≤ ${target} ×`, ok: ratio <= target }),
  };
}

/**
 * A row of the table: how many milliseconds something takes more than the reference.
 *
 * @param {string} what
 * @param {readonly number[]} measured
 * @param {Reference} reference
 * @param {number} [target]
 * @returns {import('./table.mjs').Row}
 */
export function addedRow(what, measured, reference, target) {
  const added = median(measured.map((time, index) => time - reference.times[index]));
  return {
    what,
    measured: median(measured),
    reference: median(reference.times),
    to: reference.name,
    result: `+ ${added.toFixed(0)} ms`,
    ...(target === undefined ? {} : { target: `≤ ${target} ms`, ok: added <= target }),
  };
}

/** @typedef {{ cwd?: string, env?: Record<string, string> }} RunOptions */

/**
 * Runs a program to its end and returns what it printed.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @throws Error when it fails
 */
export function run(program, args, { cwd, env } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr.trim()}`);
  return stdout;
}

/** Runs Node, as a process of its own. @param {readonly string[]} args @param {RunOptions} [options] */
export function node(args, options) {
  return run(process.execPath, args, options);
}
