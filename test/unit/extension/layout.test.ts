import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Surroundings, snapshotOf } from '../../../src/extension/snapshot.ts';
import { parseFilter } from '../../../src/extension/tree/filter.ts';
import { changedLists, type Layout, Layouter, placeIn } from '../../../src/extension/tree/layout.ts';
import type { Session } from '../../../src/model/session.ts';
import { SummaryEntry } from '../../../src/store/summaries.ts';
import { activeSession, minute, needing, project } from '../../support/builders.ts';

const readAt = minute(1_000).getTime();
const around: Surroundings = { here: new Set(['a']), projects: new Map() };
const everything = new Layouter(parseFilter(''), new Set());

function entry(id: string, key: string, minutes: number, changes: Partial<Session> = {}): SummaryEntry {
  const session = activeSession(id, {
    project: { ...project, key, name: key },
    lastHeartbeatAt: minute(minutes).toISOString(),
    ...changes,
  });
  return SummaryEntry.of(session, { size: 1, mtimeMs: readAt, ctimeMs: readAt, ino: 1 }, readAt);
}

function layoutOf(entries: readonly SummaryEntry[], layouter = everything, scope: Layout['scope'] = 'all') {
  return layouter.layout(snapshotOf(entries, around), scope);
}

/** What stands under each row, by its id; '' is the top. */
function listsOf({ parts }: Layout): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  const top: string[] = [];
  for (const { project: shown, groups } of parts) {
    const ids = groups.map(({ id }) => id);
    if (shown === null) top.push(...ids);
    else {
      top.push(`project/${shown.key}`);
      lists.set(`project/${shown.key}`, ids);
    }
    for (const { id, rows, hidden } of groups) lists.set(id, [...rows.map(row => row.id), `${hidden} more`]);
  }
  return lists.set('', top);
}

describe('the layout', () => {
  const completed = Array.from({ length: 23 }, (_, index) =>
    entry(`done ${index}`, 'a', index, { status: 'completed', endedAt: minute(index).toISOString() }),
  );

  test('has the newest completed sessions, and all of them where that is wanted', () => {
    const [group] = layoutOf(completed).parts[0]?.groups ?? [];
    expect([group?.id, group?.rows.length, group?.hidden]).toEqual(['a/completed', 20, 3]);
    const whole = new Layouter(parseFilter(''), new Set(['a/completed']));
    const [all] = layoutOf(completed, whole).parts[0]?.groups ?? [];
    expect([all?.rows.length, all?.hidden]).toEqual([23, 0]);
  });

  test('leaves out what the filter does, and projects without a row', () => {
    const entries = [entry('1', 'a', 1, { intent: 'mend the till' }), entry('2', 'b', 2)];
    const mending = new Layouter(parseFilter('MEND'), new Set());
    expect(listsOf(layoutOf(entries, mending)).get('')).toEqual(['project/a']);
    expect(placeIn(layoutOf(entries, mending), '1')?.group.id).toBe('a/active');
    expect(placeIn(layoutOf(entries, mending), '2')).toBeUndefined();
  });

  test('of this window’s project has its groups at the top', () => {
    const entries = [
      entry('1', 'a', 1),
      entry('2', 'a', 2, { needs: needing('an answer') }),
      entry('3', 'b', 3),
    ];
    const lists = listsOf(layoutOf(entries, everything, 'project'));
    expect(lists.get('')).toEqual(['here/needs', 'here/active']);
    expect(lists.get('here/active')).toEqual(['1', '0 more']);
  });

  test('of a snapshot that is the same is the same', () => {
    const snapshot = snapshotOf(completed, around);
    expect(everything.layout(snapshot, 'all')).toBe(everything.layout(snapshot, 'all'));
    expect(everything.layout(snapshot, 'project')).not.toBe(everything.layout(snapshot, 'all'));
  });
});

test('the lists that are called changed are all that have changed', () => {
  const sessions = fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 0, max: 8 }).map(String),
      key: fc.constantFrom('a', 'b', 'c'),
      minutes: fc.integer({ min: 0, max: 4 }),
      status: fc.constantFrom<Session['status']>('active', 'parked', 'completed'),
    }),
    { selector: ({ id }) => id, maxLength: 9 },
  );
  const scope = fc.constantFrom<Layout['scope']>('all', 'project');
  fc.assert(
    fc.property(sessions, sessions, scope, (before, after, shown) => {
      const [old, now] = [before, after].map(each =>
        layoutOf(
          each.map(({ id, key, minutes, status }) => entry(id, key, minutes, { status })),
          new Layouter(parseFilter(''), new Set()),
          shown,
        ),
      ) as [Layout, Layout];
      const [oldLists, lists] = [listsOf(old), listsOf(now)];
      const changed = changedLists(old, now);
      if (changed === null) {
        expect(lists.get('')).not.toEqual(oldLists.get(''));
        return;
      }
      expect(lists.get('')).toEqual(oldLists.get(''));
      for (const id of changed) expect(lists.get(id)).not.toEqual(oldLists.get(id));
      // What is drawn under a list that changed is drawn with it.
      const drawn = new Set([...changed, ...changed.flatMap(id => lists.get(id) ?? [])]);
      for (const [id, list] of lists) if (!drawn.has(id)) expect(list).toEqual(oldLists.get(id));
    }),
    { numRuns: 500 },
  );
});
