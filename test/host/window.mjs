import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { patience } from '../support/pace.mjs';
import { watchActivations } from './activations.mjs';
import { collectErrors } from './consoleErrors.mjs';
import { contextMenu } from './contextMenu.mjs';
import { editors } from './editors.mjs';
import { dialog, notifications } from './messages.mjs';
import { resultsFolder } from './paths.mjs';
import { quickInput } from './quickInput.mjs';
import { statusBar } from './statusBar.mjs';
import { treeView } from './treeView.mjs';

/**
 * @typedef {object} WindowOptions
 * @property {import('playwright-core').Browser | import('playwright-core').BrowserContext} browser A browser gives the
 *   window storage of its own; windows of one context share theirs, as all windows of one desktop do. How a window
 *   of a given context looks was decided when that was made.
 * @property {import('./server.mjs').Server} server
 * @property {string} [folder] None unless given.
 * @property {string} [workspaceFile] A `.code-workspace` file instead of a folder.
 * @property {string} [extensionDevelopmentPath]
 * @property {string} [extensionTestsPath]
 * @property {'light' | 'dark'} [colorScheme]
 * @property {boolean} [highContrast]
 * @property {{ width: number, height: number }} [viewport]
 * @property {boolean} [reducedMotion]
 * @property {string} [untilActive] The id of an extension to wait for.
 * @property {RegExp[]} [allowedErrors] Errors on the console that this test expects.
 * @property {number} [timeout] For the window to be ready, in milliseconds.
 * @property {(page: import('playwright-core').Page) => Promise<void>} [prepare] Called before the page opens.
 *
 * @typedef {Awaited<ReturnType<typeof openWindow>>} Window
 */

/**
 * Opens a window of VS Code and waits until it is ready.
 *
 * @param {WindowOptions} options
 */
export async function openWindow(options) {
  const { context, owned } = await contextFor(options);
  return inTurn(context, () => openIn(context, owned, options));
}

/**
 * @param {import('playwright-core').BrowserContext} context
 * @param {boolean} owned Whether the context is to be closed with its window.
 * @param {WindowOptions} options
 */
async function openIn(context, owned, options) {
  const { server, timeout = patience(60_000) } = options;
  const page = await newPage(context);
  page.setDefaultTimeout(patience(30_000));
  const errors = collectErrors(page, options.allowedErrors);
  const untilActive = watchActivations(page);

  /** @param {string} name Of the file in `test-results/`, without its ending. */
  async function screenshot(name) {
    const file = path.join(resultsFolder, `${name.replace(/[^\w.-]+/g, '-')}.png`);
    await mkdir(path.dirname(file), { recursive: true });
    await page.screenshot({ path: file });
    return file;
  }
  async function dispose() {
    await (owned ? context : page).close();
  }

  try {
    await options.prepare?.(page);
    await page.goto(windowUrl(options), { timeout });
    await untilReady(page, timeout);
    if (options.untilActive) await untilActive(options.untilActive, timeout);
  } catch (error) {
    const file = await screenshot('window-not-ready').catch(() => 'no screenshot');
    await dispose().catch(() => {});
    throw new Error(
      `The window did not become ready (${file}).\n${errors.unexpected().join('\n')}\n${server.output()}`,
      {
        cause: error,
      },
    );
  }

  const input = quickInput(page);
  return {
    page,
    quickInput: input,
    runCommand: input.runCommand,
    notifications: notifications(page),
    dialog: dialog(page),
    statusBar: statusBar(page),
    contextMenu: contextMenu(page),
    editors: editors(page),
    /** @param {string} name As in the header of the view. */
    tree: name => treeView(page, name),
    untilActive,
    unexpectedErrors: errors.unexpected,
    screenshot,
    /** Loads the window again, as "Developer: Reload Window" does, and waits for it. */
    async reload() {
      errors.ignoreUntilNextPage();
      await page.reload({ timeout });
      await untilReady(page, timeout);
    },
    /** Closes the window. Fails when errors were reported that neither VS Code nor the test accounts for. */
    async close() {
      const unexpected = errors.unexpected();
      await dispose();
      if (unexpected.length > 0) throw new Error(`The window reported errors:\n${unexpected.join('\n')}`);
    },
  };
}

/** @param {WindowOptions} options */
async function contextFor({ browser, colorScheme = 'light', highContrast, viewport, reducedMotion = true }) {
  if (!('newContext' in browser)) return { context: browser, owned: false };
  const context = await browser.newContext({
    colorScheme,
    forcedColors: highContrast ? 'active' : 'none',
    contrast: highContrast ? 'more' : 'no-preference',
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    viewport: viewport ?? { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  return { context, owned: true };
}

/** @type {WeakMap<import('playwright-core').BrowserContext, Promise<unknown>>} */
const opening = new WeakMap();

/**
 * Opens the windows of one context one after the other: its pages share a cache, which fails one of them when two
 * write the workbench into it at the same time.
 *
 * @template T
 * @param {import('playwright-core').BrowserContext} context
 * @param {() => Promise<T>} open
 * @returns {Promise<T>}
 */
function inTurn(context, open) {
  const turn = (opening.get(context) ?? Promise.resolve()).then(open);
  opening.set(
    context,
    turn.catch(() => {}),
  );
  return turn;
}

/**
 * A page in a browser window of its own. As a tab of another page's window it would be hidden, or hide the other,
 * and a hidden page neither draws nor finishes its start.
 *
 * @param {import('playwright-core').BrowserContext} context
 */
async function newPage(context) {
  const [sibling] = context.pages();
  const browser = context.browser();
  if (!sibling || !browser) return context.newPage();
  const siblingSession = await context.newCDPSession(sibling);
  const { targetInfo } = await siblingSession.send('Target.getTargetInfo');
  await siblingSession.detach();
  const browserSession = await browser.newBrowserCDPSession();
  const opened = context.waitForEvent('page');
  const { browserContextId } = targetInfo;
  await browserSession.send('Target.createTarget', {
    url: 'about:blank',
    newWindow: true,
    ...(browserContextId ? { browserContextId } : {}),
  });
  const page = await opened;
  await browserSession.detach();
  return page;
}

/** @param {WindowOptions} options */
function windowUrl({ server, folder, workspaceFile, extensionDevelopmentPath, extensionTestsPath }) {
  const remote = (/** @type {string} */ file) =>
    `vscode-remote://127.0.0.1:${server.port}${new URL(`file://${urlPath(file)}`).pathname}`;
  const payload = [['skipWelcome', 'true']];
  if (extensionDevelopmentPath) payload.push(['extensionDevelopmentPath', remote(extensionDevelopmentPath)]);
  if (extensionTestsPath) payload.push(['extensionTestsPath', remote(extensionTestsPath)]);
  const url = new URL(server.url);
  if (folder) url.searchParams.set('folder', urlPath(folder));
  else if (workspaceFile) url.searchParams.set('workspace', urlPath(workspaceFile));
  else url.searchParams.set('ew', 'true');
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** @param {string} file */
function urlPath(file) {
  const forward = path.resolve(file).replaceAll('\\', '/');
  return forward.startsWith('/') ? forward : `/${forward}`;
}

/**
 * @param {import('playwright-core').Page} page
 * @param {number} timeout
 */
async function untilReady(page, timeout) {
  await page.waitForFunction(
    () =>
      performance.getEntriesByName('code/didStartWorkbench').length > 0 &&
      performance.getEntriesByName('code/didLoadExtensions').length > 0,
    undefined,
    // Not at each frame, as usual: a window behind another draws none.
    { timeout, polling: 100 },
  );
}
