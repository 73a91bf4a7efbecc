// Builds what is shipped into dist/. `vscode` is external in the extension's bundle only, so that a stray
// import of it anywhere else fails the build.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build, transform } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('./package.json', import.meta.url), 'utf8'));

/** Options that all bundles share. */
const shared = {
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
};

await rm(new URL('./dist', import.meta.url), { recursive: true, force: true });

// Split, so that what a command does not need is not loaded. Only ES modules can be split, and CommonJS
// starts a tenth faster: so split first, then turned into CommonJS file by file.
const split = await build({
  ...shared,
  entryPoints: { cli: 'src/cli/cli.ts' },
  outdir: 'dist/cli',
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.cjs' },
  chunkNames: '[name]-[hash]',
  minify: false,
  write: false,
});
await mkdir('dist/cli', { recursive: true });
for (const { path, text } of split.outputFiles) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    supported: { 'dynamic-import': false },
  });
  await writeFile(path, code);
}
await chmod('dist/cli/cli.cjs', 0o755);

await build({
  ...shared,
  entryPoints: ['src/extension/extension.ts'],
  outfile: 'dist/extension.cjs',
  format: 'cjs',
  external: ['vscode'],
});
