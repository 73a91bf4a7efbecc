import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { summaryOf } from '../../../src/model/queries.ts';
import { ago, duration, oneLine, plural, safe, shortId } from '../../../src/operations/page.ts';
import { countWords, showSession, stateOf } from '../../../src/operations/showSession.ts';
import { showTable } from '../../../src/operations/showTable.ts';
import {
  activeSession,
  completedSession,
  minute,
  parkedSession,
  richSession,
} from '../../support/builders.ts';
import { plainPage } from './support.ts';

describe('text for a terminal', () => {
  test('safe takes out what steers a terminal, and keeps line ends and tabs', () => {
    expect(safe('a\tb\nc')).toBe('a\tb\nc');
    expect(safe('a\r\nb\rc')).toBe('a\nb\nc');
    expect(safe('\u001b[31mred\u0007\u0000\u009b1m')).toBe('\ufffd[31mred\ufffd\ufffd\ufffd1m');
    expect(safe('\u202eabc\u2066\u200f\u061c\ufeff')).toBe('\ufffdabc\ufffd\ufffd\ufffd\ufffd');
    // What people write stays: accents, emoji with joiners, other scripts.
    const people = 'naïve café 日本語 👩‍💻 ไทย עברית';
    expect(safe(people)).toBe(people);
  });

  test('oneLine makes one line of it', () => {
    expect(oneLine('  a\n\n b\t\u2028c ')).toBe('a b c');
  });

  test('ago', () => {
    const at = (seconds: number) =>
      ago(new Date(minute(0).getTime() - seconds * 1000).toISOString(), minute(0));
    expect([0, 59, 60, 3_599, 3_600, 86_399, 86_400].map(at)).toEqual([
      ...['just now', 'just now', '1 min ago', '59 min ago', '1 h ago', '23 h ago', '1 d ago'],
    ]);
    expect([30 * 86_400 - 1, 30 * 86_400, 365 * 86_400].map(at)).toEqual(['29 d ago', '1 mo ago', '1 y ago']);
    // Another machine's clock may be ahead.
    expect([-30, -120].map(at)).toEqual(['just now', 'in 2 min']);
  });

  test('duration, plural, shortId', () => {
    expect([0, 59_999, 60_000, 3_599_999, 3_600_000, 7_500_000].map(duration)).toEqual([
      ...['less than a minute', 'less than a minute', '1 min', '59 min', '1 h 00 min', '2 h 05 min'],
    ]);
    expect([plural(0, 'task'), plural(1, 'task'), plural(2, 'task'), plural(2, 'child', 'children')]).toEqual(
      [...['0 tasks', '1 task', '2 tasks', '2 children']],
    );
    expect(
      ['sess_20261121T1200_0a1b2c3d', 'sess_20251204T1600_77aa', 'imported', 'a_b'].map(shortId),
    ).toEqual([...['0a1b2c3d', '77aa', 'imported', 'a_b']]);
  });
});

describe('sessions for people', () => {
  test('the state in one word', () => {
    const page = plainPage();
    const needs = { text: 'a hand', kind: 'other', since: minute(0).toISOString(), by: null };
    expect(stateOf(activeSession(), page)).toBe('active');
    expect(stateOf(activeSession('a', { needs }), page)).toBe('needs you');
    expect(stateOf(activeSession('a', { lastHeartbeatAt: '2026-11-01T00:00:00.000Z' }), page)).toBe('stale');
    expect(stateOf(parkedSession(), page)).toBe('parked');
    expect(stateOf(completedSession(), page)).toBe('completed');
    expect(stateOf({ ...completedSession(), place: 'archive' }, page)).toBe('archived');
    expect(stateOf(activeSession('a', { place: 'trash', needs }), page)).toBe('in trash');
  });

  test('skipped tasks count neither as done nor as to be done', () => {
    expect(countWords(summaryOf(richSession()))).toBe('1/3 tasks, 1 question, 1 commit');
    expect(countWords(summaryOf(activeSession()))).toBe('');
  });

  test('a session, whole', () => {
    expect(showSession(parkedSession(), plainPage())).toMatchInlineSnapshot(`
      "make the login faster
      sess_20261121T1200_00000001

      State       parked
      Parked      50 min ago: lunch
      Project     api /work/api
      Branch      dependabot/npm/@types/x
      Reference   ISSUE-12
      Tags        login, speed
      Agent       claude agent-1
      Started     1 h ago, 10 min at work

      Tasks
        1 [x] measure 1fdfa4602000
        2 [~] cache 1fdfa4602001
        3 [ ] write it down 1fdfa4602002
        4 [-] ask the vendor 1fdfa4602003

      Next steps
        - one
        - two
        - three
        - four
        - five

      Questions
        1 ? for how long? 1fdfed9e0000
        2 - who owns it? → the API team

      Decisions
        - cache the profile 56 min ago

      Commits
        c0ffee faster

      Files
        src/login.ts

      Events
        2026-11-21 12:03  measured: 800 ms"
    `);
  });
});

describe('showTable', () => {
  const rows = [
    ['active', 'a short one', 'main'],
    ['parked', '日本語の長い説明がここに入る', 'x'],
    ['stale', 'cafe\u0301 👩‍💻', ''],
  ];

  test('columns are aligned by the width of what is shown', () => {
    expect(showTable(rows, 1, [2], plainPage()).split('\n')).toEqual([
      'active  a short one                   main',
      'parked  日本語の長い説明がここに入る  x',
      'stale   cafe\u0301 👩‍💻',
    ]);
  });

  test('the flexible column gives way to the width of the page, down to something readable', () => {
    for (const width of [40, 34, 30]) {
      for (const line of showTable(rows, 1, [2], { ...plainPage(), width }).split('\n')) {
        expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }
    }
    expect(showTable(rows, 1, [2], { ...plainPage(), width: 5 })).toContain('日本語…');
  });

  test('where that is not enough, a column is left out', () => {
    expect(showTable(rows, 1, [2], { ...plainPage(), width: 40 })).toContain('main');
    expect(showTable(rows, 1, [2], { ...plainPage(), width: 38 })).toContain('main');
    expect(showTable(rows, 1, [2], { ...plainPage(), width: 37 })).not.toContain('main');
  });
});
