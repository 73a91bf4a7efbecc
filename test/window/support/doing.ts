import { expect } from 'vitest';
import type { Session } from '../../../src/model/session.ts';
import type { Desk, Listed } from '../../endToEnd/support/desk.ts';
import { until } from '../../endToEnd/support/program.ts';
import type { Window } from '../../host/window.mjs';
import { patience } from '../../support/pace.mjs';
import { focusedLabel, focusedTag, isFocusIn } from './inPage.mjs';
import { statusItem } from './workbench.ts';

/** Fills in the box that asks this, and presses Enter. */
export async function fillIn(window: Window, prompt: string, text: string): Promise<void> {
  await window.quickInput.untilMessage(prompt);
  if (text !== '') await window.quickInput.type(text);
  await window.quickInput.accept();
}

/** The same from the keyboard alone: whatever has the focus gets the keys. */
export async function typeIn(window: Window, prompt: string, text: string): Promise<void> {
  await window.quickInput.untilMessage(prompt);
  await expect.poll(() => window.page.evaluate(focusedTag)).toBe('INPUT');
  if (text !== '') await window.page.keyboard.type(text);
  await window.page.keyboard.press('Enter');
}

/** Presses a key until the focus is where it says this; a bounded number of times. */
export async function pressUntil(
  window: Window,
  key: string,
  label: string | RegExp,
  times = 25,
): Promise<void> {
  const isThere = (text: string) => (typeof label === 'string' ? text.startsWith(label) : label.test(text));
  const seen: string[] = [];
  for (let press = 0; press <= times; press++) {
    const text = await window.page.evaluate(focusedLabel);
    if (isThere(text)) return;
    seen.push(text);
    await window.page.keyboard.press(key);
  }
  throw new Error(`${key} never led to ${label}, but to: ${seen.join(' → ')}`);
}

/** Runs a command from the palette with keys alone. */
export async function keyCommand(window: Window, title: string): Promise<void> {
  const { page, quickInput } = window;
  await page.keyboard.press('F1');
  await quickInput.untilOpen();
  await page.keyboard.type(title);
  await expect.poll(async () => (await quickInput.items())[0]?.label).toBe(title);
  await page.keyboard.press('Enter');
}

/** Parts of a window that a command gives the focus. */
const parts = {
  'Work Sessions: Focus on Sessions View': '.pane:has(.pane-header[aria-label="Sessions Section"])',
  'View: Focus Status Bar': '.part.statusbar',
  'Notifications: Focus Notification Toast': '.notifications-toasts',
} as const;

/** Gives a part the focus. It has it some time after its command was run: a key before that would be lost. */
export async function focusOn(window: Window, command: keyof typeof parts): Promise<void> {
  await keyCommand(window, command);
  await expect.poll(() => window.page.evaluate(isFocusIn, parts[command])).toBe(true);
}

/** Waits until the project's sessions on disk are so; gives the one of this intent. */
export async function untilListed(
  desk: Desk,
  intent: string,
  is: (session: Listed) => boolean,
): Promise<Session> {
  const found = await until(`${intent} on disk`, async () =>
    (await desk.list()).find(session => session.intent === intent && is(session)),
  );
  return desk.document(found.id);
}

/** Waits until the status bar says exactly this. */
export async function untilStatus(window: Window, text: string | RegExp): Promise<void> {
  const said = expect.poll(() => window.statusBar.text(statusItem), { timeout: patience(30_000) });
  await (typeof text === 'string' ? said.toBe(text) : said.toMatch(text));
}
