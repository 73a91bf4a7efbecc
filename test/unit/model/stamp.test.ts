import fc from 'fast-check';
import { expect, test } from 'vitest';
import { after, itemId, later, machineOf, stampAt, stampPattern, tick } from '../../../src/model/stamp.ts';

const machine = fc.stringMatching(/^[0-9a-z]{1,16}$/);
/** Any moment that a clock may claim, and many that are wrong. */
const time = fc.integer({ min: Date.UTC(-1, 0, 1), max: Date.UTC(9999, 11, 31) });
const digits = fc.stringMatching(/^[0-9a-f]{12}$/);

test('a tick is later than everything before it, whether the clock is behind, ahead or right', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(time, machine), { minLength: 1, maxLength: 30 }), steps => {
      let clock: string | null = null;
      for (const [ms, name] of steps) {
        const next = tick(clock, { now: new Date(ms), machine: name });
        expect(next).toMatch(stampPattern);
        expect(machineOf(next)).toBe(name);
        if (clock !== null) expect(next > clock).toBe(true);
        const following = after(next);
        expect(following > next && stampPattern.test(following)).toBe(true);
        expect(machineOf(following)).toBe(name);
        clock = following;
      }
    }),
  );
});

test('under a clock that is right a stamp is that of its time; one that was ahead is counted on from', () => {
  const now = new Date('2026-11-21T12:00:00.000Z');
  const then = Date.parse('2066-01-01T00:00:00.000Z');
  expect(tick(null, { now, machine: 'm' })).toBe(stampAt(now.getTime(), 'm'));
  expect(tick(stampAt(now.getTime() - 1, 'z'), { now, machine: 'm' })).toBe(stampAt(now.getTime(), 'm'));
  expect(tick(stampAt(then, 'z'), { now, machine: 'm' })).toBe(stampAt(then + 1, 'm'));
});

test('the stamp of any time is one, and in the order of times', () => {
  fc.assert(
    fc.property(time, time, machine, (x, y, name) => {
      expect(stampAt(x, name)).toMatch(stampPattern);
      if (x <= y) expect(stampAt(x, name) <= stampAt(y, name)).toBe(true);
    }),
  );
  expect(stampAt(-1, '0')).toBe('000000000-0');
  // From the latest that a clock may claim on there is room to count on for longer than anybody lives.
  const latest = Number.parseInt(stampAt(Number.MAX_SAFE_INTEGER, '0').slice(0, 9), 36);
  expect(Number.parseInt('z00000000', 36) - latest).toBeGreaterThan(90 * 365 * 86_400_000);
});

test('the later of two is the later, and of one that one', () => {
  expect(later('a', 'b')).toBe('b');
  expect(later('b', 'a')).toBe('b');
  expect(later(undefined, 'a')).toBe('a');
  expect(later('a', undefined)).toBe('a');
});

test('the items of one write have ids of their own, also where it makes several changes', () => {
  fc.assert(
    fc.property(digits, time, machine, (random, ms, name) => {
      const now = new Date(ms);
      const ids = new Set<string>();
      let clock: string | null = null;
      for (let change = 0; change < 3; change++) {
        clock = tick(clock, { now, machine: name });
        for (const n of [0, 1, 999, 2_048, 2_547, 4_095]) {
          const id = itemId({ random }, clock, n);
          expect(id).toMatch(/^[0-9a-f]{12}$/);
          ids.add(id);
        }
      }
      expect(ids.size).toBe(18);
    }),
  );
});

test('two machines with one clock make different ids, as what they are made with is', () => {
  fc.assert(
    fc.property(digits, digits, time, (here, there, ms) => {
      fc.pre(here !== there);
      const clock = stampAt(ms, 'm');
      expect(itemId({ random: here }, clock, 3)).not.toBe(itemId({ random: there }, clock, 3));
    }),
  );
});
