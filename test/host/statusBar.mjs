import { patience } from '../support/pace.mjs';

/** @typedef {{ id: string, text: string, icons: string[], ariaLabel: string, kind: string | undefined, hasCommand: boolean }} StatusItem */

/**
 * The status bar. An extension's item has the id `publisher.extension.item`.
 *
 * @param {import('playwright-core').Page} page
 */
export function statusBar(page) {
  const items = page.locator('.statusbar-item:visible');
  /** @param {string} id */
  const item = id => page.locator(`.statusbar-item[id="${id}"]`);

  return {
    item,
    /** @returns {Promise<StatusItem[]>} */
    items: () =>
      items.evaluateAll(elements =>
        elements.map(element => ({
          id: element.id,
          text: element.querySelector('.statusbar-item-label')?.textContent.trim() ?? '',
          icons: [...element.querySelectorAll('.codicon')].flatMap(icon =>
            [...icon.classList].filter(name => /^codicon-(?!modifier)/.test(name)),
          ),
          ariaLabel: element.getAttribute('aria-label') ?? '',
          kind: [...element.classList].find(name =>
            /^(error|warning|prominent|remote|offline)-kind$/.test(name),
          ),
          hasCommand: element.classList.contains('has-command'),
        })),
      ),
    /** @param {string} id */
    text: async id => ((await item(id).textContent()) ?? '').trim(),
    /** @param {string} id @param {string | RegExp} text */
    untilText: (id, text, timeout = patience(30_000)) =>
      item(id).filter({ hasText: text }).waitFor({ timeout }),
    /** @param {string} id */
    click: id =>
      item(id)
        .locator('.statusbar-item-label')
        .click({ timeout: patience(30_000) }),
  };
}
