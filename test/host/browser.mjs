import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { canInstall, install } from './debian.mjs';
import { exclusively } from './exclusively.mjs';

/** @typedef {import('playwright-core').Browser} Browser */

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @returns {string[]} */
function usualPlaces() {
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
        name => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    case 'win32': {
      const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
      const programs = [
        'Google\\Chrome\\Application\\chrome.exe',
        'Microsoft\\Edge\\Application\\msedge.exe',
      ];
      return programs.flatMap(program => roots.filter(root => root).map(root => `${root}\\${program}`));
    }
    default:
      return [
        ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'].map(
          name => `/usr/bin/${name}`,
        ),
        '/snap/bin/chromium',
      ];
  }
}

/**
 * The browser named by `BROWSER_EXECUTABLE`, else one in a usual place.
 *
 * @returns {string | undefined}
 */
export function findBrowser() {
  const named = process.env.BROWSER_EXECUTABLE;
  if (named) {
    if (!existsSync(named)) throw new Error(`BROWSER_EXECUTABLE names ${named}, which does not exist.`);
    return named;
  }
  return usualPlaces().find(place => existsSync(place));
}

/**
 * Finds a browser; on Debian, as root, installs one when there is none.
 *
 * @returns {Promise<string>}
 */
export async function prepareBrowser() {
  const found = findBrowser();
  if (found) return found;
  if (canInstall()) {
    return exclusively('browser', async () => findBrowser() ?? (await installBrowser()));
  }
  throw new Error('No browser found. Install Chrome, Chromium or Edge, or name one in BROWSER_EXECUTABLE.');
}

async function installBrowser() {
  // Without a font every text is invisible in screenshots; the workbench's own Git extension wants git.
  await install(['chromium', 'fonts-dejavu-core', ...(existsSync('/usr/bin/git') ? [] : ['git'])]);
  const installed = findBrowser();
  if (!installed) throw new Error('apt-get installed chromium, yet it is in none of the usual places.');
  return installed;
}

/**
 * Starts a browser. It ends with this process, however that ends.
 *
 * @param {{ headless?: boolean }} [options] Show it, to look on: `headless: false`, or `SHOW_BROWSER=1`.
 * @returns {Promise<Browser>}
 */
export async function launchBrowser({ headless = !process.env.SHOW_BROWSER } = {}) {
  return chromium.launch({ executablePath: await prepareBrowser(), headless, args: FLAGS });
}
