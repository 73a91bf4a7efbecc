/*
 * Stamps order everything that is ever said or done in a document, and decide between two copies of it.
 * A stamp is `<nine digits, base 36>-<machine>`: milliseconds that never stand still or run backwards in one
 * document, whatever the clock on the wall does; compared as text. Wall-clock times (`at`) are for showing
 * and decide nothing.
 */

export type Stamp = string;

/** When and where a change is made, and what makes its new items' ids; passed in, so that transitions stay pure. */
export interface Moment {
  readonly now: Date;
  /** The calendar day where the person is, `2026-11-21`: the model knows no time zone. */
  readonly today: string;
  /** This machine's id: up to 16 small letters and digits. */
  readonly machine: string;
  /** Twelve hexadecimal digits that nobody else has. */
  readonly random: string;
}

/**
 * What a stamp looks like; the machine `0` stands for "before version 5". None begins with `z`, which no clock
 * may claim: a document that had one could not count on.
 */
export const stampPattern = /^[0-9a-y][0-9a-z]{8}-[0-9a-z]{1,16}$/;

const digits = 9;
/** The latest that a clock may claim (the year 5000), which leaves stamps room to count on. */
const latestMs = Date.UTC(5000, 0, 1);

/** A stamp for a time on the wall. */
export function stampAt(ms: number, machine: string): Stamp {
  return `${Math.max(0, Math.min(ms, latestMs)).toString(36).padStart(digits, '0')}-${machine}`;
}

/** The next stamp of a document: later than everything in it, also under a clock that is behind. */
export function tick(clock: Stamp | null, { now, machine }: Pick<Moment, 'now' | 'machine'>): Stamp {
  const last = clock === null ? -1 : msOf(clock);
  const ms = Math.max(last + 1, Math.min(now.getTime(), latestMs));
  return `${ms.toString(36).padStart(digits, '0')}-${machine}`;
}

/** The stamp after one, for the next thing of the same change: what comes in an order keeps it. */
export function after(stamp: Stamp): Stamp {
  return tick(stamp, { now: new Date(0), machine: machineOf(stamp) });
}

/** The later of two stamps, of which either may be missing. */
export function later(a: Stamp, b: Stamp | undefined): Stamp;
export function later(a: Stamp | undefined, b: Stamp): Stamp;
export function later(a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a >= b ? a : b;
}

/** The time in a stamp, in milliseconds: that of the wall, unless the document was ahead of it. */
export function msOf(stamp: Stamp): number {
  return Number.parseInt(stamp.slice(0, digits), 36);
}

/** The machine that made a stamp. */
export function machineOf(stamp: Stamp): string {
  return stamp.slice(digits + 1);
}

/**
 * The id of the n-th new item of one change (`clock` is its stamp): twelve hexadecimal digits, unique as
 * the moment's own are, also where one write makes several changes.
 */
export function itemId({ random }: Pick<Moment, 'random'>, clock: Stamp, n = 0): string {
  const change = BigInt(msOf(clock)) * 4096n + BigInt(n);
  return ((BigInt(`0x${random}`) + change) & 0xffffffffffffn).toString(16).padStart(12, '0');
}
