import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Desk, gitDesk } from '../endToEnd/support/desk.ts';
import { patience } from '../support/pace.mjs';
import { untilStatus } from './support/doing.ts';
import { reaction } from './support/reaction.ts';
import { words } from './support/words.ts';
import { useWorkbench } from './support/workbench.ts';

const bench = useWorkbench();
const count = 2_000;

/** Fills the home: the active session, 199 parked ones, the rest completed, a minute apart. */
async function fill(desk: Desk): Promise<void> {
  await desk.ok('start', 'In hand', '--task', 'Reproduce it');
  const sample = await desk.session('start', 'Sample', '--task', 'One', '--task', 'Two');
  await desk.ok('park', sample.id, '--reason', 'Later');
  const text = JSON.stringify(desk.document(sample.id));
  for (let each = 1; each <= count - 2; each++) {
    const id = `sess_20261001T0000_${each.toString(16).padStart(8, '0')}`;
    const at = new Date(Date.now() - each * 60_000).toISOString();
    const session = JSON.parse(
      text.replaceAll(sample.id, id).replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, JSON.stringify(at)),
    );
    const changes = each < 199 ? {} : { status: 'completed', endedAt: at };
    writeFileSync(desk.path(id), JSON.stringify({ ...session, ...changes, intent: `Session ${each}` }), {
      mode: 0o600,
    });
  }
}

test('2,000 sessions at home: the tree opens, scrolls, expands and follows', async () => {
  const desk = gitDesk('shop');
  await fill(desk);
  const window = await bench.open(desk);
  const { page } = window;
  const tree = window.tree('Sessions');
  const times: Record<string, number> = {};
  const timed = async (name: string, act: () => Promise<unknown>) => {
    const began = Date.now();
    await act();
    times[name] = Date.now() - began;
  };

  await timed('the first row, after activation', () => tree.untilRow('In hand'));
  await untilStatus(window, words.atWork('In hand'));
  await timed('expanding a session', async () => {
    await tree.toggle('Session 3');
    await tree.untilRow('One');
  });
  await tree.toggle('Session 3');
  await tree.click('Parked');
  await tree.untilRow('Recently completed');
  await timed('expanding the completed ones', async () => {
    await tree.toggle('Recently completed');
    await tree.untilRow('Session 199');
  });
  await page.keyboard.press('End');
  const more = `Show ${count - 199 - 1 - 20} more…`;
  await timed('showing all', async () => {
    await tree.click(more);
    await tree.untilGone(more);
  });
  await timed('to the last of 1,800', async () => {
    await page.keyboard.press('End');
    await tree.untilRow(`Session ${count - 2}`);
  });
  await timed('30 pages up', async () => {
    for (let press = 0; press < 30; press++) await page.keyboard.press('PageUp');
    await tree.untilGone(`Session ${count - 2}`);
  });
  await page.keyboard.press('Home');
  await tree.untilRow('In hand');
  times['a change by a command, after its end'] = await reaction(window, 'row', '1 of 1 task done', () =>
    desk.ok('task', 'set', 'Reproduce it', 'completed'),
  );
  times['a new session, after the end of its command'] = await reaction(window, 'row', 'Number 2001', () =>
    desk.ok('start', 'Number 2001'),
  );
  await untilStatus(window, words.atWork('In hand'));

  await window.runCommand('Developer: Show Running Extensions');
  const extension = page.locator('.runtime-extensions-editor .monaco-list-row', {
    hasText: 'work-sessions.work-sessions',
  });
  const activation = await extension.locator('.activation-time').textContent({ timeout: patience(30_000) });
  console.log(`${count} sessions, in milliseconds:`, times, `VS Code's own measure: ${activation}`);
  expect(activation).toMatch(/^Activation: \d+ms/);
});
