/*
 * How long a machine was at work on each day. The last 400 days stand one by one; what is older is one sum,
 * under the last day that is in it: `<=2025-10-17`.
 */

type Days = Readonly<Record<string, number>>;

const keptDays = 400;
const sumMark = '<=';

/** The days of a machine with so many milliseconds more. */
export function workedOn(days: Days, day: string, ms: number): Days {
  return limitDays({ ...days, [day]: (days[day] ?? 0) + ms });
}

/** What is too much to stand day by day, summed up; so is a day that comes late, by a clock that was behind. */
export function limitDays(days: Days): Days {
  const { sum, last, single } = apart(days);
  const lastOld = single.at(-keptDays - 1)?.[0] ?? '';
  const upTo = [lastOld, last].sort()[1] as string;
  const old = single.filter(([day]) => day <= upTo);
  if (old.length === 0) return days;
  const whole = old.reduce((total, [, ms]) => total + ms, sum);
  return { [`${sumMark}${upTo}`]: whole, ...Object.fromEntries(single.filter(([day]) => day > upTo)) };
}

/** The days of two versions: each day is the longer one, and one that is in a sum already does not count again. */
export function joinDays(a: Days, b: Days): Days {
  const joined: Record<string, number> = { ...a };
  for (const [day, ms] of Object.entries(b)) joined[day] = Math.max(joined[day] ?? 0, ms);
  const { last, sum, single } = apart(joined);
  if (last === '') return joined;
  return { [`${sumMark}${last}`]: sum, ...Object.fromEntries(single.filter(([day]) => day > last)) };
}

/** The latest sum (of two, one is a part of the other), the last day in it, and the single days in their order. */
function apart(days: Days) {
  const entries = Object.entries(days).sort(([x], [y]) => (x < y ? -1 : 1));
  const [name = sumMark, sum = 0] = entries.findLast(([key]) => key.startsWith(sumMark)) ?? [];
  const single = entries.filter(([key]) => !key.startsWith(sumMark));
  return { sum, last: name.slice(sumMark.length), single };
}
