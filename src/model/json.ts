/*
 * JSON that keeps what it does not understand, by value. `JSON.parse` of today's Node cannot give the digits of a
 * number: one of twenty digits, or 1e400, would be another number when the document is written again; and a field
 * named `__proto__` would be dropped on the way. Such documents are seldom: a cheap look at the text finds them, and
 * only in those are these few things carried as strings that begin with NUL, until they are written again as they were.
 */

/** An object of a JSON text, of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number that may not survive, a field of that name, or a text that begins with NUL itself. */
const suspicious = /[[:,]\s*-?(?:[0-9.]{16,}|[0-9.]+[eE])|[[:,]\s*-0(?:\.0*)?[\s,\]}]|"__proto__"|"\\u0000/;
const mark = { number: '\\u0000n', field: '\\u0000f', text: '\\u0000t' } as const;
/** A string, with the colon that makes a field of it, or a number. */
const token = /"((?:[^"\\]|\\.)*)"(\s*:)?|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/g;
const number = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const carried = /"\\u0000([nft])((?:[^"\\]|\\.)*)"/g;

/** `JSON.parse`, for a text that will be written again by `stringifyJson`. A byte order mark is left out. @throws SyntaxError */
export function parseJson(text: string): unknown {
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (!suspicious.test(json)) return JSON.parse(json);
  // What is no JSON is found out before anything is put in its place.
  JSON.parse(json);
  return JSON.parse(
    json.replace(token, (whole, content: string | undefined, colon = '') => {
      if (content === undefined) return isKept(whole) ? whole : `"${mark.number}${whole}"`;
      if (content.startsWith('\\u0000')) return `"${mark.text}${content}"${colon}`;
      return content === '__proto__' && colon !== '' ? `"${mark.field}${content}"${colon}` : whole;
    }),
  );
}

/** `JSON.stringify`, with what `parseJson` has carried as it was. */
export function stringifyJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent) as string | undefined;
  if (!json?.includes('"\\u0000')) return json ?? 'null';
  return json.replace(carried, (whole, kind: string, content: string) => {
    if (kind !== 'n') return `"${content}"`;
    // A text that came from elsewhere and looks like a mark must not break the document that it is in.
    return number.test(content) ? content : whole;
  });
}

/** Whether a number is written again with the same value. */
function isKept(digits: string): boolean {
  const value = Number(digits);
  if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  return exact(String(value)) === exact(digits);
}

/** A number without its way of writing: its sign, its digits, and where the point is. */
function exact(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed === '') return `${sign}0`;
  return `${sign}${trimmed}e${Number(exponent) - fraction.length + digits.length - trimmed.length}`;
}
