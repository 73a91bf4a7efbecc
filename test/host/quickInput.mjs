import { patience } from '../support/pace.mjs';

/** @typedef {{ label: string, description: string, detail: string, ariaLabel: string, icons: string[], checked: boolean | undefined }} QuickItem */

/**
 * The box at the top of the window: the command palette, quick picks and input boxes.
 *
 * @param {import('playwright-core').Page} page
 */
export function quickInput(page) {
  const widget = page.locator('.quick-input-widget:visible');
  const input = widget.locator('.quick-input-box input');
  const rows = widget.locator('.quick-input-list .monaco-list-row');

  const self = {
    widget,
    input,
    isOpen: () => widget.isVisible(),
    untilOpen: (timeout = patience(30_000)) => widget.waitFor({ timeout }),
    untilClosed: (timeout = patience(30_000)) =>
      page
        .locator('.quick-input-widget')
        .waitFor({ state: 'hidden', timeout })
        .catch(async error => {
          throw new Error(`The quick input stayed open: ${await input.getAttribute('aria-label')}`, {
            cause: error,
          });
        }),
    title: () => widget.locator('.quick-input-title').textContent(),
    placeholder: () => input.getAttribute('placeholder'),
    value: () => input.inputValue(),
    /** What the box says under its input, and whether it refuses the input. */
    async message() {
      const box = await widget.locator('.quick-input-box .monaco-inputbox').getAttribute('class');
      const text = await widget.locator('.quick-input-message').textContent();
      return { text, severity: /\b(error|warning|info)\b/.exec(box ?? '')?.[1] };
    },
    /** Waits until the message says so: a validation may take its time. @param {string | RegExp} text */
    untilMessage: text =>
      widget.locator('.quick-input-message', { hasText: text }).waitFor({ timeout: patience(30_000) }),
    /** @param {string} text Replaces what is there. */
    type: text => input.fill(text),
    accept: () => input.press('Enter'),
    cancel: () => input.press('Escape'),
    /** The items shown: of a long list those in sight. @returns {Promise<QuickItem[]>} */
    items: () =>
      rows.evaluateAll(elements =>
        elements
          .sort((a, b) => a.dataset.index - b.dataset.index)
          .map(element => {
            const text = (/** @type {string} */ selector) =>
              element.querySelector(selector)?.textContent.trim() ?? '';
            const checkbox = element.querySelector('[role=checkbox]:not([style*="display: none"])');
            return {
              label: text('.quick-input-list-row:first-child .label-name'),
              description: text('.label-description'),
              detail: text('.quick-input-list-label-meta .label-name'),
              ariaLabel: element.getAttribute('aria-label'),
              icons: [...element.querySelectorAll('.quick-input-list-rows .codicon')].flatMap(icon =>
                [...icon.classList].filter(name => /^codicon-(?!colored|modifier)/.test(name)),
              ),
              checked: checkbox ? checkbox.getAttribute('aria-checked') === 'true' : undefined,
            };
          }),
      ),
    /** @param {string | RegExp} label The exact label, or a pattern. */
    item: label =>
      rows.filter({ has: page.locator('.quick-input-list-row:first-child .label-name', named(label)) }),
    /**
     * Picks an item by its label. Give `filter` where the list is longer than the screen.
     *
     * @param {string | RegExp} label
     * @param {string} [filter]
     */
    async pick(label, filter) {
      if (filter !== undefined) await input.fill(filter);
      await self
        .item(label)
        .first()
        .click({ timeout: patience(30_000) });
    },
    /**
     * Clicks a button of an item.
     *
     * @param {string | RegExp} label
     * @param {string} button
     */
    async clickItemButton(label, button) {
      const row = self.item(label).first();
      await row.hover();
      await row.getByRole('button', { name: button }).click();
    },
    /** Clicks a button of the box itself. @param {string} name */
    clickButton: name =>
      widget.locator('.quick-input-titlebar, .quick-input-header').getByRole('button', { name }).click(),
    /**
     * Runs a command through the palette by its whole title, as in `Work Sessions: Start Session`.
     *
     * @param {string} title The category may be left out where no other command ends the same way.
     */
    async runCommand(title) {
      await openPalette(page, widget);
      await input.fill(`>${title}`);
      await self
        .item(new RegExp(`(^|: )${escaped(title)}$`))
        .first()
        .click({ timeout: patience(30_000) });
      // What the test types next is meant for the box that the command opens.
      await palette(widget).waitFor({ state: 'hidden', timeout: patience(30_000) });
    },
  };
  return self;
}

/**
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Locator} widget
 */
async function openPalette(page, widget) {
  // A key pressed while the window moves its focus is lost; nobody would press it only once.
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('F1');
    try {
      return await widget
        .locator('input[placeholder^="Type the name of a command"]')
        .waitFor({ timeout: patience(3_000) });
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

/** @param {import('playwright-core').Locator} widget */
function palette(widget) {
  return widget.locator('input[placeholder^="Type the name of a command"]');
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * How to find an element by its whole text.
 *
 * @param {string | RegExp} text
 */
export function named(text) {
  return { hasText: typeof text === 'string' ? new RegExp(`^\\s*${escaped(text)}\\s*$`) : text };
}
