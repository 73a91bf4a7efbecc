import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commit, gitDesk, repository } from '../endToEnd/support/desk.ts';
import { fillIn, untilListed } from './support/doing.ts';
import { reaction } from './support/reaction.ts';
import { words } from './support/words.ts';
import { activityItem, drawing, statusItem, untilDrawn, useWorkbench } from './support/workbench.ts';

const bench = useWorkbench();

test('a project without sessions, both scopes, the badge', async () => {
  const desk = gitDesk('shop');
  const api = desk.at(repository(join(desk.root, 'api')));
  const { id } = await api.session('start', 'Read the new API');
  const window = await bench.open(desk);
  const tree = window.tree('Sessions');
  const badge = window.page.locator(`${activityItem} .badge`);
  expect(await tree.welcome()).toContain('No sessions in this project yet.');
  await untilDrawn(window, []);
  // Never another project's session.
  expect(await window.statusBar.text(statusItem)).toBe(words.startIdle);
  await expect.poll(() => badge.isVisible()).toBe(false);

  await tree.clickWelcomeButton('Show All Projects');
  await tree.untilRow('api');
  await untilDrawn(window, ['api', '  Active', '    Read the new API | just now · main']);
  await reaction(window, 'badge', '1', () => api.ok('needs', 'Choose a version', '--session', id));
  await tree.untilRow('Needs you');
  await untilDrawn(window, [
    'api',
    '  Needs you',
    '    Read the new API | Choose a version · just now · main',
  ]);
  await desk.ok('start', 'Fix the login');
  await desk.ok('needs', 'Decide the timeout');
  await tree.untilRow('shop');
  await expect.poll(() => badge.textContent()).toBe('2');
  expect(await badge.isVisible()).toBe(true);

  await tree.clickTitleAction('Show This Project');
  await tree.untilGone('api');
  await untilDrawn(window, ['Needs you', '  Fix the login | Decide the timeout · just now · main']);
  await desk.ok('needs', '--clear');
  await api.ok('needs', '--clear');
  await expect.poll(() => badge.isVisible()).toBe(false);
  await untilDrawn(window, ['Active', '  Fix the login | just now · main']);
  expect(await window.statusBar.text(statusItem)).toBe(words.startIdle);
});

test('rows under a session, a check box, the filter, an unreadable document', async () => {
  const desk = gitDesk('shop');
  await desk.ok('start', 'Tidy the docs', '--tag', 'docs');
  await desk.ok('complete', '--outcome', 'Done');
  const parked = await desk.session('start', 'Read the new API', '--tag', 'urgent');
  await desk.ok('park', parked.id, '--reason', 'Waiting for the review');
  const { id } = await desk.session(
    'start',
    'Fix the login',
    '--task',
    'Reproduce it',
    '--task',
    'Write a test',
  );
  await desk.ok('log', 'It times out after 3 s');
  await desk.ok('ask', 'Is 10 s enough?');
  await desk.ok('decide', 'Retry twice');
  await desk.ok('next', 'Try with 10 s');
  commit(desk.folder, 'Wait for longer', 'login.txt');
  await desk.ok('commit', 'capture');
  const window = await bench.open(desk);
  const tree = window.tree('Sessions');
  await tree.untilRow('Fix the login');
  const groups = [
    'Active',
    '  Fix the login | just now · main',
    'Parked',
    '  Read the new API | just now · main',
    'Recently completed',
  ];
  await untilDrawn(window, groups);

  await tree.toggle('Fix the login');
  for (const section of ['Decisions', 'Commits', 'Events', 'Files']) {
    await tree.untilRow(section);
    await tree.toggle(section);
  }
  await tree.untilRow('login.txt');
  const sha = desk.document(id).commits[0]?.id.slice(0, 8);
  expect((await drawing(window)).slice(2, -3)).toEqual([
    '    Reproduce it',
    '    Write a test',
    '    Is 10 s enough?',
    '    Try with 10 s',
    '    Decisions | 1',
    '      Retry twice',
    '    Commits | 1',
    `      Wait for longer | ${sha}`,
    '    Events | 1',
    '      It times out after 3 s | just now',
    '    Files | 1',
    '      login.txt',
  ]);
  await tree.click('login.txt');
  await window.editors.untilOpen('login.txt');

  const box = (await tree.row('Reproduce it')).getByRole('checkbox');
  expect(await box.getAttribute('aria-checked')).toBe('false');
  await box.click();
  await untilListed(desk, 'Fix the login', session => session.counts.tasksCompleted === 1);
  expect(desk.document(id).tasks[0]?.status).toBe('completed');
  await expect.poll(() => box.getAttribute('aria-label')).toBe('Task Reproduce it, done');
  expect(await box.getAttribute('aria-checked')).toBe('true');
  await box.click();
  await untilListed(desk, 'Fix the login', session => session.counts.tasksCompleted === 0);
  await tree.toggle('Fix the login');

  const filter = async (text: string, rows: string[]) => {
    await window.runCommand('Work Sessions: Filter Sessions…');
    await fillIn(window, words.filter, text);
    // Rows are not read while they all go.
    if (rows.length === 0) await tree.untilGone('Recently completed');
    await untilDrawn(window, rows);
  };
  await filter('new api', groups.slice(2, 4));
  await expect.poll(() => tree.message()).toBe('Filter: new api');
  await filter('#urgent', groups.slice(2, 4));
  await filter('#docs', groups.slice(4));
  await filter('#docs login', []);
  await expect.poll(() => tree.message()).toBe('No session matches the filter “#docs login”.');
  await tree.clickTitleAction('Clear Filter');
  await untilDrawn(window, groups);

  const file = 'sess_20260101T0000_00000bad.json';
  const path = join(desk.home, 'sessions', file);
  mkdirSync(join(desk.home, 'sessions'), { recursive: true });
  writeFileSync(path, '{ "half": ', { mode: 0o600 });
  await tree.untilRow(file);
  expect((await drawing(window)).slice(-2)).toEqual(['Unreadable', `  ${file} | unreadable`]);
  expect(await tree.inlineActions(file)).toEqual(['Open Session File', 'Run Doctor']);
  await tree.clickInlineAction(file, 'Open Session File');
  await window.editors.untilOpen(file);
  await tree.clickInlineAction(file, 'Run Doctor');
  await window.notifications.until(words.doctorFound);
  expect(readFileSync(path, 'utf8')).toBe('{ "half": ');
});
