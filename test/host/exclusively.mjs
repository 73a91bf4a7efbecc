import { mkdir } from 'node:fs/promises';
import lockfile from 'proper-lockfile';
import { cacheFolder } from './paths.mjs';

/**
 * Runs `work` while no other process of this checkout runs it. Whatever `work` makes must still appear by one
 * rename: a process that was suspended for longer than `stale` may find that another has taken its place.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(name, work) {
  await mkdir(cacheFolder, { recursive: true });
  const release = await lockfile.lock(cacheFolder, {
    lockfilePath: `${cacheFolder}/${name}.lock`,
    stale: 10_000,
    update: 2_000,
    // Preparing takes less than a minute on two cores, and a minute more where the network is slow.
    retries: { retries: 600, factor: 1, minTimeout: 500, maxTimeout: 500 },
    onCompromised: () => {},
  });
  try {
    return await work();
  } finally {
    await release().catch(() => {});
  }
}
