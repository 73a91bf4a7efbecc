import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { temporaryFolder } from './temporary.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * What the benchmarks need of the store, and the file it is in.
 *
 * @typedef {{ file: string }
 *   & Pick<typeof import('../src/model/transitions.ts'),
 *       'start' | 'log' | 'setActivity' | 'park' | 'complete' | 'addTasks' | 'decide'>
 *   & Pick<typeof import('../src/model/parseSession.ts'), 'serializeDocument'>
 *   & Pick<typeof import('../src/model/project.ts'), 'newProject'>
 *   & Pick<typeof import('../src/store/home.ts'), 'homeAt'>
 *   & Pick<typeof import('../src/store/fileSystem.ts'), 'nodeFileSystem'>
 *   & Pick<typeof import('../src/store/sessionStore.ts'), 'SessionStore'>
 *   & Pick<typeof import('../src/store/changeFeed.ts'), 'ChangeFeed'>
 *   & Pick<typeof import('../src/store/summaries.ts'), 'Summaries'>} Bundle
 */

/**
 * The store is TypeScript: what the benchmarks need of it is bundled into a temporary file, as it is now.
 *
 * @returns {Promise<Bundle>}
 */
export async function loadStore() {
  return bundled(
    'store',
    `
    export { start, log, setActivity, park, complete, addTasks, decide } from './src/model/transitions.ts';
    export { serializeDocument } from './src/model/parseSession.ts';
    export { newProject } from './src/model/project.ts';
    export { homeAt } from './src/store/home.ts';
    export { nodeFileSystem } from './src/store/fileSystem.ts';
    export { SessionStore } from './src/store/sessionStore.ts';
    export { ChangeFeed } from './src/store/changeFeed.ts';
    export { Summaries } from './src/store/summaries.ts';`,
  );
}

/**
 * What a module exports, and the temporary file it was bundled into.
 *
 * @param {string} name
 * @param {string} contents The module's source, with paths from the checkout.
 * @param {Record<string, string>} [alias]
 */
export async function bundled(name, contents, alias = {}) {
  const file = join(temporaryFolder(), `${name}.mjs`);
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    absWorkingDir: root,
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
    alias: { 'graceful-fs': 'node:fs', 'signal-exit': './src/store/noExitHandler.cjs', ...alias },
    banner: {
      js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
    },
  });
  return { file, ...(await import(pathToFileURL(file).href)) };
}
