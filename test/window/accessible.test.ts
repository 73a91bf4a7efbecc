import { expect, test } from 'vitest';
import { focusOn, pressUntil, untilListed } from './support/doing.ts';
import { focused } from './support/inPage.mjs';
import { showcase, showcaseDesk } from './support/showcase.ts';
import { asJustNow } from './support/words.ts';
import { statusItem, useWorkbench } from './support/workbench.ts';

const bench = useWorkbench();

test('everything is read aloud and reached with keys', async () => {
  const desk = await showcaseDesk();
  const window = await bench.open(desk);
  const { page } = window;
  const tree = window.tree('Sessions');
  await tree.untilRow(showcase.needing);
  await focusOn(window, 'Work Sessions: Focus on Sessions View');

  // Down the tree with arrow keys alone, opening what can be opened.
  await pressUntil(window, 'ArrowDown', 'Needs you');
  await pressUntil(window, 'ArrowDown', showcase.needing);
  await page.keyboard.press('ArrowRight');
  await tree.untilRow('Events');
  await pressUntil(window, 'ArrowDown', 'Decisions');
  await page.keyboard.press('ArrowRight');
  await tree.untilRow('Retry twice before giving up');
  await pressUntil(window, 'ArrowDown', 'Recently completed');
  await page.keyboard.press('ArrowRight');
  await tree.untilRow(showcase.completed);
  const spoken = (await tree.rows()).map(({ ariaLabel }) => asJustNow(ariaLabel.trim()));
  expect(spoken).toEqual([
    'Needs you',
    `${showcase.needing}, needs you: Decide the timeout: 5 s or 10 s?, branch main, 1 of 3 tasks done, just now`,
    'Task Reproduce it, done',
    'Task Write a test, in progress',
    'Task Try with 10 s, to do',
    expect.stringMatching(/^Question, asked .*: Is 10 s enough\?$/),
    'Next step: Measure on a phone',
    'Decisions 1',
    expect.stringMatching(/: Retry twice before giving up$/),
    'Commits 1',
    'Events 1',
    'Files 1',
    'Active',
    `${showcase.active}, active, branch main, 0 of 2 tasks done, just now`,
    `${showcase.stale}, stale, branch main, 3 days ago`,
    'Parked',
    `${showcase.parked}, parked, branch main, yesterday`,
    'Translate the mails, parked, branch main, 5 days ago',
    'Recently completed',
    `${showcase.completed}, completed, branch main, 8 days ago`,
  ]);
  const boxes = await tree.list.getByRole('checkbox').evaluateAll(elements => elements.map(String));
  expect(boxes).toHaveLength(3);
  for (const [subject, state] of [
    ['Reproduce it', 'done'],
    ['Write a test', 'in progress'],
  ] as const) {
    const box = (await tree.row(subject)).getByRole('checkbox');
    expect(await box.getAttribute('aria-label')).toBe(`Task ${subject}, ${state}`);
    expect(await box.getAttribute('aria-checked')).toBe(String(state === 'done'));
  }

  // A task is ticked off without a mouse.
  await pressUntil(window, 'ArrowUp', 'Task Try with 10 s');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(focused)).toBe('checkbox: Task Try with 10 s, to do');
  await page.keyboard.press('Space');
  await untilListed(desk, showcase.needing, session => session.counts.tasksCompleted === 2);

  const [item] = (await window.statusBar.items()).filter(({ id }) => id === statusItem);
  expect(item?.ariaLabel).toContain(
    `Work session: ${showcase.needing}, needs you: Decide the timeout: 5 s or 10 s?`,
  );
  expect(item).toMatchObject({ icons: ['codicon-bell-dot'], hasCommand: true });
  expect(await tree.pane.locator('.actions [role=button]:not([aria-label])').count()).toBe(0);
});
