import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from './paths.mjs';
import { runNpm, runTool } from './runTool.mjs';

/**
 * The folder of the cache that holds a package of the npm registry.
 *
 * @param {string} spec
 */
export function packageFolder(spec) {
  return path.join(cacheFolder, spec.replace('@', '-'));
}

/** Takes away what an interrupted preparation left. For whoever prepares exclusively. */
export async function removeLeftovers() {
  for (const name of await readdir(cacheFolder)) {
    if (name.startsWith('staging-')) await rm(path.join(cacheFolder, name), { recursive: true, force: true });
  }
}

/**
 * Makes a folder of the cache, which appears by one rename when it is whole.
 *
 * @param {string} target
 * @param {(staging: string) => Promise<string>} fill Fills the staging folder and returns what to keep of it.
 */
export async function prepare(target, fill) {
  const staging = path.join(cacheFolder, `staging-${process.pid}-${path.basename(target)}`);
  await mkdir(staging, { recursive: true });
  try {
    await rename(await fill(staging), target);
  } catch (error) {
    // Another process finished first, which only happens to one that was suspended for long: its result serves.
    if (!existsSync(target)) throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Puts a package of the npm registry into a folder, below `package/`.
 *
 * @param {string} spec
 * @param {string} staging
 */
export async function unpack(spec, staging) {
  await runNpm(['pack', spec, '--silent', '--ignore-scripts'], staging);
  const tarball = (await readdir(staging)).find(name => name.endsWith('.tgz'));
  if (!tarball) throw new Error(`npm pack ${spec} left no tarball in ${staging}`);
  // A name without a folder: some tars take the colon of a Windows drive for a host name.
  await runTool('tar', ['-xzf', tarball], { cwd: staging });
  await rm(path.join(staging, tarball));
  return staging;
}
