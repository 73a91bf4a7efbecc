import type { Summary } from '../model/queries.ts';

/** How something is shown to a person: the moment, the room there is, and the colours, if any. */
export interface Page {
  readonly now: Date;
  readonly staleHours: number;
  /** Columns; unlimited where the output is not a terminal. */
  readonly width: number;
  readonly style: Style;
  /** Sessions as lines of a table; passed in, as measuring the width of text is loaded only where it is needed. */
  table(sessions: readonly Summary[], withProject: boolean): string;
}

type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
  readonly red: Paint;
}

const plain: Paint = text => text;
export const plainStyle: Style = {
  bold: plain,
  dim: plain,
  green: plain,
  yellow: plain,
  cyan: plain,
  red: plain,
};

// C0 and C1 controls, and the marks that turn the direction of text: data must not steer a terminal.
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Stored text, made safe to print; line ends and tabs stay. */
export function safe(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(unsafe, '\ufffd');
}

/** Stored text as one line. */
export function oneLine(text: string): string {
  return safe(text).replace(/\s+/g, ' ').trim();
}

const units: readonly [string, number][] = [
  ['y', 365 * 86_400],
  ['mo', 30 * 86_400],
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
];

/** `3 h ago`, `just now`, `in 2 d`. */
export function ago(iso: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(iso)) / 1000;
  const size = Math.abs(seconds);
  const [unit, length] = units.find(([, unitLength]) => size >= unitLength) ?? ['', 0];
  if (length === 0) return 'just now';
  const amount = `${Math.floor(size / length)} ${unit}`;
  return seconds < 0 ? `in ${amount}` : `${amount} ago`;
}

/** `2 h 05 min`, `12 min`, `less than a minute`. */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `1 task`, `3 tasks`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The part of an id that people read and type: its last group. */
export function shortId(id: string): string {
  const last = id.slice(id.lastIndexOf('_') + 1);
  return last.length >= 4 ? last : id;
}
