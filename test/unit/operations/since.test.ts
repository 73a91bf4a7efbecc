import { expect, test } from 'vitest';
import { parseSince } from '../../../src/operations/viewOperations.ts';
import { minute } from '../../support/builders.ts';

const since = (text: string) => parseSince(text, minute(0));
const local = (text: string) => new Date(text).toISOString();

test('a date is its local midnight, a time is local unless it says otherwise', () => {
  expect(since('2026-11-21')).toBe(local('2026-11-21T00:00:00'));
  expect(since('2026-11-21T10:30')).toBe(local('2026-11-21T10:30:00'));
  expect(since('2026-11-21 10:30:15.5')).toBe(local('2026-11-21T10:30:15.500'));
  expect(since('2026-11-21T10:30Z')).toBe('2026-11-21T10:30:00.000Z');
  expect(since('2026-11-21t10:30:00+02:00')).toBe('2026-11-21T08:30:00.000Z');
});

test('a time back from now is counted from now', () => {
  expect(since('12h')).toBe('2026-11-21T00:00:00.000Z');
  expect(since('3d')).toBe('2026-11-18T12:00:00.000Z');
  expect(since('2w')).toBe('2026-11-07T12:00:00.000Z');
});

test.for([
  ...['2026-02-30', '2025-02-29', '2026-11-31', '2026-02-30T10:00', '2026-02-30T10:00:00Z', '2026-13-01'],
  ...['2026-11-21T25:00', '2026-11-21T10', '2026-11-21T10:00 and so on', 'yesterday', '2026', '3', ''],
])('%j is refused, and taken for no other day', text => {
  expect(() => since(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});
