import { patience } from '../support/pace.mjs';
import { named } from './quickInput.mjs';

/**
 * The context menu that is open.
 *
 * @param {import('playwright-core').Page} page
 */
export function contextMenu(page) {
  const menus = page.locator('.monaco-menu');

  /** @param {import('playwright-core').Locator} menu */
  async function untilUsable(menu) {
    await menu.waitFor({ timeout: patience(30_000) });
    // A menu ignores clicks during its first 100 ms, lest the click that opened it picks an item.
    await page.waitForTimeout(150);
  }

  return {
    /** What the menu offers, top level only. */
    async items() {
      await untilUsable(menus.first());
      const items = menus
        .first()
        .locator('> .monaco-action-bar > ul > li:not(:has(> .separator)) > .action-menu-item');
      return items.evaluateAll(elements =>
        elements.map(element => ({
          label: element.querySelector('.action-label').textContent.trim(),
          enabled:
            !element.classList.contains('disabled') && element.getAttribute('aria-disabled') !== 'true',
          submenu: element.getAttribute('aria-haspopup') === 'true',
        })),
      );
    },
    /** Picks an item; more labels lead through submenus. @param {...string} labels */
    async pick(...labels) {
      for (const [depth, label] of labels.entries()) {
        const menu = menus.nth(depth);
        await untilUsable(menu);
        const item = menu
          .locator('.action-menu-item', { has: page.locator('.action-label', named(label)) })
          .first();
        if (depth === labels.length - 1) await item.click({ timeout: patience(30_000) });
        // A submenu opens by resting on its item.
        else await item.hover({ timeout: patience(30_000) });
      }
    },
    close: () => page.keyboard.press('Escape'),
  };
}
