import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { type Desk, plainDesk } from './support/desk.ts';
import { ended, environment, startProgram, until } from './support/program.ts';

/* Output that cannot be written, or that nobody reads. */

/** Runs the program by a shell, which says where its output goes; gives what is left of it. */
function shell(desk: Desk, redirected: string, ...args: string[]) {
  const child = spawn('sh', ['-c', `"$0" "$@" ${redirected}`, process.execPath, inject('program'), ...args], {
    cwd: desk.folder,
    env: environment({ home: desk.home }),
  });
  return ended(child);
}

const reading = [
  ['list'],
  ['list', '--json'],
  ['show'],
  ['overview'],
  ['search', 'one'],
  ['export', '--all'],
  ['brief'],
  ['config', 'get'],
  ['help'],
  ['list', '--help'],
  ['--version'],
  ['completion', 'bash'],
  ['project', 'list'],
];

describe.runIf(existsSync('/dev/full'))('on a full disk', () => {
  test.for(reading)('$0 $1 says so in one sentence, exit code 5', async words => {
    const desk = plainDesk();
    await desk.ok('start', 'one');
    const { code, stderr } = await shell(desk, '>/dev/full', ...words);
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringMatching(/^(work-sessions: |\{"error")[^\n]*(disk is full)[^\n]*\n$/),
    });
  });

  test('what was changed is told all the same, with the session', async () => {
    const desk = plainDesk();
    const { id } = await desk.session('start', 'one');
    for (const [index, flags] of [[], ['--json']].entries()) {
      const { code, stderr } = await shell(desk, '>/dev/full', 'log', 'noted', '--session', id, ...flags);
      expect(code).toBe(5);
      expect(stderr).toMatch(
        /Logged to one \([0-9a-f]+\): that is done, but the output could not be written/,
      );
      expect(desk.document(id).events).toHaveLength(index + 1);
    }
  });

  test('warnings that nobody can read keep nothing from being printed', async () => {
    const desk = plainDesk();
    await desk.ok('start', 'one');
    writeFileSync(join(desk.home, 'sessions', 'broken.json'), '{');
    writeFileSync(join(desk.home, 'config.json'), '{');
    for (const redirected of ['2>/dev/full', '2>&-']) {
      expect(await shell(desk, redirected, 'list'), redirected).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('one'),
      });
      expect((await shell(desk, redirected, 'nonsense')).code, redirected).toBe(2);
    }
    expect((await shell(desk, '>/dev/full 2>/dev/full', 'list')).code).toBe(5);
  });
});

test('a reader that has seen enough is no error for what is only read; a change is told', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one');
  const closed = async (...words: string[]) => {
    const child = startProgram(words, { cwd: desk.folder, home: desk.home });
    child.stdout.destroy();
    child.stdin.end();
    return ended(child);
  };
  for (const words of [['list'], ['export', '--all'], ['help']]) {
    const { code, stderr } = await closed(...words);
    expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
  }
  const { code, stderr } = await closed('log', 'noted', '--session', id);
  // Where the system has taken the output before the reader went, nothing is lost.
  if (code !== 0) expect(stderr).toMatch(/^work-sessions: Logged to one [^\n]*that is done[^\n]*\n$/);
  expect([0, 5]).toContain(code);
  expect(desk.document(id).events).toHaveLength(1);
});

test('watch ends quietly when nobody reads it any more', async () => {
  const desk = plainDesk();
  const child = startProgram(['watch'], { cwd: desk.folder, home: desk.home });
  let stderr = '';
  child.stderr.on('data', data => {
    stderr += data;
  });
  await until('watching', () => stderr.includes('Watching'));
  child.stdout.destroy();
  const exit = new Promise<number | null>(resolve => child.on('exit', resolve));
  let isOver = false;
  void exit.then(() => {
    isOver = true;
  });
  for (let note = 0; note < 100 && !isOver; note++) await desk.run('start', `piece ${note}`);
  expect(await exit).toBe(0);
  expect(stderr).not.toMatch(/\n\s+at |unexpected/);
});
