// Takes the pictures of the walkthrough and of the README, from the packed extension in a real VS Code:
//   node scripts/takePictures.mjs
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser } from '../test/host/browser.mjs';
import { startServer } from '../test/host/server.mjs';
import { openWindow } from '../test/host/window.mjs';
import { makeEmptyExample, makeExample } from './example/example.mjs';
import { build, checkout } from './example/run.mjs';
import { makeVsix } from './package/vsix.mjs';
import { toPalette } from './pictures/palettePng.mjs';
import { picturesOfReadme } from './pictures/readme.mjs';
import { picturesOfWalkthrough } from './pictures/walkthrough.mjs';

const settings = {
  // What has nothing to do with the pictures.
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  'workbench.navigationControl.enabled': false,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is VS Code that fills it in
  'window.title': '${rootName}',
  'editor.fontSize': 13,
  'editor.minimap.enabled': false,
  'editor.scrollbar.vertical': 'hidden',
  'editor.scrollbar.horizontal': 'hidden',
  'editor.occurrencesHighlight': 'off',
  'editor.renderLineHighlight': 'none',
  'breadcrumbs.enabled': false,
};

await build();
const scratch = await realpath(await mkdtemp(path.join(tmpdir(), 'ws-')));
const browser = await launchBrowser();
try {
  const vsix = await makeVsix(path.join(scratch, 'work-sessions.vsix'));
  const beginning = await makeEmptyExample(path.join(scratch, 'robin'));
  const example = await makeExample(path.join(scratch, 'home'));
  await session(vsix, beginning, { width: 700, height: 430 }, 1.5, picturesOfWalkthrough);
  await session(vsix, example, { width: 1120, height: 680 }, 1, picturesOfReadme);
} finally {
  await browser.close();
  await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/**
 * Opens a VS Code of a size and hands it over, with a way to take pictures.
 *
 * @param {string} vsix
 * @param {{ home: string, store: string, project: string }} example
 * @param {{ width: number, height: number }} viewport
 * @param {number} deviceScaleFactor
 * @param {(window: import('../test/host/window.mjs').Window, take: Take) => Promise<void>} takeAll
 */
async function session(vsix, example, viewport, deviceScaleFactor, takeAll) {
  const server = await startServer({
    vsix,
    settings,
    home: example.home,
    env: { WORK_SESSIONS_HOME: example.store },
  });
  const context = await browser.newContext({
    viewport,
    deviceScaleFactor,
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  try {
    const window = await openWindow({
      browser: context,
      server,
      folder: example.project,
      untilActive: 'work-sessions.work-sessions',
    });
    await takeAll(window, async (name, clip) => {
      // Under the pointer things light up; and what has just moved comes to rest.
      await window.page.waitForTimeout(400);
      const file = path.join(checkout, name);
      await mkdir(path.dirname(file), { recursive: true });
      const png = toPalette(await window.page.screenshot({ caret: 'hide', ...(clip ? { clip } : {}) }));
      await writeFile(file, png);
      console.log(`${name}: ${(png.length / 1024).toFixed(1)} KB`);
    });
  } finally {
    await context.close();
    await server.stop();
  }
}

/** @typedef {(name: string, clip?: { x: number, y: number, width: number, height: number }) => Promise<void>} Take */
