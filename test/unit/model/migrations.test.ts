import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, join, settle } from '../../../src/model/merge.ts';
import { migrate4 } from '../../../src/model/migrations.ts';
import { parseSession } from '../../../src/model/parseSession.ts';
import { statusChanges } from '../../../src/model/queries.ts';
import { type Session, sessionLists, sessionSchema } from '../../../src/model/session.ts';
import { type Session4, session4Schema } from '../../../src/model/session4.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { at, minute } from '../../support/builders.ts';
import made from './fixtures/version4.json' with { type: 'json' };

/** Documents as the program of version 4 wrote them. */
const written = made as unknown as Readonly<Record<string, Session4>>;
const document = (name: keyof typeof made): Session4 => written[name] as Session4;
const changed = (name: keyof typeof made, changes: object): Session4 =>
  ({ ...document(name), ...changes }) as Session4;

const time = (minutes: number) => minute(minutes).toISOString();
const [task] = document('completed').tasks;
const [question] = document('completed').questions;

/** Documents that were edited by hand, imported, or written under a clock that ran backwards. */
const odd: Readonly<Record<string, Session4>> = {
  'a history without what the fields say': changed('parked, with what comes first', {
    history: [],
  }),
  'a history that says otherwise': changed('completed', {
    history: [
      { at: time(0), to: 'active', note: null },
      { at: time(5), to: 'completed', note: 'something else' },
    ],
  }),
  'a clock that ran backwards': changed('parked and dropped', {
    parkedAt: time(-60),
    endedAt: time(-90),
    history: [
      { at: time(0), to: 'active', note: null },
      { at: time(-60), to: 'parked', note: 'lunch' },
      { at: time(-90), to: 'completed', note: 'not worth it' },
    ],
    events: [3, 2, 1].map(minutes => ({ at: time(-minutes), message: `${minutes}` })),
    tasks: [9, 8, 7].map(minutes => ({
      ...task,
      id: `t${minutes}`,
      subject: `${minutes}`,
      addedAt: time(-minutes),
    })),
  }),
  'imported, with a reason of before': changed('completed', {
    parkedReason: 'waited for the vendor',
    resumedAs: 'sess_elsewhere',
    continuation: null,
  }),
  'open, with words of its last end': changed('active, that needs its person', {
    parkedReason: 'lunch',
    outcome: 'done, we thought',
  }),
  'two of everything under one id': changed('completed', {
    tasks: [task, { ...task, subject: 'another' }],
    questions: [question, { ...question, text: 'another?' }],
    files: ['a.ts', 'a.ts'],
    tags: ['x', 'x'],
  }),
  'next steps that are alike': changed('completed', { nextSteps: ['one', 'one', 'two', 'one'] }),
};
const all = { ...written, ...odd };
const names = Object.keys(all);
const of = (name: string) => all[name] as Session4;

/** Every text in a value, whatever it is in. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe.for(names)('%s', name => {
  const old = of(name);
  const migrated = migrate4(old);

  test('is a session of today, with the status and the times it had', () => {
    const parsed = sessionSchema.safeParse(migrated);
    expect(parsed.error).toBeUndefined();
    expect(parsed.data).toEqual(migrated);
    const { status, endedAt, outcome, parkedAt, parkedReason, resumedAs, place } = old;
    const known = { status, endedAt, resumedAs, place };
    expect(migrated).toMatchObject(known);
    if (status === 'completed') expect(migrated).toMatchObject({ outcome, parkedReason });
    if (status === 'parked' || parkedAt !== null) expect(migrated).toMatchObject({ parkedAt, parkedReason });
    expect(statusChanges(migrated).at(-1)?.to).toBe(status);
    expect(parseSession(JSON.stringify(old), old.id, 'p')).toEqual(migrated);
  });

  test('follows from itself, and joins with itself into itself', () => {
    expect(settle(migrated)).toEqual(migrated);
    expect(join(migrated, migrated)).toEqual(migrated);
    expect(migrate4(structuredClone(old))).toEqual(migrated);
  });

  test('has every text and every item, each with an id of its own and in its order', () => {
    const texts = new Set(textsIn(migrated));
    expect(textsIn(old).filter(text => !texts.has(text) && !isTimeOf(old, text))).toEqual([]);
    for (const list of sessionLists) {
      const items: readonly { id: string; stamp: string }[] = migrated[list];
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
      expect(items.map(({ stamp }) => stamp)).toEqual(items.map(({ stamp }) => stamp).sort());
      for (const { stamp } of items) expect(stamp <= migrated.clock).toBe(true);
    }
    for (const stamp of Object.values(migrated.edits)) expect(stamp <= migrated.clock).toBe(true);
    for (const list of ['tasks', 'events', 'decisions', 'questions', 'commits', 'nextSteps'] as const)
      expect(migrated[list]).toHaveLength(old[list].length);
  });

  test('takes the next change like any other, which is later than all there is', () => {
    const moved = [transitions.moveToTrash, transitions.restore].map(move => {
      try {
        return move(migrated, {}, at(-9_000));
      } catch {
        return null;
      }
    });
    const [next] = moved.filter(each => each !== null) as [Session];
    expect(next.clock > migrated.clock).toBe(true);
    expect(settle(next)).toEqual(next);
    expect(join(next, migrated)).toEqual(next);
  });
});

/** `updatedAt` of a task that was changed is a stamp since. */
function isTimeOf({ tasks }: Session4, text: string): boolean {
  return tasks.some(({ updatedAt }) => updatedAt === text);
}

const unknown = fc
  .dictionary(
    fc.oneof(
      fc.string({ maxLength: 8 }).map(key => `x${key}`),
      // Names that mean something since.
      fc.constantFrom(
        'stamp',
        'clock',
        'edits',
        'claims',
        'days',
        'where',
        'what',
        'rank',
        'answers',
        'kind',
      ),
    ),
    fc.jsonValue({ maxDepth: 2 }),
    { maxKeys: 5, noNullPrototype: true },
  )
  .map(fields => fields as Readonly<Record<string, unknown>>);

test('unknown fields of every level are kept, also those whose name means something since', () => {
  fc.assert(
    fc.property(fc.array(unknown, { minLength: 9, maxLength: 9 }), extra => {
      const base = document('resumed');
      const add = <T extends object>(items: readonly T[], index: number) =>
        items.map(item => ({ ...extra[index], ...item }));
      const old = session4Schema().parse({
        ...extra[0],
        ...base,
        tasks: add(base.tasks, 1),
        events: add(base.events, 2),
        decisions: add(base.decisions, 3),
        questions: add(base.questions, 4),
        commits: add(base.commits, 5),
        history: add(base.history, 6),
        continuation: { ...extra[7], ...base.continuation },
        project: { ...extra[8], ...base.project },
      }) as Session4;
      const migrated = migrate4(old);
      expect(sessionSchema.safeParse(migrated).error).toBeUndefined();
      const levels = [
        ...[[migrated], migrated.tasks, migrated.events, migrated.decisions, migrated.questions],
        ...[migrated.commits, migrated.history, migrated.claims, [migrated.project]],
      ];
      for (const [index, items] of levels.entries())
        for (const item of items as readonly Record<string, unknown>[])
          for (const [field, value] of Object.entries(extra[index] ?? {})) {
            const aside = item['version4'] as Record<string, unknown> | undefined;
            expect([canonical(item[field]), canonical(aside?.[field])]).toContain(canonical(value));
          }
    }),
  );
});

test('an id that an event was given elsewhere is kept, and is not its id', () => {
  const events = [1, 2].map(index => ({ at: time(index), message: `${index}`, id: 7 }));
  const migrated = migrate4(changed('completed', { events }));
  expect(new Set(migrated.events.map(({ id }) => id)).size).toBe(2);
  expect(migrated.events).toMatchObject([{ version4: { id: 7 } }, { version4: { id: 7 } }]);
});

test('two copies that were migrated apart and changed apart join without doubling', () => {
  const old = document('active, with something of everything');
  const here = transitions.log(migrate4(old), { message: 'here' }, at(20, 'here'));
  const there = transitions.setTask(
    migrate4(structuredClone(old)),
    { task: 'cache', status: 'completed' },
    { ...at(21, 'there'), random: '1'.repeat(12) },
  );
  const joined = join(here, there);
  expect(join(there, here)).toEqual(joined);
  for (const list of ['tasks', 'decisions', 'questions', 'nextSteps', 'commits', 'files', 'tags'] as const)
    expect(joined[list]).toHaveLength(old[list].length);
  expect(joined.events).toHaveLength(old.events.length + 1);
  expect(joined.tasks.find(({ subject }) => subject === 'cache')?.status).toBe('completed');
  expect(joined.active).toEqual({ ...here.active, ...there.active });
});

test('of two copies of different age the later one counts, and nothing is doubled', () => {
  const before = document('active, with something of everything');
  const after = {
    ...before,
    intent: 'a better word for it',
    nextSteps: ['first of all', ...before.nextSteps],
    events: [...before.events, { at: time(30), message: 'more' }],
    lastHeartbeatAt: time(30),
    revision: 20,
  } as Session4;
  const [older, newer] = [migrate4(before), migrate4(after)];
  const joined = join(older, newer);
  expect(join(newer, older)).toEqual(joined);
  expect(joined).toMatchObject({ intent: after.intent, lastHeartbeatAt: time(30) });
  expect(joined.nextSteps.map(({ text }) => text)).toEqual(after.nextSteps);
  expect(joined.events.map(({ message }) => message)).toEqual(after.events.map(({ message }) => message));
});

test('two items that share an id stay two', () => {
  const migrated = migrate4(of('two of everything under one id'));
  expect(migrated.tasks.map(({ subject }) => subject)).toEqual([task?.subject, 'another']);
  expect(migrated.questions.map(({ text }) => text)).toEqual([question?.text, 'another?']);
  expect(join(migrated, migrate4(of('two of everything under one id'))).tasks).toHaveLength(2);
});

test('a parent that was resumed in version 4 makes the same continuation', () => {
  const parent = migrate4(document('resumed'));
  const child = transitions.continuationOf(parent) as Session;
  const there = migrate4(document('its continuation'));
  expect({ ...child, earlier: null, where: { ...child.where } }).toEqual({
    ...there,
    tasks: child.tasks,
    nextSteps: child.nextSteps,
    questions: child.questions,
    tags: child.tags,
    clock: child.clock,
    // Where it was put is said of every document of before.
    edits: child.edits,
  });
  // It was made already, elsewhere: the two are one, and the parent's things are those of the child.
  const joined = join(child, there);
  for (const list of ['tasks', 'decisions', 'questions', 'nextSteps', 'tags', 'history'] as const) {
    expect(joined[list].map(({ id }) => id)).toEqual(child[list].map(({ id }) => id));
    expect(there[list].map(({ id }) => id)).toEqual(child[list].map(({ id }) => id));
  }
  expect(transitions.continuationOf(migrate4(document('completed and gone on from')))?.id).toBe(
    document('completed and gone on from').resumedAs,
  );
});

test('a session that was imported as resumed, without what its continuation is made of, makes none', () => {
  const migrated = migrate4(of('imported, with a reason of before'));
  expect(migrated).toMatchObject({ status: 'completed', resumedAs: 'sess_elsewhere' });
  expect(migrated.claims).toMatchObject([{ id: 'sess_elsewhere', made: true }]);
  expect(transitions.continuationOf(migrated)).toBeNull();
});

test('what lies in the trash stays there, and comes back by work that was done after it', () => {
  const migrated = migrate4(document('in the trash, after work'));
  expect(migrated.place).toBe('trash');
  const other = migrate4(changed('in the trash, after work', { place: 'sessions' }));
  expect(join(migrated, other).place).toBe('trash');
  expect(join(migrated, transitions.log(other, { message: 'm' }, at(120))).place).toBe('sessions');
});
