import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCalendarDay } from '../../../src/model/moments.ts';

test('every day that a date can be is one of the calendar', () => {
  const dates = fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, date => {
      expect(isCalendarDay(date.toISOString().slice(0, 10))).toBe(true);
    }),
  );
});

test.for([
  ...['2026-02-30', '2025-02-29', '2100-02-29', '2026-11-31', '2026-13-01', '2026-00-10', '2026-01-00'],
  ...['2026-1-01', '2026-01-01T00:00', '', 'yesterday'],
])('%j is none', text => {
  expect(isCalendarDay(text)).toBe(false);
});

test('the 29th of February is there in leap years', () => {
  for (const year of ['2024', '2000']) expect(isCalendarDay(`${year}-02-29`)).toBe(true);
});
