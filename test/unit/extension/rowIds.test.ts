import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowIds } from '../../../src/extension/tree/nodes.ts';

test('no two rows of a list have one id, whatever the items are called', () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'a#2', 'a#2#2', '', '#2'));
  fc.assert(
    fc.property(names, list => {
      const ids = rowIds('row', list);
      expect(new Set(ids).size).toBe(list.length);
      for (const [index, id] of ids.entries()) expect(id.startsWith(`row/${list[index]}`)).toBe(true);
    }),
  );
});

test('a row keeps its id when the list grows', () => {
  const names = ['a', 'b', 'a', 'a#2', 'a'];
  const ids = rowIds('row', names);
  for (let length = 0; length < names.length; length++)
    expect(rowIds('row', names.slice(0, length))).toEqual(ids.slice(0, length));
  expect(ids.slice(0, 3)).toEqual(['row/a', 'row/b', 'row/a#2']);
});
