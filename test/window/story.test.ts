import { expect, test } from 'vitest';
import { gitDesk } from '../endToEnd/support/desk.ts';
import {
  fillIn,
  focusOn,
  keyCommand,
  pressUntil,
  typeIn,
  untilListed,
  untilStatus,
} from './support/doing.ts';
import { words } from './support/words.ts';
import { drawing, statusItem, untilDrawn, useWorkbench } from './support/workbench.ts';

const bench = useWorkbench();
const intent = 'Fix the login on slow networks';

test('by mouse: start, log, park, resume, complete, reopen', async () => {
  const desk = gitDesk('shop');
  const window = await bench.open(desk);
  const { quickInput, notifications, statusBar, contextMenu } = window;
  const tree = window.tree('Sessions');

  expect(await tree.welcome()).toContain('A session is one piece of work');
  await tree.clickWelcomeButton('Start Session');
  await fillIn(window, words.intent, intent);
  await tree.untilRow(intent);
  const started = await untilListed(desk, intent, session => session.status === 'active');
  expect(started).toMatchObject({ branch: 'main', worktree: desk.folder });
  await untilStatus(window, words.atWork(intent));
  await untilDrawn(window, ['Active', `  ${intent} | just now · main`]);

  await statusBar.click(statusItem);
  await quickInput.pick(/Log Event…$/);
  await fillIn(window, words.event, 'It times out after 3 s');
  const logged = await untilListed(desk, intent, session => session.counts.events === 1);
  expect(logged.events[0]?.message).toBe('It times out after 3 s');

  await (await tree.openContextMenu(intent)).pick('Add Task…');
  await fillIn(window, words.task, 'Write a test');
  await tree.toggle(intent);
  await tree.untilRow('Write a test');

  await tree.clickInlineAction(intent, 'Park Session');
  await fillIn(window, words.reason, 'Lunch');
  await fillIn(window, words.nextStep, 'Try with 10 s');
  await untilStatus(window, words.resume(intent));
  const parked = await untilListed(desk, intent, session => session.status === 'parked');
  expect(parked).toMatchObject({ parkedReason: 'Lunch', nextSteps: ['Try with 10 s'] });
  await tree.untilRow('Parked');
  expect((await drawing(window)).slice(0, 2)).toEqual(['Parked', `  ${intent} | just now · main`]);

  await statusBar.click(statusItem);
  await untilStatus(window, words.atWork(intent));
  const resumed = await untilListed(desk, intent, session => session.status === 'active');
  expect(resumed).toMatchObject({ resumedFrom: parked.id, nextSteps: ['Try with 10 s'] });
  expect(resumed.tasks.map(({ subject }) => subject)).toEqual(['Write a test']);
  expect(desk.document(parked.id)).toMatchObject({ status: 'completed', resumedAs: resumed.id });

  // The list is drawn a moment after the status bar: until then the row is still that of the parked one.
  await expect
    .poll(async () => (await tree.rows()).find(({ label }) => label === intent)?.ariaLabel)
    .toMatch(/\bactive\b/);
  await tree.openContextMenu(intent);
  expect((await contextMenu.items()).map(({ label }) => label)).toEqual(
    expect.arrayContaining([
      'Show Details',
      'Park Session…',
      'Complete Session…',
      'Log Event…',
      'Delete Session',
    ]),
  );
  await contextMenu.pick('Complete Session…');
  await fillIn(window, words.outcome, 'Released in 2.1');
  await untilStatus(window, words.startIdle);
  const completed = await untilListed(desk, intent, session => session.outcome === 'Released in 2.1');
  expect(completed).toMatchObject({ id: resumed.id, status: 'completed' });
  await untilDrawn(window, ['Recently completed']);

  await notifications.click(words.completed(intent), 'Undo');
  await untilStatus(window, words.atWork(intent));
  expect(desk.document(resumed.id).status).toBe('active');
});

test('by keyboard alone: start, log, park, resume, complete, delete, undo', async () => {
  const desk = gitDesk('shop');
  const window = await bench.open(desk);
  const { page, quickInput, notifications } = window;
  const tree = window.tree('Sessions');

  // The button of an empty view is the first thing in it.
  await focusOn(window, 'Work Sessions: Focus on Sessions View');
  await pressUntil(window, 'Tab', 'Start Session');
  await page.keyboard.press('Enter');
  await typeIn(window, words.intent, intent);
  await tree.untilRow(intent);
  await untilStatus(window, words.atWork(intent));

  await keyCommand(window, 'Work Sessions: Log Event…');
  await typeIn(window, words.event, 'It times out after 3 s');
  await untilListed(desk, intent, session => session.counts.events === 1);

  // Parked from the row's menu.
  await focusOn(window, 'Work Sessions: Focus on Sessions View');
  await pressUntil(window, 'ArrowDown', intent);
  await page.keyboard.press('ContextMenu');
  await window.contextMenu.items();
  await pressUntil(window, 'ArrowDown', 'Park Session…');
  await page.keyboard.press('Enter');
  await typeIn(window, words.reason, 'Lunch');
  await typeIn(window, words.nextStep, '');
  await untilStatus(window, words.resume(intent));
  const parked = await untilListed(desk, intent, session => session.status === 'parked');
  expect(parked).toMatchObject({ parkedReason: 'Lunch', nextSteps: [] });

  // Resumed from the status bar.
  await focusOn(window, 'View: Focus Status Bar');
  await pressUntil(window, 'ArrowRight', 'Resume the parked work session');
  await page.keyboard.press('Enter');
  await untilStatus(window, words.atWork(intent));
  const resumed = await untilListed(desk, intent, session => session.status === 'active');
  expect(resumed.resumedFrom).toBe(parked.id);

  // Completed through what the status bar offers.
  await focusOn(window, 'View: Focus Status Bar');
  await pressUntil(window, 'ArrowRight', 'Work session: ');
  await page.keyboard.press('Enter');
  await quickInput.untilOpen();
  await page.keyboard.type('complete');
  await expect.poll(async () => (await quickInput.items()).length).toBe(1);
  await page.keyboard.press('Enter');
  await typeIn(window, words.outcome, 'Released');
  await untilListed(desk, intent, session => session.outcome === 'Released');
  await untilStatus(window, words.startIdle);

  // Deleted in the list, and back.
  await focusOn(window, 'Work Sessions: Focus on Sessions View');
  await pressUntil(window, 'ArrowDown', 'Recently completed');
  await page.keyboard.press('ArrowRight');
  await tree.untilRow(intent);
  await pressUntil(window, 'ArrowDown', `${intent}, completed`);
  const before = (await desk.list()).length;
  await page.keyboard.press('Delete');
  await notifications.until(words.deleted(intent));
  expect(await desk.list()).toHaveLength(before - 1);
  await focusOn(window, 'Notifications: Focus Notification Toast');
  await pressUntil(window, 'Tab', 'Undo');
  await page.keyboard.press('Enter');
  await notifications.untilGone(words.deleted(intent));
  await expect.poll(async () => (await desk.list()).length).toBe(before);
});
