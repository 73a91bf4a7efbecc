import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { type Desk, expectRefusal, gitDesk, newFolder } from './support/desk.ts';
import { ended, environment, type Result } from './support/program.ts';

/** Runs a command in a folder that is removed under it. */
function inDeletedFolder(desk: Desk, args: readonly string[]): Promise<Result> {
  const cwd = newFolder(desk.root, 'removed');
  const words = ['-c', 'rmdir "$PWD" && exec "$@"', 'sh', process.execPath, inject('program'), ...args];
  return ended(spawn('sh', words, { cwd, env: environment(desk) }));
}

// No folder can be removed on Windows while somebody is in it.
describe.skipIf(process.platform === 'win32')('in a folder that has been removed', () => {
  test('what needs no folder works', async () => {
    const desk = gitDesk();
    const { id } = await desk.session('start', 'one');
    const commands = [
      ['list', '--all'],
      ['search', 'one', '--all'],
      ['overview'],
      ['show', id],
      ['brief', id],
      ['log', 'hi', '--session', id],
      ['list', '--project', desk.folder],
      ['occupancy', desk.folder, '--session', id],
      ['start', 'two', '--project', desk.folder],
      ['export', id, '--output', join(desk.root, 'one.md')],
      ['park', id],
      ['resume', id],
      ['project', 'list'],
      ['doctor'],
      ['config', 'get'],
      ['completion', 'bash'],
      ['help'],
      ['--version'],
      ['__complete', 'work-sessions', 'show', ''],
    ];
    for (const args of commands) {
      const { code, stderr } = await inDeletedFolder(desk, args);
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
    }
  });

  test('a session whose worktree was that folder is resumed where it was', async () => {
    const desk = gitDesk();
    const there = desk.at(newFolder(desk.root, 'removed'));
    const { id } = await there.session('start', 'one');
    await there.ok('park');
    expect((await inDeletedFolder(desk, ['resume', id])).code).toBe(0);
    expect(desk.document(desk.document(id).resumedAs ?? '').where.worktree).toBe(there.folder);
  });

  test('the rest says what is wrong', async () => {
    const desk = gitDesk();
    const { id } = await desk.session('start', 'one');
    const commands = [
      ['list'],
      ['log', 'hi'],
      ['start', 'two'],
      ['occupancy'],
      ['resume'],
      ['list', '--project', 'sub'],
      ['export', id, '--output', 'one.md'],
      ['project', 'show'],
    ];
    for (const args of commands) {
      const result = await inDeletedFolder(desk, args);
      expectRefusal(result, 3);
      expect(result.stderr).toMatch(/^work-sessions: The folder you are in is gone; [^\n]+\n$/);
    }
    // A home that is given from there leads nowhere either.
    expectRefusal(await inDeletedFolder(desk, ['list', '--all', '--home', 'relative']), 3);
  });
});
