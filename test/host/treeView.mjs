import { patience } from '../support/pace.mjs';
import { contextMenu } from './contextMenu.mjs';
import { named, quickInput } from './quickInput.mjs';

/**
 * @typedef {object} TreeRow
 * @property {string} label
 * @property {string} description
 * @property {number} level Counted from 1.
 * @property {boolean | undefined} expanded Undefined for a row without children.
 * @property {boolean} selected
 * @property {string} ariaLabel What a screen reader says.
 * @property {string[]} iconClasses Such as `codicon-debug-start`.
 * @property {string} iconColor As the theme resolves it, such as `rgb(56, 138, 52)`.
 */

/**
 * A tree view, by the name in its header.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export function treeView(page, name) {
  const pane = page.locator('.pane', { has: page.locator(`.pane-header[aria-label="${name} Section"]`) });
  const list = pane.locator('.monaco-list[role=tree]');
  const rows = list.locator('.monaco-list-rows > .monaco-list-row[role=treeitem]');
  /** @param {string | RegExp} label */
  const inSight = label => rows.filter({ has: page.locator('.label-name', named(label)) }).first();

  /**
   * Turns the wheel notch by notch, two rows each, until the row is drawn: a list draws only the rows in sight,
   * and some time after the wheel has turned.
   *
   * @param {'up' | 'down'} direction
   * @param {number} index
   */
  async function scrollTo(direction, index) {
    const drawn = list.locator(`.monaco-list-rows > [data-index="${index}"]`);
    await list.hover({ position: { x: 5, y: 5 } });
    for (let notch = 0; notch < 1_000 && (await drawn.count()) === 0; notch++) {
      await page.mouse.wheel(0, direction === 'up' ? -100 : 100);
      if (direction === 'down') await drawn.waitFor({ state: 'attached', timeout: patience(30_000) });
    }
    await drawn.waitFor({ state: 'attached', timeout: patience(30_000) });
  }

  /** Scrolls from top to bottom. @param {() => Promise<boolean>} seenEnough Asked at each stop. */
  async function scrollThrough(seenEnough) {
    await scrollTo('up', 0);
    while (!(await seenEnough())) {
      const drawn = await rows.evaluateAll(elements =>
        elements.map(element => Number(element.dataset.index)),
      );
      const last = Math.max(...drawn);
      if (await list.locator(`[data-index="${last}"][data-last-element=true]`).count()) return;
      await scrollTo('down', last + 1);
    }
  }

  /** The row with this label; it is scrolled into sight. @param {string | RegExp} label */
  async function row(label) {
    const found = inSight(label);
    if (!(await found.isVisible()) && (await rows.count()) > 0) await scrollThrough(() => found.isVisible());
    await found.waitFor({ timeout: patience(30_000) });
    return found;
  }

  const self = {
    pane,
    list,
    row,
    /** Opens the view, wherever it is, and gives it the focus. */
    async show() {
      await quickInput(page).runCommand(`Focus on ${name} View`);
      await pane.waitFor({ timeout: patience(30_000) });
    },
    /** All rows that are not inside a collapsed one. @returns {Promise<TreeRow[]>} */
    async rows() {
      await pane.waitFor({ timeout: patience(30_000) });
      /** @type {Map<number, TreeRow>} */
      const found = new Map();
      if ((await rows.count()) === 0) return [];
      await scrollThrough(async () => {
        for (const { index, ...row } of await rows.evaluateAll(readRows)) found.set(index, row);
        return false;
      });
      return [...found.keys()].sort((a, b) => a - b).map(index => /** @type {TreeRow} */ (found.get(index)));
    },
    /** Waits for a row that may not be there yet. @param {string | RegExp} label */
    untilRow: (label, timeout = patience(30_000)) => inSight(label).waitFor({ timeout }),
    /** @param {string | RegExp} label */
    untilGone: (label, timeout = patience(30_000)) => inSight(label).waitFor({ state: 'detached', timeout }),
    /** @param {string | RegExp} label */
    click: async label => (await row(label)).locator('.label-name').click(),
    /** Expands or collapses. @param {string | RegExp} label */
    toggle: async label => (await row(label)).locator('.monaco-tl-twistie').click(),
    /** The names of the actions that a row shows under the mouse. @param {string | RegExp} label */
    async inlineActions(label) {
      const found = await row(label);
      await found.hover();
      return found
        .locator('.actions .action-label')
        .evaluateAll(elements => elements.map(element => element.getAttribute('aria-label')));
    },
    /**
     * @param {string | RegExp} label
     * @param {string} action
     */
    async clickInlineAction(label, action) {
      const found = await row(label);
      await found.hover();
      await found
        .locator(`.actions .action-label[aria-label^="${action}"]`)
        .click({ timeout: patience(30_000) });
    },
    /** @param {string | RegExp} label */
    async openContextMenu(label) {
      await (await row(label)).locator('.label-name').click({ button: 'right' });
      return contextMenu(page);
    },
    /** The actions in the view's title. A view that is alone in its container has them in the container's. */
    titleActions: async () =>
      (await self.titleBar())
        .locator('.action-label:visible')
        .evaluateAll(elements =>
          elements.map(element => element.getAttribute('aria-label')).filter(label => label),
        ),
    /** @param {string} action */
    async clickTitleAction(action) {
      await pane.hover();
      await (await self.titleBar())
        .locator(`.action-label[aria-label^="${action}"]`)
        .click({ timeout: patience(30_000) });
    },
    async titleBar() {
      const header = pane.locator('.pane-header');
      return (await header.isVisible())
        ? header
        : page.locator('.part:has(.pane)', { has: pane }).locator('> .title');
    },
    /** The line above the rows. */
    message: () => pane.locator('.tree-explorer-viewlet-tree-view > .message').textContent(),
    /** What an empty view says. */
    welcome: () => pane.locator('.welcome-view-content').textContent(),
    /** @param {string} button */
    clickWelcomeButton: button =>
      pane.locator('.welcome-view-content').getByRole('button', { name: button }).click(),
  };
  return self;
}

/** Runs in the page. @param {any[]} elements */
function readRows(elements) {
  return elements.map(element => {
    const text = (/** @type {string} */ selector) =>
      element.querySelector(selector)?.textContent.trim() ?? '';
    const icon = element.querySelector('.custom-view-tree-node-item-icon');
    const expanded = element.getAttribute('aria-expanded');
    return {
      index: Number(element.dataset.index),
      label: text('.label-name'),
      description: text('.label-description'),
      level: Number(element.getAttribute('aria-level')),
      expanded: expanded === null ? undefined : expanded === 'true',
      selected: element.getAttribute('aria-selected') === 'true',
      ariaLabel: element.getAttribute('aria-label') ?? '',
      iconClasses: [...(icon?.classList ?? [])].filter(name => /^codicon-/.test(name)),
      iconColor: icon?.style.color ?? '',
    };
  });
}
