import { env, l10n } from 'vscode';
import { oneLine } from '../operations/page.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

let relative: Intl.RelativeTimeFormat | undefined;

/** `3 hours ago`, in the language of the editor. */
export function ago(iso: string, now: number): string {
  relative ??= new Intl.RelativeTimeFormat(env.language, { numeric: 'auto', style: 'short' });
  const past = Math.max(0, now - Date.parse(iso));
  if (past < minuteMs) return l10n.t('just now');
  if (past < hourMs) return relative.format(-Math.floor(past / minuteMs), 'minute');
  if (past < dayMs) return relative.format(-Math.floor(past / hourMs), 'hour');
  if (past < 60 * dayMs) return relative.format(-Math.floor(past / dayMs), 'day');
  return relative.format(-Math.floor(past / (30 * dayMs)), 'month');
}

/** Time since a moment, short enough for the status bar: `25m`, `3h 05m`, `2d`; nothing in the first minute. */
export function elapsed(iso: string, now: number): string {
  const past = Math.max(0, now - Date.parse(iso));
  const minutes = Math.floor(past / minuteMs);
  if (minutes < 1) return '';
  if (minutes < 60) return l10n.t('{0}m', minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return l10n.t('{0}h {1}m', hours, String(minutes % 60).padStart(2, '0'));
  return l10n.t('{0}d', Math.floor(hours / 24));
}

/** A moment in the editor's language and this machine's time zone. */
export function dateTime(iso: string): string {
  return new Date(iso).toLocaleString(env.language, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Stored text for a message or a prompt, where `[words](command:…)` would be drawn as a link to press. */
export function inMessage(text: string): string {
  return withoutLinks(shorten(oneLine(text), 200));
}

/** A message that has text from elsewhere in it: no link, and no longer than somebody reads. */
export function wholeMessage(text: string): string {
  return withoutLinks(shorten(text, 500));
}

function withoutLinks(text: string): string {
  return text.replace(/\]\(/g, ']\u200b(');
}

/** Stored text for a row of a list or for the status bar, where `$(name)` would be drawn as an icon. */
export function inRow(text: string): string {
  return oneLine(text).replace(/\$\(/g, '$\u200b(');
}

/** Text cut to a length for a place with little room. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}

/** `less than a minute`, `12 min`, `2 h 05 min`. */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / minuteMs);
  if (minutes < 1) return l10n.t('less than a minute');
  if (minutes < 60) return l10n.t('{0} min', minutes);
  return l10n.t('{0} h {1} min', Math.floor(minutes / 60), String(minutes % 60).padStart(2, '0'));
}

/** Words for an amount, with words of their own for one; null for none. */
export function amount(count: number, one: () => string, many: (count: number) => string): string | null {
  return count <= 0 ? null : count === 1 ? one() : many(count);
}

/** How many of the tasks that count are done; null where none counts. */
export function tasksDone(counts: {
  tasks: number;
  tasksCompleted: number;
  tasksSkipped: number;
}): string | null {
  const { tasksCompleted: done } = counts;
  return amount(
    counts.tasks - counts.tasksSkipped,
    () => l10n.t('{0} of 1 task done', done),
    total => l10n.t('{0} of {1} tasks done', done, total),
  );
}
