import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Desk, git, gitDesk } from '../endToEnd/support/desk.ts';
import type { Window } from '../host/window.mjs';
import { patience } from '../support/pace.mjs';
import { fillIn, untilListed, untilStatus } from './support/doing.ts';
import { words } from './support/words.ts';
import { statusItem, untilDrawn, useWorkbench } from './support/workbench.ts';

const bench = useWorkbench();
// VS Code repeats the message of an error on the console.
const allowedErrors = [new RegExp(words.alreadyResumed)];
const intent = 'Fix the login';

/** Both press Resume at the same moment: there is one continuation, and the loser is led to it. */
async function race(desk: Desk, windows: [Window, Window]): Promise<void> {
  const { id: parked } = await desk.session('park', '--reason', 'Lunch', '--next', 'Try with 10 s');
  await Promise.all(windows.map(window => untilStatus(window, words.resume(intent))));
  // Letting go of the button is what clicks: neither can have seen the other's.
  for (const { statusBar, page } of windows) {
    await statusBar.item(statusItem).hover();
    await page.mouse.down();
  }
  await Promise.all(windows.map(({ page }) => page.mouse.up()));

  await Promise.all(windows.map(window => window.tree('Sessions').untilRow('Active')));
  const list = await desk.list();
  expect(list.map(({ status }) => status).sort()).toEqual(['active', 'completed']);
  const continuation = list.find(({ status }) => status === 'active');
  expect(continuation).toMatchObject({ resumedFrom: parked, nextStep: 'Try with 10 s' });
  expect(desk.document(parked).resumedAs).toBe(continuation?.id);

  const told = await Promise.race(
    windows.map(async window => {
      await window.notifications.until(words.alreadyResumed);
      return window;
    }),
  );
  const [loser, winner] = told === windows[0] ? windows : [windows[1], windows[0]];
  await loser.notifications.click(words.alreadyResumed, words.goToContinuation);
  await loser.editors.untilOpen(`Preview ${intent}.md`);
  const preview = loser.editors.webview();
  await preview.getByText(continuation?.id ?? '').waitFor({ timeout: patience(30_000) });
  expect(JSON.stringify(await winner.notifications.list())).not.toContain(words.alreadyResumed);
  for (const window of windows) {
    await untilStatus(window, words.atWork(intent));
    await untilDrawn(window, ['Active', `  ${intent} | just now · main`, 'Recently completed']);
  }
}

test('two windows of one editor: one continuation, and a session of the one is offered in the other', async () => {
  const desk = gitDesk('shop');
  const server = await bench.server(desk);
  const [left, right] = [
    await bench.open(desk, { server, allowedErrors }),
    await bench.open(desk, { server, allowedErrors }),
  ];
  await left.runCommand('Work Sessions: Start Session…');
  await fillIn(left, words.intent, intent);
  await untilStatus(left, words.atWork(intent));
  await right.tree('Sessions').untilRow(intent);
  // Offered, not imposed.
  await right.notifications.until(`${words.startedHere}: “${intent}”.`);
  expect(await right.statusBar.text(statusItem)).toBe(words.startIdle);
  expect(await left.notifications.list()).toEqual([]);
  await right.notifications.click(words.startedHere, 'Use in This Window');
  await untilStatus(right, words.atWork(intent));
  await race(desk, [left, right]);
});

test('two editors of one home, and a window of another worktree', async () => {
  const desk = gitDesk('shop');
  const worktree = join(desk.root, 'shop-hotfix');
  git(desk.folder, 'worktree', 'add', '-q', '-b', 'hotfix', worktree);
  const [left, right] = [
    await bench.open(desk, { allowedErrors }),
    await bench.open(desk, { allowedErrors }),
  ];
  await desk.ok('start', intent);
  for (const window of [left, right]) {
    await window.notifications.click(words.startedHere, 'Use in This Window');
  }
  await race(desk, [left, right]);

  // A worktree of the same repository shows the session, and is not asked to take it.
  const elsewhere = await bench.open(desk.at(worktree));
  await elsewhere.tree('Sessions').untilRow(intent);
  expect(await elsewhere.statusBar.text(statusItem)).toBe(words.startIdle);
  await desk.at(worktree).ok('start', 'Repair the release');
  await elsewhere.notifications.until(`${words.startedHere}: “Repair the release”.`);
  await left.tree('Sessions').untilRow('Repair the release');
  await untilListed(desk, 'Repair the release', session => session.branch === 'hotfix');
  expect((await left.notifications.list()).filter(({ message }) => message.includes('Repair'))).toEqual([]);
});
