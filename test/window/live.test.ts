import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Desk, gitDesk, repository } from '../endToEnd/support/desk.ts';
import type { Window } from '../host/window.mjs';
import { patience } from '../support/pace.mjs';
import { untilStatus } from './support/doing.ts';
import { type Place, reaction } from './support/reaction.ts';
import { words } from './support/words.ts';
import { drawing, untilDrawn, useWorkbench } from './support/workbench.ts';

const bench = useWorkbench();

/** The row that is selected, and those that are expanded. */
async function place(window: Window) {
  const rows = await window.tree('Sessions').rows();
  return {
    selected: rows.filter(row => row.selected).map(row => row.label),
    expanded: rows.filter(row => row.expanded && row.level > 1).map(row => row.label),
  };
}

test('what another process changes is seen at once, and nothing loses its place', async () => {
  const desk = gitDesk('shop');
  const other = (await desk.session('start', 'Tidy the docs')).id;
  const { id } = await desk.session(
    'start',
    'Fix the login',
    '--task',
    'Reproduce it',
    '--task',
    'Write a test',
  );
  await desk.ok('log', 'It times out', '--session', id);
  const window = await bench.open(desk);
  const tree = window.tree('Sessions');
  await tree.untilRow('Fix the login');
  await untilStatus(window, words.atWork('Fix the login'));
  await tree.toggle('Fix the login');
  await tree.untilRow('Events');
  await tree.toggle('Events');
  await tree.untilRow('It times out');
  await (await tree.openContextMenu('Fix the login')).pick('Show Details');
  const preview = window.editors.webview();
  await preview.getByRole('heading', { name: 'Fix the login' }).waitFor({ timeout: patience(30_000) });
  await tree.click(/^Fix the login$/);
  // The click collapses a row that is expanded.
  await tree.toggle('Fix the login');
  await tree.untilRow('It times out');
  const kept = { selected: ['Fix the login'], expanded: ['Fix the login', 'Events'] };
  expect(await place(window)).toEqual(kept);

  const times: Record<string, number> = {};
  const see = async (name: string, where: Place, text: string, ...command: string[]) => {
    times[name] = await reaction(window, where, text, () => desk.ok(...command));
  };
  await see('task', 'row', '1 of 2 tasks done', 'task', 'set', 'Reproduce it', 'completed', '--session', id);
  await preview.getByText('☑ Reproduce it').waitFor({ timeout: patience(30_000) });
  expect(await place(window)).toEqual(kept);
  await see('event', 'row', 'Only on 3G', 'log', 'Only on 3G', '--session', id);
  await preview.getByText('Only on 3G').waitFor({ timeout: patience(30_000) });
  expect(await place(window)).toEqual(kept);
  // Another row goes to the top: the order changes.
  await desk.ok('log', 'Half of it done', '--session', other);
  await expect.poll(async () => (await drawing(window))[1]).toContain('Tidy the docs');
  expect(await place(window)).toEqual(kept);
  // The row goes to another group.
  await see('needs', 'badge', '1', 'needs', 'Decide the timeout', '--session', id);
  await expect.poll(async () => (await drawing(window))[0]).toBe('Needs you');
  await expect.poll(() => place(window)).toEqual(kept);
  await see(
    'intent, in the status bar',
    'statusBar',
    'Fix the slow login',
    'edit',
    '--intent',
    'Fix the slow login',
    '--session',
    id,
  );
  await tree.untilRow('Fix the slow login');
  await preview.getByRole('heading', { name: 'Fix the slow login' }).waitFor({ timeout: patience(30_000) });
  expect(await place(window)).toEqual({
    selected: ['Fix the slow login'],
    expanded: ['Fix the slow login', 'Events'],
  });
  console.log('Seen so many milliseconds after the end of the command, before it where negative:', times);
});

test('many changes at once are all seen, and nothing loses its place', async () => {
  const desk = gitDesk('shop');
  const { id } = await desk.session('start', 'In hand', '--task', 'Reproduce it');
  const others: string[] = [];
  for (let each = 0; each < 12; each++) others.push((await desk.session('start', `Other ${each}`)).id);
  const window = await bench.open(desk);
  const tree = window.tree('Sessions');
  await tree.untilRow('In hand');
  await tree.toggle('In hand');
  await tree.untilRow('Reproduce it');
  await tree.click('Reproduce it');
  const kept = { selected: ['Reproduce it'], expanded: ['In hand'] };
  expect(await place(window)).toEqual(kept);

  const began = Date.now();
  await Promise.all([
    ...others.slice(0, 4).map(other => desk.ok('log', 'Something', '--session', other)),
    ...others.slice(4, 8).map(other => desk.ok('park', other, '--reason', 'Later')),
    ...others.slice(8, 11).map(other => desk.ok('complete', other)),
    ...['New 1', 'New 2', 'New 3'].map(intent => desk.ok('start', intent)),
    desk.ok('needs', 'An answer', '--session', others[11] as string),
    ...['a', 'b', 'c'].map(subject => desk.ok('task', 'add', subject, '--session', id)),
  ]);
  const ended = Date.now();
  const list = await desk.list();
  const labels = (status: string) =>
    list.filter(session => session.status === status && session.needs === null).map(({ intent }) => intent);
  const tasks = desk.document(id).tasks.map(({ subject }) => subject);
  const active = labels('active').flatMap(intent => (intent === 'In hand' ? [intent, ...tasks] : [intent]));
  const wanted = [
    'Needs you',
    'Other 11',
    'Active',
    ...active,
    'Parked',
    ...labels('parked'),
    'Recently completed',
  ];
  await expect
    .poll(async () => (await tree.rows()).map(({ label }) => label), { timeout: patience(30_000) })
    .toEqual(wanted);
  console.log(`18 changes in ${ended - began} ms were all drawn ${Date.now() - ended} ms after the last.`);
  expect(await place(window)).toEqual(kept);
});

test('what is selected and open stays so, however often its session goes to another group', async () => {
  const desk = gitDesk('shop');
  const other = (await desk.session('start', 'Tidy the docs')).id;
  const { id } = await desk.session('start', 'Fix the login', '--task', 'Reproduce it');
  await desk.ok('log', 'It times out', '--session', id);
  const window = await bench.open(desk);
  const tree = window.tree('Sessions');
  await tree.untilRow('Fix the login');
  await tree.toggle('Fix the login');
  await tree.untilRow('Events');
  await tree.toggle('Events');
  await tree.untilRow('It times out');
  await tree.click('Events');
  await tree.toggle('Events');
  const kept = { selected: ['Events'], expanded: ['Fix the login', 'Events'] };
  await expect.poll(() => place(window)).toEqual(kept);
  for (let turn = 0; turn < 12; turn++) {
    await desk.ok('log', 'Half of it done', '--session', other);
    await desk.ok('needs', ...(turn % 2 === 0 ? ['Decide'] : ['--clear']), '--session', id);
    await expect.poll(async () => (await drawing(window))[0]).toBe(turn % 2 === 0 ? 'Needs you' : 'Active');
    await expect.poll(() => place(window)).toEqual(kept);
  }
});

test('a row that goes to another group, of two that stay, keeps its place, in a project of many too', async () => {
  const desk = gitDesk('shop');
  const api = desk.at(repository(join(desk.root, 'api')));
  await api.ok('start', 'Read the new API');
  await desk.ok('start', 'Tidy the docs');
  const later = (await desk.session('start', 'Paint the door')).id;
  await desk.ok('park', later, '--reason', 'Rain');
  const { id } = await desk.session('start', 'Fix the login', '--task', 'Reproduce it');
  const window = await bench.open(desk);
  const tree = window.tree('Sessions');
  await tree.untilRow('Fix the login');
  await tree.toggle('Fix the login');
  await tree.click('Reproduce it');
  const kept = { selected: ['Reproduce it'], expanded: ['Fix the login'] };
  expect(await place(window)).toEqual(kept);

  const groupOf = async () => {
    const labels = (await drawing(window)).map(line => line.trim().split(' |')[0]);
    const at = labels.indexOf('Fix the login');
    return labels.slice(0, at).findLast(label => label === 'Active' || label === 'Parked');
  };
  await desk.ok('park', id, '--reason', 'Lunch');
  await expect.poll(groupOf).toBe('Parked');
  await expect.poll(() => place(window)).toEqual(kept);

  await tree.clickTitleAction('Show All Projects');
  await tree.untilRow('Read the new API');
  const inProjects = {
    selected: ['Paint the door'],
    expanded: ['Active', 'Active', 'Parked', 'Fix the login'],
  };
  await tree.click('Paint the door');
  await tree.toggle('Paint the door');
  await expect.poll(() => place(window)).toEqual(inProjects);
  // Two rows change places, and the list of their group with them.
  await desk.ok('edit', '--session', later, '--intent', 'Paint both doors');
  await tree.untilRow('Paint both doors');
  await expect.poll(() => place(window)).toEqual({ ...inProjects, selected: ['Paint both doors'] });
  // A group that appears, and is closed where nothing in it is selected.
  await desk.ok('complete', later, '--outcome', 'Let it be');
  await tree.untilRow('Recently completed');
  await expect
    .poll(() => place(window))
    .toEqual({ selected: ['Paint both doors'], expanded: [...inProjects.expanded, 'Recently completed'] });
});

test('a home folder that appears later, goes and comes again', async () => {
  const root = gitDesk('shop');
  const desk = new Desk(join(root.root, 'not', 'yet'), root.folder);
  const window = await bench.open(desk);
  const tree = window.tree('Sessions');
  await expect.poll(() => tree.welcome()).toContain('A session is one piece of work');
  await untilStatus(window, words.startIdle);

  const first = await reaction(window, 'row', 'Fix the login', () => desk.ok('start', 'Fix the login'));
  // It is offered, not imposed.
  await window.notifications.click(words.startedHere, 'Use in This Window');
  await untilStatus(window, words.atWork('Fix the login'));

  // The first commit is being looked for beside it, and noted in there.
  rmSync(desk.home, { recursive: true, maxRetries: 10 });
  await tree.untilGone('Fix the login', patience(60_000));
  await untilStatus(window, words.startIdle);
  const again = await reaction(window, 'row', 'Tidy the docs', () => desk.ok('start', 'Tidy the docs'));
  await untilDrawn(window, ['Active', '  Tidy the docs | just now · main']);
  console.log(`A new home was seen after ${first} ms, one that came again after ${again} ms.`);
});
