import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitDesk, plainDesk } from './support/desk.ts';

test('0: done, with nothing on standard error', async () => {
  const desk = plainDesk();
  await desk.ok('start', 'one');
  await desk.ok('list');
  expect(await desk.ok('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  for (const words of [['--help'], ['help'], ['-h'], ['list', '--help'], ['task', 'add', '-h']]) {
    expect(await desk.ok(...words)).toMatch(/^Usage: work-sessions /);
  }
});

test('1: refused by the state of the session, with what to do instead', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', '--task', 'mend');
  const short = id.slice(-8);
  expect(await desk.fails(1, 'resume', id)).toMatchObject({
    code: 'wrong_status',
    message: expect.stringContaining(`park ${short}`),
  });
  expect(await desk.fails(1, 'reopen', id)).toMatchObject({
    message: expect.stringContaining(`show ${short}`),
  });
  expect(await desk.fails(1, 'archive', id)).toMatchObject({
    message: expect.stringContaining(`complete ${short}`),
  });
  expect(await desk.fails(1, 'restore', id)).toMatchObject({
    message: expect.stringContaining('not in the trash'),
  });
  expect(await desk.fails(1, 'unarchive', id)).toMatchObject({
    message: expect.stringContaining('not in the archive'),
  });
  expect(await desk.fails(1, 'task', 'add', 'mend')).toMatchObject({ code: 'duplicate_subject' });
  await desk.ok('ask', 'why?');
  await desk.ok('answer', 'why', 'because');
  expect(await desk.fails(1, 'answer', 'why', 'again')).toMatchObject({ code: 'already_answered' });
  expect(desk.document(id).questions[0]?.answers.map(({ text }) => text)).toEqual(['because']);

  await desk.ok('delete', id);
  for (const words of [['log', 'x'], ['park'], ['complete'], ['beat']]) {
    expect(await desk.fails(1, ...words, '--session', id)).toMatchObject({
      code: 'in_trash',
      message: expect.stringContaining(`restore ${short}`),
    });
  }
  expect(await desk.fails(1, 'delete', id)).toMatchObject({
    message: expect.stringContaining('already in the trash'),
  });
  await desk.ok('restore', id);
  await desk.ok('complete');
  await desk.ok('archive', id);
  expect(await desk.fails(1, 'archive', id)).toMatchObject({
    message: expect.stringContaining('already in the archive'),
  });
  expect(await desk.fails(1, 'restore', id)).toMatchObject({
    message: expect.stringContaining(`unarchive ${short}`),
  });
});

test('2: usage, with where to read more', async () => {
  const desk = plainDesk();
  const shown: [words: string[], message: RegExp][] = [
    [['strat', 'x'], /no command "strat".*Did you mean start\? See: work-sessions --help\n$/],
    [['task', 'remove', 'x'], /There are: task add, task set\./],
    [['list', '--bogus'], /'--bogus'\. See: work-sessions list --help\n$/],
    [['--bogus', 'list'], /'--bogus'/],
    [['list', '--status', 'gone'], /status must be one of active, parked, completed, stale\./],
    [['list', 'words'], /"words" is one word too many for list\./],
    [['list', '--limit', 'many'], /limit must be a whole number\./],
    [['list', '--since', 'yesterday'], /since must be a date like/],
    [['start'], /intent is missing\./],
    [['completion', 'tcsh'], /completion bash\|zsh\|fish/],
    [['watch', 'this'], /one word too many for watch/],
  ];
  for (const [words, message] of shown) {
    const { code, stdout, stderr } = await desk.run(...words);
    expect({ words, code, stdout, stderr }).toEqual({
      words,
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  }
  // Without a command: the help, as whoever types that does not know what to type.
  expect(await desk.run()).toMatchObject({ code: 2, stderr: '', stdout: expect.stringMatching(/^Usage: /) });
});

test('3: nothing of that name, or too many', async () => {
  const desk = plainDesk();
  expect(await desk.fails(3, 'log', 'x')).toMatchObject({ code: 'no_session_here', folder: desk.folder });
  expect(await desk.fails(3, 'resume')).toMatchObject({ code: 'nothing_parked' });
  expect(await desk.fails(3, 'show', 'deadbeef')).toMatchObject({ code: 'not_found', what: 'session' });
  expect(await desk.fails(3, 'list', '--project', 'nowhere')).toMatchObject({
    code: 'not_found',
    what: 'folder',
  });
  await desk.ok('start', 'one', '--task', 'mend a', '--task', 'mend b');
  expect(await desk.fails(3, 'task', 'set', 'paint', 'completed')).toMatchObject({
    code: 'not_found',
    what: 'task',
  });
  const several = await desk.fails(3, 'task', 'set', 'mend', 'completed');
  expect(several).toMatchObject({
    code: 'ambiguous',
    candidates: [{ label: 'mend a' }, { label: 'mend b' }],
  });
  expect(await desk.fails(3, 'answer', 'why', 'so')).toMatchObject({ code: 'not_found', what: 'question' });
  expect(await desk.fails(3, 'project', 'relink', 'nowhere')).toMatchObject({
    code: 'not_found',
    what: 'folder',
  });
});

test('4: busy, after the limit, naming the holder', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one');
  desk.settings({ lockWaitSeconds: 0.2, lockStaleSeconds: 600 });
  const lock = `${desk.path(id)}.lock`;
  mkdirSync(lock, { mode: 0o700 });
  writeFileSync(join(lock, '4711.elsewhere.0123456789abcdef'), '');
  const refusal = await desk.fails(4, 'log', 'x');
  expect(refusal).toMatchObject({ code: 'busy', holder: 'process 4711 on elsewhere' });
  // Reading needs no lock.
  expect((await desk.session('show')).id).toBe(id);
});

test('5: what cannot be read or written, and git that cannot answer', async () => {
  const desk = plainDesk();
  await desk.ok('start', 'one');
  const git = await desk.fails(5, 'commit', 'capture');
  expect(git).toMatchObject({ code: 'git', message: expect.stringMatching(/not in a git repository\.$/) });

  const repository = gitDesk();
  await repository.ok('start', 'one');
  const withoutGit = repository.at(repository.folder, { PATH: '/nowhere' });
  expect(await withoutGit.fails(5, 'commit', 'capture')).toMatchObject({
    code: 'git',
    problem: 'git_missing',
    message: expect.stringMatching(/^Git was not found; install it/),
  });

  // A file where the home should be.
  const blocked = plainDesk();
  writeFileSync(blocked.home, '');
  expect(await blocked.fails(5, 'start', 'one')).toMatchObject({
    code: 'io',
    message: expect.stringContaining(blocked.home),
  });
  expect(await blocked.fails(5, 'list')).toMatchObject({ code: 'io' });
  // As does a file where a folder of it should be.
  const half = plainDesk();
  half.settings({});
  writeFileSync(join(half.home, 'sessions'), '');
  expect(await half.fails(5, 'list', '--all')).toMatchObject({
    code: 'io',
    message: expect.stringContaining('move it away'),
  });
  expect(await half.fails(5, 'start', 'one')).toMatchObject({ code: 'io' });
});

test('settings: shown, changed and checked', async () => {
  const desk = plainDesk();
  const settings = await desk.json<Record<string, number>>('config', 'get');
  expect(settings).toMatchObject({ staleHours: 24, archiveAfterDays: 30, lockWaitSeconds: 10 });
  expect(await desk.json('config', 'set', 'staleHours', '1.5')).toEqual({ staleHours: 1.5 });
  expect(await desk.json('config', 'get', 'staleHours')).toEqual({ staleHours: 1.5 });
  expect(await desk.ok('config', 'get')).toMatch(/^staleHours +1\.5 \(changed\)\narchiveAfterDays +30\n/);
  expect(await desk.ok('config', 'set', 'archiveAfterDays', '7')).toBe('archiveAfterDays is now 7\n');
  for (const value of ['0', '-1', 'many', '1e3', 'NaN', '', '99999', '1.2.3']) {
    const words = value.startsWith('-') ? ['--', value] : [value];
    expect(await desk.fails(2, 'config', 'set', 'staleHours', ...words)).toMatchObject({
      code: 'invalid_input',
    });
  }
  expect((await desk.fails(2, 'config', 'set', 'staleMinutes', '1')).message).toContain(
    'staleHours, archiveAfterDays',
  );
  expect((await desk.fails(2, 'config', 'get', 'staleMinutes')).message).toContain(
    'staleHours, archiveAfterDays',
  );
  expect(await desk.json('config', 'get')).toEqual({ ...settings, staleHours: 1.5, archiveAfterDays: 7 });
});
