// Makes media/icon.png from assets/icon.svg, by the browser that the window tests use.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../test/host/browser.mjs';
import { toPalette } from './pictures/palettePng.mjs';

const size = 256;
const svg = await readFile(new URL('../assets/icon.svg', import.meta.url), 'utf8');
const target = new URL('../media/icon.png', import.meta.url);

const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>* { margin: 0 } svg { display: block }</style>${svg}`);
  await writeFile(target, toPalette(await page.screenshot({ omitBackground: true })));
  console.log(`Wrote ${fileURLToPath(target)}`);
} finally {
  await browser.close();
}
