import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { parseJson, stringifyJson } from '../../../src/model/json.ts';
import { serializeDocument } from '../../../src/model/parseSession.ts';
import { activeSession } from '../../support/builders.ts';

test.for([
  '12345678901234567890',
  '1e400',
  '-1E+400',
  '-0',
  '0.1234567890123456789',
  '1.00000000000000000001',
  '123456789012345678901234567890.5e-7',
])('the number %s stays as it is written', digits => {
  for (const text of [digits, `[${digits}]`, `{"a": ${digits}, "b": [1, ${digits}]}`.replaceAll(' ', '')])
    expect(stringifyJson(parseJson(text.startsWith('[') || text.startsWith('{') ? text : `[${text}]`))).toBe(
      text.startsWith('[') || text.startsWith('{') ? text : `[${text}]`,
    );
});

test('numbers that JavaScript keeps are numbers, however they are written', () => {
  expect(parseJson('[1, 1.50, 9007199254740991, 1e3, 0.1, -2, 1234567890.1234567]')).toEqual([
    1, 1.5, 9007199254740991, 1000, 0.1, -2, 1234567890.1234567,
  ]);
});

test('a field named __proto__ is a field, and changes nothing else', () => {
  const text = '{"a":1,"__proto__":{"polluted":true},"deep":[{"__proto__":[]}]}';
  const value = parseJson(text) as Record<string, unknown>;
  expect(value['polluted']).toBeUndefined();
  expect(stringifyJson({ ...value, b: 2 })).toBe(`${text.slice(0, -1)},"b":2}`);
});

test('texts are never taken for anything else', () => {
  const texts = [
    '\u0000n12',
    '\u0000t',
    '\u0000f__proto__',
    '__proto__',
    '12345678901234567890',
    ': 1e400,',
    '"',
    '\\',
    '\\"',
  ];
  const json = JSON.stringify({ texts, odd: 1 });
  expect(parseJson(json)).toEqual(texts.some(text => text.startsWith('\u0000')) ? expect.anything() : {});
  expect(stringifyJson(parseJson(json))).toBe(json);
});

test('any JSON goes round', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), json => {
      expect(stringifyJson(parseJson(json))).toBe(stringifyJson(parseJson(JSON.stringify(JSON.parse(json)))));
      expect(JSON.parse(stringifyJson(parseJson(json)))).toEqual(JSON.parse(json));
    }),
  );
});

test('a byte order mark is no part of it, and what is no JSON is refused', () => {
  expect(parseJson('\ufeff{"a":1}')).toEqual({ a: 1 });
  for (const text of ['', '{', '{"a": 12345678901234567890', '[01234567890123456789]', '[1e400 1]', 'nul'])
    expect(() => parseJson(text)).toThrow(SyntaxError);
});

test('a usual document is parsed once: no number of it is taken for one that may not survive', () => {
  const json = serializeDocument({ ...activeSession(), activeMs: 0, zeros: [0, 0.5, -1, 10], later: 1.25 });
  const parse = vi.spyOn(JSON, 'parse');
  try {
    parseJson(json);
    expect(parse).toHaveBeenCalledTimes(1);
    parseJson(json.replace('"activeMs": 0', '"activeMs": -0'));
    expect(parse).toHaveBeenCalledTimes(3);
  } finally {
    parse.mockRestore();
  }
});

test('a text that only looks like what is carried breaks no document', () => {
  for (const text of ['\u0000n}{', '\u0000n', '\u0000n01', '\u0000n1,"x":2', '\u0000nNaN'])
    expect(JSON.parse(stringifyJson({ text }))).toEqual({ text });
});
