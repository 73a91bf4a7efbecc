import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { operations } from '../../src/operations/table.ts';
import { type Desk, plainDesk } from './support/desk.ts';
import { environment } from './support/program.ts';

let desk: Desk;
let id: string;
let parkedId: string;

beforeAll(async () => {
  desk = plainDesk();
  parkedId = (await desk.session('start', "it's a $(touch pwned) `x`")).id;
  await desk.ok('park');
  id = (await desk.session('start', 'one')).id;
});

/** What the program proposes for words of which the last is being typed. */
async function proposed(...words: string[]): Promise<string[]> {
  const lines = (await desk.ok('__complete', ...words)).split('\n').filter(Boolean);
  for (const line of lines) expect(line).toMatch(/^[^\t]+\t[^\t]+$/);
  return lines.map(line => line.split('\t')[0] ?? '');
}

test('every command is proposed, and its second word after its first', async () => {
  const first = new Set(operations.map(({ name }) => name.split(' ')[0]));
  expect(new Set(await proposed(''))).toEqual(new Set([...first, 'watch', 'completion']));
  expect(await proposed('li')).toEqual(['list']);
  for (const group of ['task', 'commit', 'project', 'config']) {
    const second = operations
      .filter(({ name }) => name.startsWith(`${group} `))
      .map(({ name }) => name.split(' ')[1]);
    expect(await proposed(group, '')).toEqual(second);
  }
  expect(await proposed('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  expect(await proposed('nonsense', '')).toEqual([]);
});

test('flags, values of a fixed choice, and ids are proposed where they fit', async () => {
  expect(await proposed('list', '--')).toEqual(
    expect.arrayContaining([
      '--status',
      '--project',
      '--all',
      '--tag',
      '--since',
      '--limit',
      '--archived',
      '--json',
    ]),
  );
  expect(await proposed('start', '--t')).toEqual(['--task', '--tag']);
  expect(await proposed('list', '--status', '')).toEqual(['active', 'parked', 'completed', 'stale']);
  expect(await proposed('list', '--status', 'p')).toEqual(['parked']);
  expect(await proposed('task', 'set', 'mend', '')).toEqual([
    'pending',
    'in_progress',
    'completed',
    'skipped',
  ]);
  expect(await proposed('task', 'set', '--session', id, 'mend', 'in')).toEqual(['in_progress']);
  expect(await proposed('config', 'set', 'lock')).toEqual(['lockWaitSeconds', 'lockStaleSeconds']);
  // Newest first, by the part that people type.
  expect(await proposed('show', '')).toEqual([id.slice(-8), parkedId.slice(-8)]);
  expect(await proposed('log', '--session', '')).toEqual([id.slice(-8), parkedId.slice(-8)]);
  expect(await proposed('show', id.slice(-8, -4))).toEqual([id.slice(-8)]);
  expect(await proposed('show', id, '')).toEqual([]);
  expect(await proposed('start', '')).toEqual([]);
  // Folders are the shell's own business.
  expect(await proposed('--home', '')).toEqual([]);
});

test('ids of another home are proposed when that is asked for', async () => {
  const other = plainDesk();
  expect(await other.ok('__complete', '--home', desk.home, 'show', '')).toContain(id.slice(-8));
  expect(await other.ok('__complete', 'show', '--home', desk.home, '')).toContain(id.slice(-8));
  expect(await other.ok('__complete', 'show', '')).toBe('');
});

test('bash completes words by the script', async () => {
  const bin = join(desk.root, 'bin');
  mkdirSync(bin);
  const wrapper = `#!/bin/sh\nexec "${process.execPath}" "${inject('program')}" "$@"\n`;
  for (const name of ['work-sessions', 'wks']) {
    writeFileSync(join(bin, name), wrapper);
    chmodSync(join(bin, name), 0o755);
  }
  writeFileSync(join(desk.root, 'completion.bash'), await desk.ok('completion', 'bash'));
  const env = environment({ home: desk.home, env: { PATH: `${bin}${delimiter}${process.env.PATH}` } });
  const complete = (...words: string[]): string[] => {
    const script = join(import.meta.dirname, 'support/complete.bash');
    const args = ['--norc', '--noprofile', script, join(desk.root, 'completion.bash'), ...words];
    return execFileSync('bash', args, { env, cwd: desk.folder, encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
  };
  expect(complete('work-sessions', 'li')).toEqual(['list']);
  expect(complete('wks', 're')).toEqual(['resume', 'reopen', 'restore']);
  expect(complete('wks', 'task', '')).toEqual(['add', 'set']);
  expect(complete('wks', 'list', '--st')).toEqual(['--status']);
  expect(complete('wks', 'list', '--status', 'co')).toEqual(['completed']);
  expect(complete('wks', 'show', '').sort()).toEqual([id.slice(-8), parkedId.slice(-8)].sort());
  expect(complete('wks', 'show', '$(touch pwned)')).toEqual([]);
  expect(complete('wks', '--home', '')).toEqual([]);
  expect(spawnSync('ls', [desk.folder], { encoding: 'utf8' }).stdout).toBe('');
});

test.for(['zsh', 'fish'])('the script for %s holds together', async shell => {
  const script = await desk.ok('completion', shell);
  expect(script).toContain('__complete');
  expect(script).toContain('work-sessions');
  expect(script).toContain('wks');
  expect((script.match(/[({[]/g) ?? []).length).toBe((script.match(/[)}\]]/g) ?? []).length);
  // Where the shell is there, it has the last word.
  const checked = spawnSync(shell, ['--no-execute'], { input: script, encoding: 'utf8' });
  if (checked.error === undefined)
    expect({ status: checked.status, stderr: checked.stderr }).toEqual({ status: 0, stderr: '' });
  else expect(checked.error).toMatchObject({ code: 'ENOENT' });
});
