import { describe, expect, test } from 'vitest';
import { isSessionError } from '../../../src/model/errors.ts';
import { describeError } from '../../../src/operations/describeError.ts';
import {
  choice,
  count,
  flag,
  line,
  lines,
  optional,
  parseInput,
  text,
} from '../../../src/operations/fields.ts';

const fields = {
  intent: line('intent', 'What it is for'),
  note: optional(text('message', 'What happened')),
  tags: optional(lines('tag', 'A tag')),
  status: optional(choice(['active', 'parked'], 'Its state')),
  limit: optional(count(1, 10, 'At most so many')),
  all: flag('All of them'),
};

/** The sentence for an input that is refused. */
function refusal(input: object): string {
  try {
    parseInput(fields, input);
  } catch (error) {
    expect(isSessionError(error)).toBe(true);
    return describeError(error).message;
  }
  throw new Error('was not refused');
}

describe('parseInput', () => {
  test('gives what the schemas give: trimmed, with one kind of line end', () => {
    expect(
      parseInput(fields, { intent: '  fix it \n', note: ' a\r\nb ', tags: [' x '], limit: 3, all: true }),
    ).toEqual({
      intent: 'fix it',
      note: 'a\nb',
      tags: ['x'],
      limit: 3,
      all: true,
    });
    expect(parseInput(fields, { intent: 'x' })).toEqual({ intent: 'x' });
  });

  test.for<[string, object]>([
    ['intent is missing.', {}],
    ['intent must be a string.', { intent: 7 }],
    ['intent must not be empty.', { intent: '' }],
    ['intent must not be empty.', { intent: ' \t\n ' }],
    ['intent must be one line without control characters.', { intent: 'a\nb' }],
    ['intent must be one line without control characters.', { intent: 'a\u001b[2J' }],
    ['note must not contain control characters.', { intent: 'x', note: 'a\u0007' }],
    ['intent is over its limit of 500 characters; shorten it.', { intent: 'x'.repeat(501) }],
    ['note is over its limit of 10,000 characters; shorten it.', { intent: 'x', note: 'x'.repeat(10_001) }],
    ['tags is over its limit of 64 characters; shorten it.', { intent: 'x', tags: ['a', 'x'.repeat(65)] }],
    ['tags must not be empty.', { intent: 'x', tags: [] }],
    ['tags must not be empty.', { intent: 'x', tags: ['a', ''] }],
    ['tags must be an array.', { intent: 'x', tags: 'a' }],
    ['status must be one of active, parked.', { intent: 'x', status: 'Active' }],
    ['status must be one of active, parked.', { intent: 'x', status: '__proto__' }],
    ['limit must be at least 1.', { intent: 'x', limit: 0 }],
    ['limit must be at most 10.', { intent: 'x', limit: 11 }],
    ['limit must be a whole number.', { intent: 'x', limit: 1.5 }],
    ['limit must be a number.', { intent: 'x', limit: '3' }],
    ['all must be a boolean.', { intent: 'x', all: 'yes' }],
    ['more is not known here.', { intent: 'x', more: 1 }],
  ])('%s', ([message, input]) => {
    expect(refusal(input)).toBe(message);
  });

  test('a text of exactly its limit is taken', () => {
    expect(parseInput(fields, { intent: 'x'.repeat(500) }).intent).toHaveLength(500);
  });

  test('prototypes are no input', () => {
    expect(refusal(JSON.parse('{"intent": "x", "__proto__": {"limit": 3}}'))).toBe(
      '__proto__ is not known here.',
    );
  });
});
