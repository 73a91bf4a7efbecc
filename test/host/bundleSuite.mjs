import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const mochaIndex = path.join(path.dirname(fileURLToPath(import.meta.url)), 'mochaIndex.mjs');

/**
 * Bundles every `*.test.ts` below a folder into one file that exports the `run` that VS Code wants. The bundle
 * must lie inside the checkout: mocha stays outside of it, for it loads parts of itself by name.
 *
 * @param {{ testsFolder: string, outfile: string }} options `outfile` ends in `.cjs`.
 * @returns {Promise<string>} The bundle, for `extensionTestsPath`.
 */
export async function bundleSuite({ testsFolder, outfile }) {
  const names = await readdir(testsFolder, { recursive: true });
  const tests = names.filter(name => name.endsWith('.test.ts')).sort();
  if (tests.length === 0) throw new Error(`No *.test.ts in ${testsFolder}`);
  const requires = tests.map(name => `require(${JSON.stringify(`./${name.replaceAll('\\', '/')}`)});`);
  await build({
    stdin: {
      // Not `import`: a test file may be evaluated only after mocha has set up `describe` and `it`.
      contents: `import { runMocha } from ${JSON.stringify(mochaIndex)};
export const run = () => runMocha(() => { ${requires.join(' ')} });`,
      resolveDir: path.resolve(testsFolder),
      sourcefile: 'index.ts',
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.resolve(outfile);
}
