/** Longer than this ahead of the clock, a time was written by a clock that was wrong. */
const farAheadMs = 86_400_000;

/** Whether a time, in milliseconds, is so far ahead of now that it cannot be true: more than a day. */
export function isFarAhead(time: number, now: Date): boolean {
  return time - now.getTime() > farAheadMs;
}

/**
 * Whether a date like `2026-02-28` is a day of the calendar. `Date.parse` takes the 30th of February
 * for a day in March, so a date that a person typed or another program wrote is checked by this.
 */
export function isCalendarDay(date: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  if (year === undefined) return false;
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return midnight.toISOString().startsWith(date);
}
