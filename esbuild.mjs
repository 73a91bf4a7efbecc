// Builds what is shipped into dist/. `vscode` is external in the extension's bundle only, so that a stray
// import of it anywhere else fails the build.

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { build, transform } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('./package.json', import.meta.url), 'utf8'));

/** Options that all bundles share. */
const shared = /** @satisfies {import('esbuild').BuildOptions} */ ({
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: { PRODUCT_VERSION: JSON.stringify(version) },
  alias: {
    // proper-lockfile is given our own file system and needs neither its patched `fs`, nor a handler that
    // runs at the process's end: a lock that a process leaves behind is broken at once by the next one.
    'graceful-fs': 'node:fs',
    'signal-exit': './src/store/noExitHandler.cjs',
  },
});

/**
 * Makes every module that is loaded later import `main`, which is there by then. So all parts share the
 * modules of `main`, and esbuild puts these into one file, instead of one for every set of parts that
 * shares some: to find, read and compile fourteen files more costs a command 6 ms.
 *
 * @param {string} main
 * @returns {import('esbuild').Plugin}
 */
const oneSharedFile = main => ({
  name: 'one-shared-file',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      const file = resolve(resolveDir, path);
      return kind === 'dynamic-import' && file !== main
        ? { path: file, pluginData: { isLater: true } }
        : undefined;
    });
    onLoad({ filter: /\.ts$/ }, async ({ path, pluginData }) =>
      pluginData?.isLater
        ? { contents: `import ${JSON.stringify(main)};\n${await readFile(path, 'utf8')}`, loader: 'ts' }
        : undefined,
    );
  },
});

/**
 * Bundles a program whose parts are loaded when they are needed. Only ES modules can be split, and
 * CommonJS starts a tenth faster: so it is split first, then turned into CommonJS file by file.
 *
 * @param {{ entryPoints: Record<string, string>, main: string, outdir: string, parts: string, external?: string[] }} program
 */
async function buildSplit({ entryPoints, main, outdir, parts, external = [] }) {
  const { outputFiles } = await build({
    ...shared,
    entryPoints,
    outdir,
    external,
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.cjs' },
    chunkNames: `${parts}[name]-[hash]`,
    plugins: [oneSharedFile(resolve(main))],
    write: false,
  });
  const folder = join(outdir, parts);
  await mkdir(folder, { recursive: true });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      supported: { 'dynamic-import': false },
    });
    await writeFile(path, code);
  }
  // Pieces of earlier builds have other names. They go last: a program that runs just now may load one still.
  const made = outputFiles.map(({ path }) => basename(path));
  for (const name of await readdir(folder)) if (!made.includes(name)) await rm(join(folder, name));
}

await buildSplit({
  entryPoints: { cli: 'src/cli/cli.ts' },
  main: 'src/cli/main.ts',
  outdir: 'dist/cli',
  parts: '',
});
await chmod('dist/cli/cli.cjs', 0o755);
// The compiled code, for the version of Node that builds.
execFileSync(process.execPath, ['scripts/codeCache.mjs', resolve('dist/cli')], {
  stdio: ['ignore', 'ignore', 'inherit'],
});

// Commands are loaded when the first of them is used: activation pays for what is shown only.
await buildSplit({
  entryPoints: { extension: 'src/extension/extension.ts' },
  main: 'src/extension/extension.ts',
  outdir: 'dist',
  parts: 'extension/',
  external: ['vscode'],
});
