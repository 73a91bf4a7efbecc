import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import { patience } from '../support/pace.mjs';

/**
 * Runs the tests of one bundle inside the extension host. `bundleSuite` makes `run` of this; VS Code calls it.
 *
 * What is printed and what happened goes into the folder that `EXTENSION_TESTS_REPORT` names. VS Code mixes the
 * output of the tests with its own, and its exit code says success when no test ran or the extension host died.
 *
 * @param {() => void} loadTests Evaluates the test files, after mocha's `describe` and `it` are there.
 * @returns {Promise<void>}
 */
export async function runMocha(loadTests) {
  const { EXTENSION_TESTS_REPORT: folder, EXTENSION_TESTS_GREP: grep } = process.env;
  if (folder) teeConsole(path.join(folder, 'output.txt'));
  process.setSourceMapsEnabled(true);
  const stats = await runAll(loadTests, grep);
  if (folder) writeFileSync(path.join(folder, 'stats.json'), JSON.stringify(stats));
  // VS Code prints what is thrown.
  if (stats.failures > 0) throw new Error(`${stats.failures} of ${stats.tests} tests failed.`);
  if (stats.passes === 0) throw new Error('No test ran.');
}

/**
 * @param {() => void} loadTests
 * @param {string | undefined} grep
 * @returns {Promise<Mocha.Stats>}
 */
function runAll(loadTests, grep) {
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    timeout: patience(120_000),
    // `it.only`, left behind by mistake, would leave all other tests unrun.
    forbidOnly: Boolean(process.env.CI),
    ...(grep ? { grep } : {}),
  });
  Mocha.reporters.Base.consoleLog = (...args) => console.log(...args);
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  loadTests();
  return new Promise((resolve, reject) => {
    const runner = mocha.run(() =>
      runner.stats ? resolve(runner.stats) : reject(new Error('mocha kept no count')),
    );
  });
}

/** @param {string} file Gets every line that the tests, and the extension, write to the console. */
function teeConsole(file) {
  // VS Code has made the methods of its console unchangeable, so another console takes its place.
  const original = globalThis.console;
  const tee = Object.create(original);
  for (const method of /** @type {const} */ (['log', 'warn', 'error'])) {
    const value = (/** @type {unknown[]} */ ...args) => {
      appendFileSync(file, `${format(...args)}\n`);
      original[method](...args);
    };
    Object.defineProperty(tee, method, { value });
  }
  globalThis.console = tee;
}
