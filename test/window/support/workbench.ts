import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import type { Desk } from '../../endToEnd/support/desk.ts';
import { launchBrowser } from '../../host/browser.mjs';
import { type Server, type ServerOptions, startServer } from '../../host/server.mjs';
import { openWindow, type Window, type WindowOptions } from '../../host/window.mjs';
import { patience } from '../../support/pace.mjs';
import { asJustNow } from './words.ts';

type Browser = Awaited<ReturnType<typeof launchBrowser>>;
type Look = Omit<WindowOptions, 'browser' | 'server'> & {
  browser?: WindowOptions['browser'];
  server?: Server;
  /** The extension is there already: it is not to be loaded from its folder. */
  installed?: boolean;
};

/** The id of the one item in the status bar. */
export const statusItem = 'work-sessions.work-sessions.workSessions.status';

/** The icon in the activity bar, with its badge. */
export const activityItem = '.activitybar .action-item:has(.action-label[aria-label^="Work Sessions"])';

/** What VS Code itself complains of, whatever an extension does. */
const harmless = [
  // When a window is open for longer: there is no GitHub to sign in to.
  /Timed out waiting for authentication provider 'github' to register/,
  // When a row is scrolled into sight while its parent is being drawn anew: only its icon's place is guessed.
  /\[TreeView\] Failed to resolve parent for/,
];

/** What the tests of a file share: a browser. Each test has servers and windows of its own, which end with it. */
export function useWorkbench() {
  let browser: Browser;
  const windows: Window[] = [];
  const servers: Server[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async context => {
    const open = windows.splice(0);
    if (context.task.result?.state === 'fail') {
      for (const [index, window] of open.entries()) {
        await window.screenshot(`failed-${context.task.name}-${index + 1}`).catch(() => {});
      }
    }
    // All are closed, whatever one of them has to complain of.
    const closed = await Promise.allSettled(open.map(window => window.close()));
    await Promise.all(servers.splice(0).map(server => server.stop()));
    for (const result of closed) if (result.status === 'rejected') throw result.reason;
  });

  const bench = {
    get browser(): Browser {
      return browser;
    },
    /** A VS Code whose sessions are those of a desk. */
    async server(desk: Desk, options: ServerOptions = {}): Promise<Server> {
      const server = await startServer({
        ...options,
        env: { WORK_SESSIONS_HOME: desk.home, GIT_CONFIG_GLOBAL: '/dev/null', ...options.env },
      });
      servers.push(server);
      return server;
    },
    /** A window on a desk's folder, with the extension active and its view in sight. */
    async open(desk: Desk, look: Look = {}): Promise<Window> {
      const window = await openWindow({
        browser,
        server: look.server ?? (await bench.server(desk)),
        folder: desk.folder,
        ...(look.installed ? {} : { extensionDevelopmentPath: inject('extension') }),
        untilActive: 'work-sessions.work-sessions',
        viewport: { width: 1100, height: 720 },
        ...look,
        allowedErrors: [...harmless, ...(look.allowedErrors ?? [])],
      });
      windows.push(window);
      await showSessions(window);
      return window;
    },
  };
  return bench;
}

/** Clicks the icon in the activity bar, as a person does. */
export async function showSessions(window: Window): Promise<void> {
  const { pane } = window.tree('Sessions');
  if (await pane.isVisible()) return;
  await window.page.locator(activityItem).click();
  await pane.waitFor({ timeout: patience(30_000) });
}

/** The words of all rows: label, then description, indented by level; what is minutes old as if just now. */
export async function drawing(window: Window): Promise<string[]> {
  const rows = await window.tree('Sessions').rows();
  return rows.map(
    ({ level, label, description }) =>
      `${'  '.repeat(level - 1)}${label}${description ? ` | ${asJustNow(description)}` : ''}`,
  );
}

/** Waits until the rows are these. */
export async function untilDrawn(window: Window, rows: readonly string[]): Promise<void> {
  await expect.poll(() => drawing(window), { timeout: patience(30_000) }).toEqual(rows);
}
