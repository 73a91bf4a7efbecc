import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Summary } from '../../src/model/queries.ts';
import { WindowsDesk } from './support/onWindows.ts';

test('the life of a session, from its start to the trash and back', async () => {
  const desk = new WindowsDesk();
  expect(await desk.ok('start', 'Fix the login', '--task', 'reproduce it')).toMatch(/^Started Fix the login/);
  await desk.ok('log', 'measured: 800 ms');
  const parked = await desk.session('park', '--reason', 'lunch', '--next', 'look at the log');
  expect(parked).toMatchObject({ status: 'parked', parkedReason: 'lunch' });

  const child = await desk.session('resume');
  expect(child).toMatchObject({ resumedFrom: parked.id, nextSteps: [{ text: 'look at the log' }] });
  expect(child.tasks.map(({ subject }) => subject)).toEqual(['reproduce it']);
  expect(await desk.fails(1, 'resume', parked.id)).toContain(child.id);

  await desk.ok('complete', '--outcome', 'it is fast');
  await desk.ok('archive', child.id);
  expect(desk.document(child.id, 'archive')).toMatchObject({ status: 'completed', outcome: 'it is fast' });
  await desk.ok('delete', child.id);
  expect(desk.document(child.id, 'trash')).toMatchObject({ place: 'trash' });
  await desk.ok('restore', child.id);

  const listed = await desk.json<Summary[]>('list', '--archived');
  expect(listed.map(({ id, status }) => [id, status]).sort()).toEqual(
    [
      [parked.id, 'completed'],
      [child.id, 'completed'],
    ].sort(),
  );
  await desk.ok('export', '--all', '--format', 'json', '-o', 'all.json');
  const exported = JSON.parse(readFileSync(join(desk.folder, 'all.json'), 'utf8'));
  expect(exported.sessions.map(({ id }: { id: string }) => id).sort()).toEqual([parked.id, child.id].sort());
  await desk.ok('delete', child.id);
  await desk.ok('trash', '--empty', '--yes');
  expect(await desk.json('doctor')).toEqual([]);
});

test('documents and settings that were edited by hand, with the line ends of Windows', async () => {
  const desk = new WindowsDesk();
  const { id } = await desk.session('start', 'Fix the login');
  const text = readFileSync(desk.path(id), 'utf8').replace('Fix the login', 'Fix the slow login');
  writeFileSync(desk.path(id), `${JSON.stringify(JSON.parse(text), null, 2)}\n`.replaceAll('\n', '\r\n'));
  writeFileSync(join(desk.hostHome, 'config.json'), '{\r\n  "staleHours": 2\r\n}\r\n');
  expect(await desk.ok('log', 'first line\r\nsecond line')).toContain('Fix the slow login');
  expect(desk.document(id)).toMatchObject({ intent: 'Fix the slow login', revision: 2 });
  const shown = await desk.ok('show', id);
  expect(shown).toContain('Fix the slow login');
  expect(shown).not.toContain('\r');
  expect(await desk.json('config', 'get', 'staleHours')).toMatchObject({ staleHours: 2 });
});
