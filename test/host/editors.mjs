import { patience } from '../support/pace.mjs';

/**
 * The editors of a window, webviews among them.
 *
 * @param {import('playwright-core').Page} page
 */
export function editors(page) {
  const tabs = page.locator('.tabs-container .tab');
  // The name of a file is drawn in two parts.
  const names = tabs.locator('.monaco-icon-label-container');
  /** @param {any[]} elements */
  const read = elements =>
    elements.map(element =>
      ['.label-name', '.label-suffix'].map(part => element.querySelector(part)?.textContent ?? '').join(''),
    );
  return {
    /** The names of all tabs. */
    tabs: () => names.evaluateAll(read),
    active: async () =>
      (await page.locator('.tabs-container .tab.active .monaco-icon-label-container').evaluateAll(read))[0],
    /** @param {string} name */
    untilOpen: (name, timeout = patience(30_000)) =>
      tabs.and(page.getByRole('tab', { name })).first().waitFor({ timeout }),
    /** The text in sight of the active editor. */
    text: async () => {
      // Drawn lines lie in no order of their own, and their spaces are unbreakable.
      const lines = await page
        .locator('.editor-instance')
        .first()
        .locator('.view-line')
        .evaluateAll(elements =>
          elements
            .map(element => ({ top: Number.parseFloat(element.style.top), text: element.textContent }))
            .sort((a, b) => a.top - b.top)
            .map(line => line.text),
        );
      return lines.join('\n').replaceAll('\u00a0', ' ');
    },
    /** The document inside the one webview that is visible. */
    webview: () => page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame'),
  };
}
