import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Session } from '../../src/model/session.ts';
import { type Desk, plainDesk } from './support/desk.ts';
import type { Result } from './support/program.ts';

/** Runs a command on a disk that fails in one way; see failingDisk.cjs. */
function onDisk(desk: Desk, how: 'flush-folder' | 'continuation', ...args: string[]): Promise<Result> {
  const hook = join(import.meta.dirname, 'support', 'failingDisk.cjs');
  return desk.at(desk.folder, { NODE_OPTIONS: `--require "${hook}"`, DISK_FAILS: how }).run(...args);
}

test('what is written, but not confirmed by the disk, is told as done: exit code 6, and once is once', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one');
  const text = await onDisk(desk, 'flush-folder', 'log', 'noted', '--session', id);
  expect(text).toMatchObject({ code: 6, stdout: expect.stringContaining('Logged to one') });
  expect(text.stderr).toMatch(
    new RegExp(`^work-sessions: It is done, but the disk did not confirm that ${id}[^\\n]+\\n$`),
  );
  const json = await onDisk(desk, 'flush-folder', 'log', 'again', '--session', id, '--json');
  expect(json.code).toBe(6);
  expect(JSON.parse(json.stdout)).toMatchObject({ id, confirmed: false });
  expect(desk.document(id).events.map(event => event.message)).toEqual(['noted', 'again']);
});

test('every command that writes says it so', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one');
  const life = [
    ['start', 'two'],
    ['park', id],
    ['resume', id],
    ['config', 'set', 'staleHours', '3'],
  ];
  for (const words of life)
    expect((await onDisk(desk, 'flush-folder', ...words)).code, words.join(' ')).toBe(6);
  expect((await desk.list('--all')).map(({ intent, status }) => `${status} ${intent}`).sort()).toEqual([
    'active one',
    'active two',
    'completed one',
  ]);
});

test('a resume whose continuation cannot be written is decided; its document follows', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', '--task', 'mend');
  await desk.ok('park', id);
  const resumed = await onDisk(desk, 'continuation', 'resume', id, '--json');
  expect(resumed.code).toBe(6);
  const session = JSON.parse(resumed.stdout) as Session & { confirmed: boolean };
  expect(session).toMatchObject({ status: 'active', resumedFrom: id, confirmed: false });
  expect(resumed.stderr).toContain(`Session ${session.id} exists from now on`);
  // Whoever looks next writes it.
  await desk.ok('list');
  expect(desk.document(session.id).tasks.map(task => task.subject)).toEqual(['mend']);
});
