// Runs every kind of test, from fast to slow, and the checks of form before them; adds everything up.
// The last line reads `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measurePace } from '../test/support/pace.mjs';
import { whyNoWindowsNode } from '../test/windows/support/windowsNode.mjs';

const folder = await mkdtemp(join(tmpdir(), 'work-sessions-test-'));
/** @type {{ name: string, passed: number, failed: number }[]} */
const results = [];

/**
 * Runs a program of this project's own Node, showing what it prints; gives its exit code and its output.
 *
 * @param {string} script
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(script, args) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', data => {
      output += data;
      process.stdout.write(data);
    });
    child.on('error', () => resolve({ code: 1, output }));
    child.on('close', code => resolve({ code: code ?? 1, output }));
  });
}

/**
 * A check of form: it has passed or failed as a whole.
 *
 * @param {string} name
 * @param {string} script
 * @param {readonly string[]} args
 */
async function check(name, script, args) {
  process.stdout.write(`\n== ${name}\n`);
  const { code } = await run(script, args);
  results.push({ name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });
}

/** A project of vitest; a run that ends badly without a failed test counts as one. @param {string} project */
async function vitest(project) {
  process.stdout.write(`\n== ${project}\n`);
  const file = join(folder, `${project}.json`);
  const { code } = await run('node_modules/vitest/vitest.mjs', [
    ...['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
  ]);
  const report = await readFile(file, 'utf8').then(JSON.parse, () => null);
  const passed = report?.numPassedTests ?? 0;
  const failed = report?.numFailedTests ?? 0;
  results.push({ name: project, passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed });
}

/** A program that prints its own closing line. @param {string} name @param {string} script */
async function counted(name, script) {
  process.stdout.write(`\n== ${name}\n`);
  const { code, output } = await run(script, []);
  const [, passed = '0', failed = '0'] = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1) ?? [];
  const isBad = Number(failed) === 0 && (code !== 0 || Number(passed) === 0);
  results.push({ name, passed: Number(passed), failed: isBad ? 1 : Number(failed) });
}

/** What needs Windows's Node runs where there is one, or can be. */
async function windows() {
  const reason = whyNoWindowsNode();
  if (reason === null) await vitest('windows');
  else process.stdout.write(`\n== windows\nLeft out: ${reason}.\n`);
}

measurePace();
await check('lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']);
await check('types', 'node_modules/typescript/bin/tsc', ['--noEmit']);
await check('types, scripts', 'node_modules/typescript/bin/tsc', [
  '--noEmit',
  '--project',
  'tsconfig.scripts.json',
]);
await check('build', 'esbuild.mjs', []);
await vitest('unit');
await vitest('processes');
await vitest('endToEnd');
await windows();
await check('package', 'scripts/package.mjs', []);
await counted('extension host', 'scripts/testExtensionHost.mjs');
await vitest('window');
await rm(folder, { recursive: true, force: true });

process.stdout.write('\n');
for (const { name, passed, failed } of results)
  process.stdout.write(`${name.padEnd(16)}${passed} passed, ${failed} failed\n`);
const sum = (/** @type {'passed' | 'failed'} */ key) =>
  results.reduce((total, result) => total + result[key], 0);
process.exitCode = sum('failed') > 0 ? 1 : 0;
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
