import { beforeAll, expect, test } from 'vitest';
import { type Desk, expectRefusal, gitDesk, plainDesk, treeOf } from './support/desk.ts';

/** Whatever is wrong with it, a command that is refused for its words has written nothing at all. */
let desk: Desk;

beforeAll(async () => {
  desk = plainDesk();
  await desk.ok('start', 'one', '--task', 'mend');
  await desk.ok('ask', 'why?');
});

async function isRefused(codes: readonly number[], words: readonly string[]): Promise<string> {
  const before = treeOf(desk.home);
  const result = await desk.run(...words);
  const shown = words.map(word => word.slice(0, 60));
  expect({ shown, result }).toEqual({
    shown,
    result: {
      code: expect.toSatisfy(code => codes.includes(code)),
      signal: null,
      stdout: '',
      stderr: expect.any(String),
    },
  });
  expectRefusal(result, result.code ?? -1);
  // One sentence, short enough to read, and nothing in it that steers the terminal.
  expect(result.stderr).toMatch(
    /^work-sessions: [^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]{1,1000}\n$/u,
  );
  expect(treeOf(desk.home)).toEqual(before);
  return result.stderr;
}

const strangeIds = [
  ...[
    '..',
    '../sessions/x',
    './x',
    'a/b',
    'a\\b',
    '/etc/passwd',
    '.',
    '*',
    'sess_\u0001',
    'a\nb',
    'a b',
    'ä',
    '\u202eab',
  ],
  ...['%2e%2e', '~', '-', 'con', 'x'.repeat(101), 'x'.repeat(501), 'x'.repeat(100_000), ''],
];

test.for(strangeIds)('an id that is none is refused: %j', async strange => {
  for (const words of [
    ['show', '--', strange],
    ['delete', '--', strange],
  ])
    await isRefused([2, 3], words);
  await isRefused([2, 3], ['log', `--session=${strange}`, 'x']);
});

const commandsWithId = [
  'brief',
  'park',
  'resume',
  'complete',
  'reopen',
  'archive',
  'unarchive',
  'restore',
  'show',
];

test.for(commandsWithId)('%s refuses an id with a path in it', async command => {
  await isRefused([3], [command, '../../etc/passwd']);
});

/** Each text of the command line with its limit, one over which is refused; the text comes last. */
const texts: Record<string, readonly [limit: number, ...words: string[]]> = {
  intent: [500, 'start'],
  task: [500, 'start', 'x', '--task'],
  tag: [64, 'start', 'x', '--tag'],
  ref: [500, 'start', 'x', '--ref'],
  branch: [255, 'start', 'x', '--branch'],
  agent: [100, 'start', 'x', '--agent-session', 'y', '--agent'],
  agentSession: [200, 'start', 'x', '--agent', 'y', '--agent-session'],
  message: [10_000, 'log'],
  activity: [500, 'activity'],
  needs: [1_000, 'needs'],
  subject: [500, 'task', 'add'],
  newSubject: [500, 'task', 'set', 'mend', 'completed', '--subject'],
  decision: [10_000, 'decide'],
  question: [4_000, 'ask'],
  answer: [10_000, 'answer', 'why'],
  nextStep: [1_000, 'next'],
  newTag: [64, 'tag'],
  commitMessage: [2_000, 'commit', 'add', 'c0ffee'],
  newIntent: [500, 'edit', '--intent'],
  reason: [4_000, 'park', '--reason'],
  parkedStep: [1_000, 'park', '--next'],
  outcome: [4_000, 'complete', '--outcome'],
  phase: [200, 'project', 'set', '--phase'],
  roadmapItem: [500, 'project', 'set', '--doing'],
  words: [500, 'search'],
};

test.for(Object.entries(texts))(
  '%s: empty, too long, and with control characters it is refused',
  async ([, spec]) => {
    const [limit, ...words] = spec;
    expect(await isRefused([2], [...words, ''])).toMatch(/must not be empty/);
    expect(await isRefused([2], [...words, ' \t '])).toMatch(/must not be empty/);
    const tooLong = await isRefused([2], [...words, 'x'.repeat(limit + 1)]);
    expect(tooLong).toContain(`is over its limit of ${limit.toLocaleString('en')} characters; shorten it.`);
    for (const strange of ['a\u001b[2Jb', 'a\u0007', '\u009b1m']) {
      expect(await isRefused([2], [...words, strange])).toMatch(/control characters/);
    }
  },
);

test('a text of a megabyte, as far as the system lets it through, is refused', async () => {
  // Linux takes 128 KiB in one argument; many of them make a megabyte.
  const large = Array.from({ length: 8 }, () => 'x'.repeat(127 * 1024));
  expect(await isRefused([2], ['log', ...large])).toContain('10,000 characters');
  expect(await isRefused([2], ['next', ...large])).toContain('1,000 characters');
  expect(await isRefused([2], ['start', ...large])).toContain('500 characters');
  await isRefused([2], ['x'.repeat(127 * 1024)]);
  await isRefused([2], [`--${'x'.repeat(127 * 1024)}`, 'list']);
  await isRefused([2, 3], ['project', 'show', '--project', 'x'.repeat(127 * 1024)]);
});

test('a text just within its limit is taken, whole', async () => {
  const roomy = desk.copy();
  expect((await roomy.session('log', 'x'.repeat(10_000))).events.at(-1)?.message).toHaveLength(10_000);
  const emoji = '👩‍💻'.repeat(100);
  expect((await roomy.session('activity', emoji)).activity?.text).toBe(emoji);
});

const wrong: readonly (readonly string[])[] = [
  ['task', 'set', 'mend', 'finished'],
  ['task', 'set', 'mend', 'COMPLETED'],
  ['task', 'set', 'mend'],
  ['task', 'set'],
  ['task', 'add'],
  ['task'],
  ['next'],
  ['tag'],
  ['answer', 'why'],
  ['decide'],
  ['needs'],
  ['needs', 'a', '--clear'],
  ['edit'],
  ['edit', '--status', 'completed'],
  ['reopen'],
  ['delete'],
  ['restore'],
  ['unarchive'],
  ['commit', 'add'],
  ['commit', 'add', 'not-hex'],
  ['commit', 'add', 'abc'],
  ['commit', 'add', 'a'.repeat(65)],
  ['start', 'x', '--agent', 'claude'],
  ['start', 'x', '--agent-session', 'y'],
  ['start', 'x', '--task'],
  ['start', 'x', '--unknown'],
  ['start', 'x', '--unknown=1'],
  ['start', 'x', '-x'],
  ['start', 'x', '--json=yes'],
  ['start', 'x', '--home'],
  ['log', 'x', '--message', 'y'],
  ['park', '--outcome', 'x'],
  ['park', 'one', 'two'],
  ['archive', '--days', '-1'],
  ['archive', '--days', '1.5'],
  ['archive', '--days', '36501'],
  ['list', '--status', 'trash'],
  ['list', '--limit', '0'],
  ['list', '--limit', '999999999999999999'],
  ['list', '--since', '2026-13-45'],
  ['doctor', '--force'],
  ['config', 'set', 'staleHours'],
  ['config', 'set', '__proto__', '1'],
  ['config', 'set', 'toString', '1'],
  ['completion'],
  ['__proto__'],
  ['constructor', 'x'],
  ['start\u001b[31m', 'x'],
  ['list', '--\u001b[31m'],
  ['list', 'extra\u202eword'],
];

test.for(wrong.map(words => ({ words })))('is refused: $words', async ({ words }) => {
  await isRefused([2], words);
});

test('a line end is refused where a text is one line, and kept where it may have several', async () => {
  expect(await isRefused([2], ['start', 'a\nb'])).toMatch(/must be one line/);
  expect(await isRefused([2], ['next', 'a\nb'])).toMatch(/must be one line/);
  expect((await desk.copy().session('decide', 'a\r\nb\n')).decisions[0]?.text).toBe('a\nb');
});

test('words after -- are words, whatever they look like', async () => {
  const literal = desk.copy();
  await literal.ok('log', '--', '--json', '-x');
  expect((await literal.session('show')).events.at(-1)?.message).toBe('--json -x');
});

test('names of branches and projects may be strange, and are only data', async () => {
  const strange = gitDesk('it\'s a $(touch pwned) `x` "y"');
  const session = await strange.session('start', '$(touch pwned); rm -rf /', '--branch=--upload-pack=x');
  expect(session).toMatchObject({ intent: '$(touch pwned); rm -rf /', branch: '--upload-pack=x' });
  expect((await strange.list()).map(each => each.id)).toEqual([session.id]);
  expect(await strange.fails(1, 'commit', 'capture')).toMatchObject({
    code: 'wrong_branch',
    wanted: '--upload-pack=x',
  });
});
