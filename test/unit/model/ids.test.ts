import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDeviceName, isSafeId, sessionId } from '../../../src/model/ids.ts';

describe('an id is safe as a file name on every platform', () => {
  test.for(['sess_20261121T1430_1a2b3c4d', 'a', 'A-b_9', 'x'.repeat(100), 'console', 'com10'])('%s', id => {
    expect(isSafeId(id)).toBe(true);
  });
  const unsafe = [
    '',
    '.',
    '..',
    'a.json',
    'a/b',
    'a\\b',
    '../a',
    ' a',
    'a ',
    'a\n',
    'a\0',
    '-a',
    '_a',
    'é',
    'a:b',
  ];
  test.for([...unsafe, 'x'.repeat(101), 'con', 'NUL', 'Com1', 'lpt9', 'aux', 'prn'])('not %j', id => {
    expect(isSafeId(id)).toBe(false);
  });
});

test('a name that Windows keeps for a device is known with any ending', () => {
  expect(['NUL', 'con.md', 'aux .txt', 'Com1.tar.gz', 'lpt9 '].filter(name => !isDeviceName(name))).toEqual(
    [],
  );
  expect(['console.md', 'null', 'a.con', 'com10', '', '.nul'].filter(isDeviceName)).toEqual([]);
});

test('session ids are readable, sort by time and are safe', () => {
  expect(sessionId(new Date('2026-11-21T14:30:59.999Z'), '1a2b3c4d')).toBe('sess_20261121T1430_1a2b3c4d');
  const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(moment, moment, (a, b) => {
      const [left, right] = [sessionId(a, '00000000'), sessionId(b, '00000000')];
      expect(isSafeId(left)).toBe(true);
      if (Math.floor(a.getTime() / 60_000) < Math.floor(b.getTime() / 60_000))
        expect(left < right).toBe(true);
    }),
  );
});
