import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Desk, gitDesk } from './support/desk.ts';

interface Emptied {
  removed: string[];
  failed: { id: string; message: string }[];
}

const gone = (desk: Desk) =>
  existsSync(join(desk.home, 'gone')) ? readdirSync(join(desk.home, 'gone')).sort() : [];

test('the trash is listed, and emptied only when that is said twice', async () => {
  const desk = gitDesk('shop');
  expect(await desk.ok('trash')).toBe('The trash is empty.\n');
  const kept = await desk.session('start', 'Stays');
  const { id } = await desk.session('start', 'Goes');
  await desk.ok('delete', id);
  expect(await desk.json('trash')).toMatchObject([{ id, place: 'trash' }]);
  expect(await desk.ok('trash')).toContain('Goes');
  // Without a terminal nobody can be asked.
  const refused = await desk.run('trash', '--empty');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  expect(await desk.run('trash', '--yes')).toMatchObject({ code: 2 });
  expect(await desk.json('trash', '--empty', '--yes', '--days', '1')).toEqual({ removed: [], failed: [] });
  expect(desk.document(id, 'trash').intent).toBe('Goes');

  expect(await desk.ok('trash', '--empty', '--yes')).toBe('Removed 1 session for good.\n');
  expect(gone(desk)).toEqual([id]);
  expect(readdirSync(join(desk.home, 'trash'))).toEqual([]);
  expect(await desk.run('restore', id)).toMatchObject({ code: 3 });
  expect(await desk.list()).toMatchObject([{ id: kept.id }]);
  expect(await desk.json('doctor')).toEqual([]);
});

test('nothing makes again what was removed: no interrupted resume, no agent, no import', async () => {
  const desk = gitDesk('shop');
  const { id } = await desk.session('start', 'Fix the login', '--task', 'reproduce');
  await desk.ok('park', '--session', id);
  const child = await desk.session('resume', id);
  const agent = ['--agent', 'claude', '--agent-session', 'a-1'];
  const own = await desk.session('start', 'The agent’s', ...agent);
  await desk.ok('export', '--all', '--format', 'json', '-o', join(desk.root, 'before.json'));
  await desk.ok('delete', child.id);
  await desk.ok('delete', own.id);
  const { removed } = await desk.json<Emptied>('trash', '--empty', '--yes');
  expect(removed.sort()).toEqual([child.id, own.id].sort());

  // The claim of the session that was resumed is closed, and whoever looks at it makes nothing of it.
  expect(desk.document(id).claims).toMatchObject([{ id: child.id, made: true }]);
  await desk.ok('show', id);
  expect((await desk.list()).map(session => session.id)).toEqual([id]);
  expect(await desk.json('doctor')).toEqual([]);

  const anew = await desk.session('start', 'The agent’s', ...agent);
  expect(anew.id).not.toBe(own.id);
  expect(await desk.session('start', 'The agent’s', ...agent)).toMatchObject({ id: anew.id });

  const again = await desk.run('import', join(desk.root, 'before.json'), '--json');
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('removed for good') });
  expect(JSON.parse(again.stdout)).toMatchObject({
    added: [],
    gone: expect.arrayContaining([child.id, own.id]),
  });
  expect(gone(desk)).toEqual([child.id, own.id].sort());
  const wanted = await desk.json('import', join(desk.root, 'before.json'), '--again');
  expect(wanted).toMatchObject({ added: expect.arrayContaining([child.id, own.id]), gone: [] });
  expect(desk.document(child.id)).toMatchObject({ intent: 'Fix the login', resumedFrom: id });
  expect(gone(desk)).toEqual([]);
});

test('a part in the middle of a piece of work goes without the others', async () => {
  const desk = gitDesk('shop');
  const first = await desk.session('start', 'Fix the login');
  await desk.ok('park', '--session', first.id);
  const second = await desk.session('resume', first.id);
  await desk.ok('park', '--session', second.id);
  const third = await desk.session('resume', second.id);
  await desk.ok('delete', second.id);
  await desk.ok('trash', '--empty', '--yes');
  expect((await desk.list()).map(session => session.id).sort()).toEqual([first.id, third.id].sort());
  await desk.ok('show', third.id);
  await desk.ok('brief', third.id);
  await desk.ok('show', first.id);
  expect(gone(desk)).toEqual([second.id]);
});
