import { describe, expect, test } from 'vitest';
import {
  findOperation,
  flagOf,
  parseArguments,
  parseCommon,
  splitCommand,
} from '../../../src/cli/arguments.ts';
import { isSessionError } from '../../../src/model/errors.ts';
import type { Operation } from '../../../src/operations/operation.ts';
import { operations } from '../../../src/operations/table.ts';

function operationNamed(name: string): Operation {
  const found = findOperation(operations, name.split(' '));
  if (found === null) throw new Error(`no operation ${name}`);
  return found.operation;
}

const inputOf = (name: string, ...args: string[]) => parseArguments(operationNamed(name), args).input;

/** The refusal's own words. */
function refusal(name: string, ...args: string[]): string {
  try {
    parseArguments(operationNamed(name), args);
  } catch (error) {
    if (isSessionError(error, 'usage')) return error.details.message;
    if (isSessionError(error, 'invalid_input')) return `${error.details.field} ${error.details.problem}`;
    throw error;
  }
  throw new Error('was not refused');
}

test('splitCommand takes off the flags before the command', () => {
  expect(splitCommand(['list', '--all'])).toEqual({ leading: [], words: ['list', '--all'] });
  expect(splitCommand(['--json', '--home', '/h', 'list'])).toEqual({
    leading: ['--json', '--home', '/h'],
    words: ['list'],
  });
  expect(splitCommand(['--home=/h', 'list'])).toEqual({ leading: ['--home=/h'], words: ['list'] });
  expect(splitCommand(['--home'])).toEqual({ leading: ['--home'], words: [] });
  expect(splitCommand([])).toEqual({ leading: [], words: [] });
});

test('findOperation takes the longest name', () => {
  expect(findOperation(operations, ['task', 'add', 'x'])).toMatchObject({
    operation: { name: 'task add' },
    length: 2,
  });
  expect(findOperation(operations, ['log', 'add'])).toMatchObject({ operation: { name: 'log' }, length: 1 });
  for (const words of [[], ['task'], ['task', 'x'], ['__proto__'], ['']]) {
    expect({ words, found: findOperation(operations, words) }).toEqual({ words, found: null });
  }
});

test('every operation is found by its own words, and no two of its flags are the same', () => {
  for (const operation of operations) {
    expect(findOperation(operations, operation.name.split(' '))?.operation).toBe(operation);
    const flags = Object.entries(operation.fields).map(([name, field]) => flagOf(name, field));
    expect(new Set([...flags, 'json', 'help', 'version', 'home']).size).toBe(flags.length + 4);
    for (const flag of flags) expect(flag).toMatch(/^[a-z]+(-[a-z]+)*$/);
  }
});

describe('parseArguments', () => {
  test('words and flags become the input', () => {
    expect(inputOf('start', 'Fix', 'it', '--task', 'a', '--task', 'b', '--agent-session', 'x')).toEqual({
      intent: 'Fix it',
      tasks: ['a', 'b'],
      agentSession: 'x',
    });
    expect(inputOf('task add', 'a b', 'c')).toEqual({ subjects: ['a b', 'c'] });
    expect(inputOf('task set', 'a', 'completed', '--subject', 'b')).toEqual({
      task: 'a',
      status: 'completed',
      subject: 'b',
    });
    expect(inputOf('answer', 'why', 'so', 'it', 'is')).toEqual({ question: 'why', answer: 'so it is' });
    expect(inputOf('list', '--limit', '3', '--all')).toEqual({ limit: 3, all: true });
    expect(inputOf('list')).toEqual({});
  });

  test('the session can be given as a word or as a flag', () => {
    expect(inputOf('park', 'x')).toEqual({ session: 'x' });
    expect(inputOf('park', '--session', 'x')).toEqual({ session: 'x' });
    expect(inputOf('delete', '--session=x')).toEqual({ session: 'x' });
    expect(refusal('park', 'y', '--session', 'x')).toBe('"y" is one word too many for park.');
  });

  test('after -- everything is a word', () => {
    expect(inputOf('log', '--', '--json', '-x')).toEqual({ message: '--json -x' });
  });

  test('what does not fit is refused with the word that does not', () => {
    expect(refusal('log', 'x', '--bogus')).toBe("Unknown option '--bogus'.");
    expect(refusal('log', 'x', '-b')).toBe("Unknown option '-b'.");
    expect(refusal('log', 'x', '--session')).toBe("Option '--session <value>' argument missing.");
    expect(refusal('list', '--all=yes')).toBe("Option '--all' does not take an argument.");
    expect(refusal('beat', 'x')).toBe('"x" is one word too many for beat.');
    expect(refusal('list', '--limit', 'x')).toBe('limit must be a whole number');
    expect(refusal('list', '--limit', '1e3')).toBe('limit must be a whole number');
    expect(refusal('log', `--${'x'.repeat(10_000)}`).length).toBeLessThan(200);
  });

  test('the common flags are known everywhere', () => {
    expect(parseArguments(operationNamed('list'), ['--json', '-h', '--home', '/h']).common).toEqual({
      json: true,
      help: true,
      version: false,
      home: '/h',
    });
    expect(parseCommon(['bash', '--json'])).toMatchObject({
      words: ['bash'],
      common: { json: true, home: undefined },
    });
  });
});
