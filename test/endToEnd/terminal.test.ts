import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { expect, inject, test } from 'vitest';
import { type Desk, plainDesk } from './support/desk.ts';
import { ended, environment } from './support/program.ts';

const esc = '\u001b';
/** What a document may hold that must never reach a terminal. */
const evil = `${esc}[2J${esc}]0;owned\u0007\u009b31m\u202egnp.exe\u2066\u0000\u0008\u007f\r\u200f`;
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** A session every text of which is evil, written by hand. */
async function evilDesk(): Promise<{ desk: Desk; id: string }> {
  const desk = plainDesk();
  const { id } = await desk.session(
    'start',
    'one',
    '--task',
    'a',
    '--tag',
    't',
    '--agent',
    'x',
    '--agent-session',
    'y',
  );
  for (const words of [
    ['log', 'e'],
    ['decide', 'd'],
    ['ask', 'q?'],
    ['ask', 'open?'],
    ['answer', 'q?', 'a'],
    ['next', 'n'],
  ]) {
    await desk.ok(...words);
  }
  await desk.ok('commit', 'add', 'c0ffee', 'm');
  const document = desk.document(id);
  const { startedAt: at, clock: stamp } = document;
  const spoilt = {
    ...document,
    intent: `intent ${evil}`,
    project: { ...document.project, name: `name ${evil}` },
    where: { ...document.where, root: `/root ${evil}` },
    branch: `branch ${evil}`,
    ref: `ref ${evil}`,
    tags: [{ id: `tag ${evil}`, stamp }],
    activity: { text: `activity ${evil}`, at },
    needs: { text: `needs ${evil}`, kind: `kind ${evil}`, since: at, by: `by ${evil}` },
    parkedReason: `reason ${evil}`,
    parkedAt: at,
    outcome: `outcome ${evil}`,
    agent: { name: evil, sessionId: evil },
    tasks: document.tasks.map(task => ({ ...task, id: `task ${evil}`, subject: `subject ${evil}` })),
    events: [{ id: evil, stamp, at, message: `event ${evil}\nsecond line ${evil}`, kind: evil, by: evil }],
    decisions: document.decisions.map(decision => ({ ...decision, text: evil })),
    questions: document.questions.map(question => ({
      ...question,
      text: evil,
      answers: question.answers.map(answer => ({ ...answer, text: evil })),
    })),
    nextSteps: document.nextSteps.map(step => ({ ...step, text: `# next ${evil}\n# heading` })),
    commits: [{ id: evil, stamp, message: evil, at }],
    files: [{ id: evil, stamp }],
    history: document.history.map(change => ({ ...change, note: `note ${evil}` })),
  };
  writeFileSync(desk.path(id), JSON.stringify(spoilt));
  return { desk, id };
}

test('no control character of stored text reaches the output, on either stream', async () => {
  const { desk, id } = await evilDesk();
  const commands = [
    ...[
      ['list', '--all'],
      ['show', id],
      ['brief', id],
      ['overview'],
      ['search', 'intent', '--all'],
      ['occupancy'],
    ],
    ...[
      ['log', 'x', '--session', id],
      ['tag', 'y', '--session', id],
      ['needs', '--clear', '--session', id],
    ],
    ...[
      ['reopen', id],
      ['commit', 'capture', '--session', id],
      ['task', 'set', 'subject', 'skipped', '--session', id],
    ],
    ...[
      ['answer', 'open', 'x', '--session', id],
      ['park', id],
      ['resume'],
      ['project', 'show'],
      ['__complete', 'show', ''],
    ],
  ];
  for (const words of commands) {
    const { code, stdout, stderr } = await desk.run(...words);
    expect(code).not.toBeNull();
    expect({ words, stdout, stderr }).toEqual({
      words,
      stdout: expect.not.stringMatching(steering),
      stderr: expect.not.stringMatching(steering),
    });
    expect(stdout + stderr).not.toBe('');
  }
});

test('with --json stored text comes out as it is, escaped as JSON demands', async () => {
  const { desk, id } = await evilDesk();
  const stdout = await desk.ok('show', id, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ intent: `intent ${evil}` });
  expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
});

test('stored text cannot begin a heading or a list of a brief', async () => {
  const { desk, id } = await evilDesk();
  const headings = (await desk.ok('brief', id)).split('\n').filter(line => line.startsWith('#'));
  expect(headings.slice(1)).toEqual([
    '## Next steps',
    '## Open tasks',
    '## Open questions',
    '## Decisions',
    '## Last commits',
    '## Last events',
  ]);
});

test('columns are aligned, whatever the width of the characters', async () => {
  const desk = plainDesk();
  const intents = [
    'short',
    '日本語の説明をここに書く',
    '👩‍💻 emoji 🎉🎉',
    'cafe\u0301 and naïve',
    'a rather longer description of the work',
  ];
  for (const intent of intents) {
    await desk.ok('start', intent, '--task', 'a', '--branch', 'main');
    await desk.ok('park', '--session', (await desk.list('--status', 'active'))[0]?.id ?? '');
  }
  const lines = (await desk.ok('list')).trimEnd().split('\n');
  expect(lines).toHaveLength(intents.length);
  const columns = lines.map(line => stringWidth(line.slice(0, line.indexOf('main  0/1 tasks'))));
  expect(new Set(columns).size).toBe(1);
  for (const intent of intents) expect(lines.some(line => line.includes(intent))).toBe(true);
});

test('no colour where the output is not a terminal', async () => {
  const desk = plainDesk();
  await desk.ok('start', 'one', '--task', 'a');
  for (const words of [['list'], ['show'], ['overview'], ['log', 'x'], ['project', 'show'], ['doctor']]) {
    expect(await desk.ok(...words)).not.toContain(esc);
  }
  // FORCE_COLOR is for libraries that guess; here a pipe is a pipe.
  expect(await desk.at(desk.folder, { FORCE_COLOR: '1' }).ok('list')).not.toContain(esc);
});

/** What a command writes to a terminal of so many columns, made by `script` of util-linux. */
async function onTerminal(
  desk: Desk,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
  columns = 60,
): Promise<string> {
  const command = [process.execPath, inject('program'), ...words].map(word => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols ${columns} rows 24; ${command}`, '/dev/null'], {
    cwd: desk.folder,
    env: environment({ home: desk.home, env: { TERM: 'xterm-256color', ...env } }),
  });
  child.stdin.end();
  const { code, stdout } = await ended(child);
  expect(code).toBe(0);
  return stdout.replaceAll('\r\n', '\n');
}

test('colour on a terminal, none with NO_COLOR; lists fit the width', async () => {
  const desk = plainDesk();
  await desk.ok(
    'start',
    `a description that is much wider than sixty columns of a terminal, ${'日本'.repeat(20)}`,
    '--task',
    'a',
  );
  const hasScript = spawnSync('script', ['--version']).error === undefined && process.platform === 'linux';
  if (!hasScript) {
    // Without a terminal to be had, what decides is asked directly.
    const { styleFor } = await import('../../src/cli/output.ts');
    const terminal = { isTTY: true } as NodeJS.WriteStream;
    expect((await styleFor(terminal, { TERM: 'xterm' })).bold('x')).not.toBe('x');
    expect((await styleFor(terminal, { TERM: 'xterm', NO_COLOR: '1' })).bold('x')).toBe('x');
    return;
  }
  const list = await onTerminal(desk, ['list']);
  expect(list).toContain(`${esc}[32mactive${esc}[39m`);
  for (const line of list.trimEnd().split('\n')) {
    expect(stringWidth(stripVTControlCharacters(line))).toBeLessThanOrEqual(60);
    expect(line).toContain('…');
  }
  expect(await onTerminal(desk, ['show'])).toContain(`${esc}[1m`);
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
    expect(await onTerminal(desk, ['list'], env)).not.toContain(esc);
    expect(await onTerminal(desk, ['show'], env)).not.toContain(esc);
  }
  // JSON is for programs, also on a terminal.
  expect(await onTerminal(desk, ['list', '--json'])).not.toContain(esc);
  // A brief is given to others word for word.
  expect(await onTerminal(desk, ['brief'])).not.toContain(esc);
});

test('a reader that has seen enough is no error', async () => {
  const desk = plainDesk();
  await desk.ok('start', 'one');
  for (let index = 0; index < 3; index++) await desk.ok('log', 'x'.repeat(9_000));
  const command = `set -o pipefail; '${process.execPath}' '${inject('program')}' show --json | head -c 1`;
  const child = spawn('bash', ['-c', command], { cwd: desk.folder, env: environment({ home: desk.home }) });
  child.stdin.end();
  expect(await ended(child)).toMatchObject({ code: 0, stdout: '{', stderr: '' });
});
