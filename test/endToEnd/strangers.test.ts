import {
  chownSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainDesk } from './support/desk.ts';

/* What stands in a home that no program of ours has put there, and homes that belong to somebody else. */

const onWindows = process.platform === 'win32';

test.runIf(!onWindows)('no command follows a link that is called like a lock', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one');
  await desk.ok('project', 'set', '--phase', 'x');
  const precious = join(desk.root, 'precious');
  mkdirSync(join(precious, 'deep'), { recursive: true });
  writeFileSync(join(precious, 'deep', 'file'), 'kept');
  const longAgo = new Date(Date.now() - 72 * 3_600_000);
  for (const folder of ['.', 'sessions', 'archive', 'trash', 'projects', 'agents', 'cache']) {
    const link = join(desk.home, folder, 'x.json.lock');
    mkdirSync(join(desk.home, folder), { recursive: true, mode: 0o700 });
    symlinkSync(precious, link);
    lutimesSync(link, longAgo, longAgo);
  }
  const commands = [
    ['list', '--all', '--archived'],
    ['overview'],
    ['search', 'one'],
    ['export', '--all'],
    ['doctor'],
    ['doctor', '--fix'],
    ['archive', '--days', '0'],
    ['log', 'x', '--session', id],
  ];
  for (const words of commands) await desk.run(...words);
  expect(readFileSync(join(precious, 'deep', 'file'), 'utf8')).toBe('kept');
  // The doctor has taken the links away, and what they lead to is as it was.
  expect(readdirSync(join(desk.home, 'sessions')).filter(name => name.endsWith('.lock'))).toEqual([]);
  expect(readdirSync(precious)).toEqual(['deep']);
});

test.runIf(process.geteuid?.() === 0)(
  'what an administrator writes in somebody’s home stays theirs',
  async () => {
    const desk = plainDesk();
    mkdirSync(desk.home, { mode: 0o700 });
    chownSync(desk.home, 54_321, 54_322);
    const { id } = await desk.session('start', 'one', '--agent', 'helper', '--agent-session', 'a1');
    await desk.ok('log', 'noted', '--session', id);
    await desk.ok('config', 'set', 'staleHours', '3');
    await desk.ok('complete', id);
    await desk.ok('archive', id);
    await desk.ok('list', '--all');
    const strangers: string[] = [];
    const look = (path: string) => {
      if (lstatSync(path).uid !== 54_321) strangers.push(path);
      if (statSync(path).isDirectory()) for (const name of readdirSync(path)) look(join(path, name));
    };
    look(desk.home);
    expect(strangers).toEqual([]);
  },
);

test('watch ends with a sentence where the sessions cannot be read', async () => {
  const desk = plainDesk();
  mkdirSync(desk.home, { mode: 0o700 });
  writeFileSync(join(desk.home, 'sessions'), 'in the way');
  const { code, stdout, stderr } = await desk.run('watch');
  expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
  expect(stderr).toMatch(/^(?:work-sessions: [^\n]+\n)+$/);
  expect(stderr).toContain('a file stands where a folder is needed');
});

test('a start that is refused registers no project', async () => {
  const desk = plainDesk();
  const tags = Array.from({ length: 51 }, (_, index) => ['--tag', `tag${index}`]).flat();
  await desk.fails(2, 'start', 'one', ...tags);
  await desk.fails(1, 'start', 'one', '--task', 'same', '--task', 'same');
  await desk.fails(2, 'start', 'one', '--agent', 'helper');
  expect(existsSync(desk.home)).toBe(false);
});
