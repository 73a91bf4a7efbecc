import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  emptySnapshot,
  nextSnapshot,
  type Snapshot,
  type Surroundings,
  sessionGroups,
  snapshotOf,
} from '../../../src/extension/snapshot.ts';
import { SessionError } from '../../../src/model/errors.ts';
import { byLastActivity } from '../../../src/model/queries.ts';
import type { Session } from '../../../src/model/session.ts';
import type { Change, FeedItem } from '../../../src/store/changeFeed.ts';
import { SummaryEntry } from '../../../src/store/summaries.ts';
import { activeSession, minute, needing, project } from '../../support/builders.ts';

const readAt = minute(1_000).getTime();

function entry(id: string, changes: Partial<Session> = {}): SummaryEntry {
  const session = activeSession(id, changes);
  return SummaryEntry.of(session, { size: 1, mtimeMs: readAt, ctimeMs: readAt, ino: 1 }, readAt);
}

function unreadable(id: string): FeedItem {
  return { id, path: `/${id}.json`, error: new SessionError('unreadable', { path: id, reason: 'not_json' }) };
}

const at = (key: string) => ({ project: { ...project, key, name: `called ${key}` } });
const after = (minutes: number) => ({ lastHeartbeatAt: minute(minutes).toISOString() });

/** `b2` was moved to where `b` is; there is no record of `c`. The window is in `a` and `b`. */
const around: Surroundings = {
  here: new Set(['a', 'b']),
  projects: new Map([
    ['a', { key: 'a', name: 'zebra' }],
    ['b', { key: 'b', name: 'adder' }],
    ['b2', { key: 'b', name: 'adder' }],
  ]),
};

/** The ids in all lists, which is what a person sees of a snapshot. */
function outline({ all, here, projects, unreadable: broken }: Snapshot) {
  const idsOf = (groups: Snapshot['all']) =>
    Object.fromEntries(sessionGroups.map(group => [group, groups[group].map(({ id }) => id)]));
  return {
    all: idsOf(all),
    here: idsOf(here),
    projects: projects.map(({ key, name, groups }) => ({ key, name, ...idsOf(groups) })),
    unreadable: broken.map(({ id }) => id),
  };
}

function entriesOf({ all, here, projects, unreadable: broken }: Snapshot): FeedItem[] {
  const groups = [all, here, ...projects.map(each => each.groups)];
  return [...groups.flatMap(each => sessionGroups.flatMap(group => each[group])), ...broken];
}

test('sessions stand in one group each, newest activity first, under the project they are shown as', () => {
  const items = [
    entry('1', { ...at('a'), ...after(1) }),
    entry('2', { ...at('a'), ...after(2), needs: needing('an answer') }),
    entry('3', { ...at('b'), ...after(3) }),
    entry('4', { ...at('b2'), ...after(4), status: 'parked' }),
    entry('5', { ...at('c'), ...after(5), status: 'completed' }),
    entry('6', { ...at('c'), ...after(6), status: 'completed', needs: needing('nothing any more') }),
    unreadable('8'),
    unreadable('7'),
  ];
  const none = { needs: [], active: [], parked: [], completed: [] };
  expect(outline(snapshotOf(items, around))).toEqual({
    all: { needs: ['2'], active: ['3', '1'], parked: ['4'], completed: ['6', '5'] },
    here: { ...none, needs: ['2'], active: ['3', '1'] },
    projects: [
      { key: 'b', name: 'adder', ...none, active: ['3'], parked: ['4'] },
      { key: 'c', name: 'called c', ...none, completed: ['6', '5'] },
      { key: 'a', name: 'zebra', ...none, needs: ['2'], active: ['1'] },
    ],
    unreadable: ['7', '8'],
  });
});

test('lists have the order of all lists of sessions', () => {
  const items = ['1', '3', '2'].map(id => entry(id, after(1)));
  const summaries = items.map(({ summary }) => summary).sort(byLastActivity);
  expect(snapshotOf(items, around).all.active.map(({ summary }) => summary)).toEqual(summaries);
});

test('a change makes another snapshot, and leaves what it does not touch as it is', () => {
  const items = ['a', 'b', 'c'].flatMap(key =>
    [1, 2].map(each => entry(`${key}${each}`, { ...at(key), ...after(each) })),
  );
  const before = snapshotOf(items, around);
  const seen = structuredClone(outline(before));
  const now = entry('a1', { ...at('a'), ...after(9), status: 'parked' });
  const next = nextSnapshot(before, [{ id: 'a1', before: items[0] ?? null, after: now }], items, around);
  expect(outline(before)).toEqual(seen);
  expect(outline(next).here).toEqual({
    needs: [],
    active: ['b2', 'a2', 'b1'],
    parked: ['a1'],
    completed: [],
  });
  const groups = (snapshot: Snapshot, key: string) =>
    snapshot.projects.find(each => each.key === key)?.groups;
  expect(groups(next, 'b')).toBe(groups(before, 'b'));
  expect(groups(next, 'a')?.completed).toBe(groups(before, 'a')?.completed);
  expect(next.all.needs).toBe(before.all.needs);
  // A change elsewhere is none here.
  const elsewhere = { id: 'c1', before: items[4] ?? null, after: null };
  expect(nextSnapshot(before, [elsewhere], items, around).here).toBe(before.here);
});

test('after any changes a snapshot is the one that is made from nothing', () => {
  const item = fc
    .record({
      id: fc.integer({ min: 0, max: 9 }).map(String),
      kind: fc.constantFrom('active', 'needs', 'parked', 'completed', 'unreadable', 'gone'),
      minutes: fc.integer({ min: 0, max: 5 }),
      moves: fc.constantFrom('', '2'),
    })
    .map(({ id, kind, minutes, moves }): [string, FeedItem | null] => {
      if (kind === 'gone') return [id, null];
      if (kind === 'unreadable') return [id, unreadable(id)];
      // Mostly a session is of the same project as before; a document that was replaced may be of another.
      const key = `${['a', 'b', 'c'][Number(id) % 3]}${moves}`;
      const needs = kind === 'needs' ? needing('an answer') : null;
      const status = kind === 'needs' ? 'active' : kind;
      return [id, entry(id, { ...at(key), ...after(minutes), status: status as Session['status'], needs })];
    });
  fc.assert(
    fc.property(fc.array(fc.array(item, { maxLength: 70 }), { maxLength: 8 }), batches => {
      const items = new Map<string, FeedItem>();
      let snapshot = emptySnapshot;
      for (const batch of batches) {
        const changes: Change[] = batch.map(([id, now]) => {
          const before = items.get(id) ?? null;
          if (now === null) items.delete(id);
          else items.set(id, now);
          return { id, before, after: now };
        });
        snapshot = nextSnapshot(snapshot, changes, items.values(), around);
        const fresh = snapshotOf(items.values(), around);
        expect(outline(snapshot)).toEqual(outline(fresh));
        const entries = entriesOf(snapshot);
        expect(entriesOf(fresh).every((each, index) => each === entries[index])).toBe(true);
      }
    }),
  );
});
