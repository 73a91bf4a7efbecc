import { spawnSync } from 'node:child_process';

// An empty Node takes about 40 ms on an idle machine; with 80 ms nothing is slow enough to matter.
const usualMs = 80;

/**
 * Measures, once in a run, how slow the machine is: what an empty process takes, with whatever else is at work.
 * For the program that starts a run of tests; what it starts inherits the answer.
 */
export function measurePace() {
  if (process.env.TEST_PACE) return;
  const times = Array.from({ length: 3 }, () => {
    const started = performance.now();
    spawnSync(process.execPath, ['--eval', '']);
    return performance.now() - started;
  });
  process.env.TEST_PACE = Math.max(1, Math.max(...times) / usualMs).toFixed(1);
}

/**
 * How long to wait before giving up what takes no more than `ms` on an idle machine.
 *
 * @param {number} ms
 */
export function patience(ms) {
  return Math.round(ms * Number(process.env.TEST_PACE ?? 1));
}
