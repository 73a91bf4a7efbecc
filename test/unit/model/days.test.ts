import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinDays, limitDays, workedOn } from '../../../src/model/days.ts';

/** The n-th day from the first of 2024 on. */
const day = (n: number) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10);
const sumOf = (days: Readonly<Record<string, number>>) =>
  Object.values(days).reduce((sum, ms) => sum + ms, 0);
const single = (days: object) => Object.keys(days).filter(key => /^\d/.test(key));

test('up to 400 days stand one by one, what is older is one sum', () => {
  const all = Object.fromEntries(Array.from({ length: 403 }, (_, n) => [day(n), n + 1]));
  expect(limitDays(all)).toEqual({
    [`<=${day(2)}`]: 1 + 2 + 3,
    ...Object.fromEntries(Object.entries(all).slice(3)),
  });
  const few = Object.fromEntries(Object.entries(all).slice(0, 400));
  expect(limitDays(few)).toBe(few);
});

/** What a machine wrote, version by version; its clock may be behind for a while. */
const worked = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 9 })), {
  minLength: 1,
  maxLength: 60,
});

function versionsOf(steps: readonly (readonly [number, number])[]) {
  let days: Readonly<Record<string, number>> = Object.fromEntries(
    Array.from({ length: 390 }, (_, n) => [day(n), 1]),
  );
  const versions = [days];
  let today = 389;
  for (const [jump, ms] of steps) {
    // One day of five is far back, older than what is summed up.
    today += jump % 3;
    days = workedOn(days, jump % 5 === 4 ? day(jump) : day(today), ms);
    versions.push(days);
  }
  return versions;
}

test('no time is lost or doubled, whatever is summed up', () => {
  fc.assert(
    fc.property(worked, steps => {
      for (const [index, days] of versionsOf(steps).entries()) {
        const added = steps.slice(0, index).reduce((sum, [, ms]) => sum + ms, 0);
        expect(sumOf(days)).toBe(390 + added);
        expect(single(days).length).toBeLessThanOrEqual(400);
        expect(Object.keys(days).length - single(days).length).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('of two versions, summed up or not, the later one remains', () => {
  fc.assert(
    fc.property(worked, fc.nat(), fc.nat(), (steps, x, y) => {
      const versions = versionsOf(steps);
      const [a, b] = [x % versions.length, y % versions.length];
      const latest = versions[Math.max(a, b)];
      expect(joinDays(versions[a] ?? {}, versions[b] ?? {})).toEqual(latest);
      expect(joinDays(versions[b] ?? {}, versions[a] ?? {})).toEqual(latest);
    }),
  );
});
