import { env, l10n } from 'vscode';

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

/** Time since a moment, short enough for the status bar: `25m`, `3h 05m`, `2d`. */
export function elapsed(iso: string, now: number): string {
  const past = Math.max(0, now - Date.parse(iso));
  const minutes = Math.floor(past / minuteMs);
  if (minutes < 60) return l10n.t('{0}m', minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return l10n.t('{0}h {1}m', hours, String(minutes % 60).padStart(2, '0'));
  return l10n.t('{0}d', Math.floor(hours / 24));
}

/** A moment in the editor's language and this machine's time zone. */
export function dateTime(iso: string): string {
  return new Date(iso).toLocaleString(env.language, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Text cut to a length for a place with little room. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}
