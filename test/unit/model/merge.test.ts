import { expect, test, vi } from 'vitest';
import { join, settle } from '../../../src/model/merge.ts';
import type { Session } from '../../../src/model/session.ts';
import { type Join, simulate } from '../../support/machines.ts';

vi.setConfig({ testTimeout: 120_000 });

const runs = Number(process.env['MERGES'] ?? 400);

test('three machines that join in every way lose nothing, and nothing removed comes back', () => {
  let twoClaims = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const { problems, hadTwoClaims } = simulate(seed);
    expect(problems, `seed ${seed}`).toEqual([]);
    if (hadTwoClaims) twoClaims++;
  }
  // If no run had two claims, nothing was shown of them.
  expect(twoClaims).toBeGreaterThan(0);
});

const naive: Readonly<Record<string, Join>> = {
  'the newest document wins': (a, b) => (a.clock >= b.clock ? a : b),
  'no record of what was removed': (a, b) => join({ ...a, removed: {} }, { ...b, removed: {} }),
  'times at work are added': (a, b) => {
    const added = (machine: string) => (a.active[machine] ?? 0) + (b.active[machine] ?? 0);
    const machines = [...Object.keys(a.active), ...Object.keys(b.active)];
    return settle({
      ...join(a, b),
      active: Object.fromEntries(machines.map(each => [each, added(each)])),
    } as Session);
  },
};

test.for(Object.keys(naive))('the same runs find the fault where %s', name => {
  const found = Array.from({ length: 100 }, (_, seed) => simulate(seed + 1, naive[name]).problems.length > 0);
  expect(found.filter(Boolean).length).toBeGreaterThan(10);
});
