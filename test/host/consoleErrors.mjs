/**
 * What the web workbench itself reports at every start; nothing of it comes from the extension under test.
 * Anything that is not listed fails the test, so each pattern names its cause as closely as it can.
 */
const HARMLESS = [
  // Microsoft's signing module is not part of the open source build.
  /vsda(_bg)?\.(js|wasm)/,
  // The package keeps these files elsewhere than the page looks for them.
  /404 \(Not Found\).*\/favicon(-dark-support)?\.(ico|svg)/,
  /\[Service Worker\] registration TypeError/,
  /^A bad HTTP response code \(404\) was received when fetching the script\./,
  // A page that is left, by a reload too, cannot wait for what VS Code would still like to store.
  /\[lifecycle\] Long running operations during shutdown are unsupported in the web/,
  /Unable to write file 'vscode-log:.*IndexedDB database 'vscode-web-db' is closed/,
  // On a busy machine the built-in sign-in, which has nothing to sign in to here, is late.
  /Timed out waiting for authentication provider 'github' to register/,
  // The server has no updates to offer.
  /404 \(Not Found\).*\/update\/check/,
];

/**
 * Collects the errors of a page: those written to its console, where those of the extension host appear too, and
 * those nobody caught.
 *
 * @param {import('playwright-core').Page} page
 * @param {RegExp[]} allowed Further errors that this test expects.
 */
export function collectErrors(page, allowed = []) {
  /** @type {string[]} */
  const errors = [];
  let leaving = false;
  const add = (/** @type {string} */ error) => {
    if (!leaving) errors.push(error);
  };
  page.on('console', message => {
    if (message.type() === 'error') add(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', error => add(error.stack ?? error.message));
  page.on('crash', () => add('The page crashed.'));
  return {
    /** The errors so far that are not known. */
    unexpected: () => errors.filter(error => ![...HARMLESS, ...allowed].some(pattern => pattern.test(error))),
    /** Call it before the page is left for another: what VS Code cancels on the way out it reports as an error. */
    ignoreUntilNextPage() {
      leaving = true;
      const arrived = (/** @type {import('playwright-core').Frame} */ frame) => {
        if (frame !== page.mainFrame()) return;
        leaving = false;
        page.off('framenavigated', arrived);
      };
      page.on('framenavigated', arrived);
    },
  };
}
