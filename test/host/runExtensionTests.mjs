import { patience } from '../support/pace.mjs';
import { launchBrowser, prepareBrowser } from './browser.mjs';
import { findDesktop, runInDesktop } from './desktop.mjs';
import { startServer } from './server.mjs';
import { prepareServerBuild } from './serverBuild.mjs';
import { openReport } from './suiteReport.mjs';
import { openWindow } from './window.mjs';

/**
 * @typedef {object} SuiteOptions
 * @property {string} extensionDevelopmentPath
 * @property {string} extensionTestsPath The bundle that `bundleSuite` made.
 * @property {string} [folder] To open; none unless given.
 * @property {boolean} [workspaceTrust] Off unless asked for: the folder is then trusted. On, it is restricted.
 * @property {Record<string, string | undefined>} [env]
 * @property {string} [home] A temporary one unless given.
 * @property {Record<string, unknown>} [settings]
 * @property {string} [version] Of the desktop VS Code; the server build has its own.
 * @property {number} [timeout] For everything, in milliseconds; downloading a desktop VS Code comes on top.
 * @property {(text: string) => void} [print] Gets what the tests print.
 *
 * @typedef {{ host: 'desktop' | 'server', tests: number, passes: number, pending: number }} SuiteResult
 */

/**
 * Runs a mocha suite inside a real extension host: that of a desktop VS Code where one can be had, else that of
 * the server build. Throws unless at least one test ran, and none failed.
 *
 * @param {SuiteOptions} options
 * @returns {Promise<SuiteResult>}
 */
export async function runExtensionTests(options) {
  const { timeout = patience(300_000), print = text => process.stdout.write(text) } = options;
  const desktop = await findDesktop(options.version ?? 'stable');
  if (!desktop) await Promise.all([prepareServerBuild(), prepareBrowser()]);
  const report = await openReport(print);
  try {
    const suite = { ...options, env: { ...options.env, EXTENSION_TESTS_REPORT: report.folder } };
    const signal = AbortSignal.timeout(timeout);
    const { problem, noise } = desktop
      ? await runInDesktop(desktop, suite, signal)
      : await runInServer(suite, signal, timeout);
    const stats = await report.read();
    if (signal.aborted) throw new Error(`The suite did not end within ${timeout} ms.`);
    // These come before the problem: they say what VS Code's exit code only hints at.
    if (stats && stats.failures > 0) throw new Error(`${stats.failures} of ${stats.tests} tests failed.`);
    if (stats?.passes === 0) throw new Error('The suite ran no test.');
    if (problem) throw new Error(`${problem}\n${noise.split('\n').slice(-40).join('\n')}`);
    if (!stats) throw new Error('The suite ended without telling what it did.');
    return {
      host: desktop ? 'desktop' : 'server',
      tests: stats.tests,
      passes: stats.passes,
      pending: stats.pending,
    };
  } finally {
    await report.close();
  }
}

/** @typedef {{ problem: string | undefined, noise: string }} Ending The noise is what VS Code itself printed. */

/**
 * @param {SuiteOptions} options
 * @param {AbortSignal} signal
 * @param {number} timeout
 * @returns {Promise<Ending>}
 */
async function runInServer(options, signal, timeout) {
  const [server, browser] = await startBoth(options);
  let noise = '';
  let ended = false;
  try {
    const problem = await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => resolve('Out of time.'));
      server.exited.then(({ code, signal: by }) => resolve(`VS Code's server ended (${by ?? code}).`));
      server.onExtensionHostExit(({ code, signal: by }) => {
        const end = () =>
          resolve(`The extension host ended (${by ?? `code ${code}`}) before its window said so.`);
        // When its suite is over the extension host ends by itself, and the window says so a little later. When it
        // dies the window may report success.
        if (code === 0) setTimeout(end, patience(5_000)).unref();
        else end();
      });
      const prepare = async (/** @type {import('playwright-core').Page} */ page) => {
        await page.exposeFunction(
          'codeAutomationLog',
          (/** @type {string} */ _type, /** @type {unknown[]} */ args) => {
            noise += `${args.map(arg => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ')}\n`;
          },
        );
        await page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => {
          ended = true;
          resolve(code === 0 ? undefined : `VS Code ended the suite with code ${code}.`);
        });
        page.on('crash', () => resolve('The window crashed.'));
      };
      openWindow({ ...options, server, browser, prepare, timeout }).catch(error => {
        // A short suite ends, and its window with it, before the window counts as ready.
        if (!ended) reject(error);
      });
    });
    return { problem, noise };
  } finally {
    ended = true;
    await browser.close();
    await server.stop();
  }
}

/** Ends the one when the other does not start. @param {SuiteOptions} options */
async function startBoth(options) {
  const starting = startServer(options);
  try {
    return /** @type {const} */ ([await starting, await launchBrowser()]);
  } catch (error) {
    await starting.then(server => server.stop()).catch(() => {});
    throw error;
  }
}
