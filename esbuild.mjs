// Builds what is shipped into dist/. `vscode` is external in the extension's bundle only, so that a stray
// import of it anywhere else fails the build.
import { chmod, readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

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

// ES modules, as only these can be split: what a command does not need is not loaded.
await build({
  ...shared,
  entryPoints: { cli: 'src/cli/cli.ts' },
  outdir: 'dist/cli',
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
  // proper-lockfile is CommonJS and requires Node's own modules.
  banner: { js: "import{createRequire as makeRequireForBundle}from'node:module';const require=makeRequireForBundle(import.meta.url);" },
});
await chmod('dist/cli/cli.mjs', 0o755);
