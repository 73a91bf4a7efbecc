import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { checkout } from '../example/run.mjs';

/**
 * The tables as the source has them. A row of the editor only names its function, so nothing asks for `vscode`.
 *
 * @returns {Promise<import('./generate.mjs').Tables>}
 */
export async function loadTables() {
  const {
    outputFiles: [bundle],
  } = await build({
    stdin: {
      contents: `export { commandTable } from './src/extension/manifest.ts';
export { ownCommands, usageOf } from './src/cli/help.ts';
export { operations } from './src/operations/table.ts';`,
      resolveDir: checkout,
      loader: 'ts',
    },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    write: false,
    logLevel: 'warning',
  });
  const module = { exports: {} };
  // In memory: what lies in dist/ is shipped.
  new Function('module', 'require', bundle?.text ?? '')(module, createRequire(import.meta.url));
  const { commandTable, operations, ownCommands, usageOf } = /** @type {any} */ (module.exports);
  const usages = [
    ...operations.map((/** @type {any} */ operation) => ({
      usage: usageOf(operation),
      description: operation.description,
    })),
    ...ownCommands,
  ];
  return { commands: commandTable, usages };
}
