import { patience } from '../support/pace.mjs';

/** @typedef {{ message: string, severity: string, source: string, buttons: string[] }} Notification */

/**
 * Notifications, whether they float or lie in the notification centre.
 *
 * @param {import('playwright-core').Page} page
 */
export function notifications(page) {
  const items = page.locator('.notification-list-item:visible');
  /** @param {string | RegExp} message A part of it, or a pattern. */
  const item = message =>
    items.filter({ has: page.locator('.notification-list-item-message', { hasText: message }) }).first();

  return {
    /** @returns {Promise<Notification[]>} */
    list: () =>
      items.evaluateAll(elements =>
        elements.map(element => ({
          message: element.querySelector('.notification-list-item-message').textContent,
          severity:
            /codicon-(error|warning|info)/.exec(
              element.querySelector('.notification-list-item-icon').className,
            )?.[1] ?? '',
          source: (element.querySelector('.notification-list-item-source')?.textContent ?? '').replace(
            /^Source: /,
            '',
          ),
          buttons: [
            ...element.querySelectorAll('.notification-list-item-buttons-container .monaco-button'),
          ].map(button => button.textContent),
        })),
      ),
    /** @param {string | RegExp} message */
    until: (message, timeout = patience(30_000)) => item(message).waitFor({ timeout }),
    /** @param {string | RegExp} message */
    untilGone: (message, timeout = patience(30_000)) => item(message).waitFor({ state: 'detached', timeout }),
    /**
     * @param {string | RegExp} message
     * @param {string} button
     */
    click: (message, button) =>
      item(message)
        .getByRole('button', { name: button, exact: true })
        .click({ timeout: patience(30_000) }),
    /** @param {string | RegExp} message */
    async dismiss(message) {
      await item(message).hover();
      await item(message)
        .locator('.codicon-notifications-clear')
        .click({ timeout: patience(30_000) });
    },
  };
}

/**
 * The dialog in front of everything.
 *
 * @param {import('playwright-core').Page} page
 */
export function dialog(page) {
  const box = page.locator('.monaco-dialog-box');
  return {
    until: (timeout = patience(30_000)) => box.waitFor({ timeout }),
    isOpen: () => box.isVisible(),
    message: () => box.locator('.dialog-message-text').textContent(),
    detail: () => box.locator('.dialog-message-detail').textContent(),
    buttons: () => box.locator('.dialog-buttons .monaco-button').allTextContents(),
    /** @param {string} button */
    click: button =>
      box.getByRole('button', { name: button, exact: true }).click({ timeout: patience(30_000) }),
  };
}
