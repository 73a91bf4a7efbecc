import { expect, test } from 'vitest';
import { exploreLock } from '../../support/lockModel.ts';
import { exploreMoves, type MoveModel } from '../../support/moveModel.ts';

/*
 * Every interleaving of the lock protocol, as models of src/store/lock.ts and of the moves of
 * src/store/sessionStore.ts. That the code does what the models do is for interleavings.test.ts.
 */

const three = { writers: 3, attempts: 2, fenced: true, named: true };

test('three writers, any of them judging any lock stale at any moment and crashing anywhere, lose no update', () => {
  const { states, ends, trace, violation } = exploreLock(three);
  expect(violation, trace?.join('\n')).toBeNull();
  expect(states).toBe(95_992);
  expect(ends).toBeGreaterThan(1_000);
});

test('the fence alone keeps every update, even if breaks and releases remove whatever lock is there', () => {
  const { trace, violation, states } = exploreLock({ ...three, named: false });
  expect(violation, trace?.join('\n')).toBeNull();
  expect(states).toBeGreaterThan(50_000);
});

test('without the fence the same exploration finds a lost update', () => {
  const { violation, trace } = exploreLock({ ...three, fenced: false, named: false });
  expect(violation).toBe('lost 1 of 101');
  // Nothing shorter loses one, so these ten steps are what plain mkdir locking comes to.
  expect(trace).toEqual([
    'A takes the lock',
    'A reads',
    'A writes into its tenure',
    'B judges the lock of A1 stale',
    'B breaks the lock of A1',
    'C takes the lock',
    'C reads',
    'A commits',
    'C writes into its tenure',
    'C commits',
  ]);
  expect(trace).toHaveLength(10);
});

const moves: readonly (Pick<MoveModel, 'writers' | 'start' | 'attempts'> & { readonly atLeast: number })[] = [
  // One archives, one brings back, one writes.
  { writers: ['a', 's', null], start: 's', attempts: 2, atLeast: 200_000 },
  { writers: ['a', 't'], start: 's', attempts: 4, atLeast: 5_000 },
  { writers: ['t', 's'], start: 'a', attempts: 4, atLeast: 5_000 },
  { writers: ['s', null], start: 't', attempts: 4, atLeast: 5_000 },
];

test.for(moves)(
  'moves to $writers from $start: the first place with a document has the newest',
  ({ atLeast, ...model }) => {
    const { states, trace, violation } = exploreMoves({ ...model, fenced: true, inOrder: true });
    expect(violation, trace?.join('\n')).toBeNull();
    expect(states).toBeGreaterThan(atLeast);
  },
);

test.for([
  { writers: ['a', null], start: 's', attempts: 3, atLeast: 5_000 },
  { writers: ['a', 't'], start: 's', attempts: 3, atLeast: 5_000 },
  { writers: ['a', 's', null], start: 's', attempts: 1, atLeast: 20_000 },
] as const)(
  'moves to $writers where a lock is emptied file by file, at any moment: nothing is lost',
  ({ atLeast, ...model }) => {
    const { states, trace, violation } = exploreMoves({
      ...model,
      fenced: true,
      inOrder: true,
      emptied: true,
    });
    expect(violation, trace?.join('\n')).toBeNull();
    expect(states).toBeGreaterThan(atLeast);
  },
);

const cuts = [
  { writers: ['a', 's', null], start: 's', attempts: 1, atLeast: 10_000 },
  { writers: ['a', 't', 's'], start: 's', attempts: 1, atLeast: 10_000 },
  { writers: ['s', 'a', null], start: 'a', attempts: 1, atLeast: 10_000 },
  { writers: ['s', 't', null], start: 't', attempts: 1, atLeast: 10_000 },
] as const;

test.for(cuts)(
  'moves to $writers from $start, and the power fails: what is back is joined, and nothing is lost',
  ({ atLeast, ...model }) => {
    const { states, trace, violation } = exploreMoves({
      ...model,
      fenced: true,
      inOrder: true,
      powerCut: true,
    });
    expect(violation, trace?.join('\n')).toBeNull();
    expect(states).toBeGreaterThan(atLeast);
  },
);

test('without joining a power cut loses an update: an older copy that is back takes the place of a newer one', () => {
  const found = cuts.map(({ atLeast: _, ...model }) =>
    exploreMoves({ ...model, fenced: true, inOrder: true, powerCut: true, joins: false }),
  );
  expect(found.filter(({ violation }) => violation !== null).length).toBeGreaterThan(0);
});

test('moves without the fence lose an update, and out of order they lose the document', () => {
  const model = { writers: ['a', 's', null], start: 's', attempts: 2 } as const;
  expect(exploreMoves({ ...model, fenced: false, inOrder: true })).toMatchObject({
    violation: 'an acknowledged write is lost',
    trace: { length: 7 },
  });
  expect(exploreMoves({ ...model, fenced: true, inOrder: false })).toMatchObject({
    violation: 'the document is gone',
    trace: { length: 4 },
  });
});
