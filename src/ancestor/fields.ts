import { isObject, type Json } from '../model/json.ts';
import { isCalendarDay } from '../model/moments.ts';

/** The fields of a foreign object, taken out one by one; what is of no use where it stands is left for `rest`. */
export class Fields {
  readonly #left: Map<string, unknown>;

  constructor(object: Json) {
    this.#left = new Map(Object.entries(object));
  }

  peek(name: string): unknown {
    return this.#left.get(name);
  }

  /** The first of these fields that has a text. */
  text(...names: string[]): string | null {
    return this.#take(names, value => (typeof value === 'string' && value !== '' ? value : null));
  }

  time(...names: string[]): string | null {
    return this.#take(names, momentOf);
  }

  oneOf<const C extends string>(name: string, choices: readonly C[]): C | null {
    return this.#take([name], value => choices.find(choice => choice === value) ?? null);
  }

  /**
   * A list of objects, or of plain texts. `main` names the field whose text makes an item, with other
   * names for it; an item without it stays behind.
   */
  items<T>(name: string, main: readonly string[], map: (own: Fields, text: string, index: number) => T): T[] {
    return this.#list(name, (item, index) => {
      const own = new Fields(isObject(item) ? item : { [main[0] ?? '']: item });
      const text = own.text(...main);
      return text === null ? [null, true] : [map(own, text, index), false];
    });
  }

  /** A list of texts, under the first of the names that has one. Of an object its text counts, and all of it stays. */
  texts(...names: string[]): string[] {
    const name = names.find(each => Array.isArray(this.#left.get(each))) ?? names[0] ?? '';
    return this.#list(name, item => {
      if (!isObject(item)) return typeof item === 'string' ? [item || null, false] : [null, true];
      return [
        new Fields(item).text('text', 'message', 'description', 'subject', 'title', 'path', 'file'),
        true,
      ];
    });
  }

  rest(): Json {
    return Object.fromEntries(this.#left);
  }

  /** An item of ours with what is left of the foreign one; of two fields of one name, the foreign one goes aside. */
  around<T extends object>(item: T, aside: Json = {}): T {
    const left = [...this.#left];
    const isOurs = ([name]: [string, unknown]) => name in item || name === 'ancestor';
    const clashing = { ...Object.fromEntries(left.filter(isOurs)), ...aside };
    const others = Object.fromEntries(left.filter(each => !isOurs(each)));
    return { ...others, ...item, ...(Object.keys(clashing).length === 0 ? {} : { ancestor: clashing }) };
  }

  /** Maps a list; `read` gives the result, if any, and whether the item is to stay behind. */
  #list<T>(name: string, read: (item: unknown, index: number) => readonly [T | null, boolean]): T[] {
    const value = this.#left.get(name);
    if (!Array.isArray(value)) {
      this.#dropEmpty(name);
      return [];
    }
    const mapped: T[] = [];
    const left = value.filter((item: unknown, index) => {
      const [result, stays] = read(item, index);
      if (result !== null) mapped.push(result);
      return stays;
    });
    if (left.length > 0) this.#left.set(name, left);
    else this.#left.delete(name);
    return mapped;
  }

  #take<T>(names: readonly string[], read: (value: unknown) => T | null): T | null {
    for (const name of names) {
      const found = read(this.#left.get(name));
      if (found !== null) {
        this.#left.delete(name);
        return found;
      }
      this.#dropEmpty(name);
    }
    return null;
  }

  /** Nothing is lost with a field that says nothing. */
  #dropEmpty(name: string): void {
    const value = this.#left.get(name);
    if (value === null || value === '') this.#left.delete(name);
  }
}

const moment =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** An ISO time in UTC: one without an offset is taken for UTC, one without a time for midnight. Null: no such time. */
export function momentOf(value: unknown): string | null {
  const match = typeof value === 'string' ? moment.exec(value.trim()) : null;
  if (match === null) return null;
  const [, date = '', time = '00:00', seconds = ':00', fraction = '', offset = 'Z'] = match;
  if (!isCalendarDay(date)) return null;
  const zone = /^z$/i.test(offset)
    ? 'Z'
    : `${offset.slice(0, 3)}:${offset.slice(3).replace(':', '') || '00'}`;
  const ms = Date.parse(`${date}T${time}${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
