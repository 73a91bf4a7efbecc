import stringWidth from 'string-width';
import type { Summary } from '../model/queries.ts';
import { lastActivityAt } from '../model/queries.ts';
import { ago, oneLine, type Page, shortId } from './page.ts';
import { countWords, stateOf } from './showSession.ts';

/** The least width that the flexible column is shortened to before other columns are left out. */
const leastFlexible = 24;

/**
 * Rows as aligned columns. `flexible` is the column that is shortened when the rows are wider than
 * the page; if that is not enough, the columns of `dispensable` are left out one after the other.
 */
export function showTable(
  rows: readonly (readonly string[])[],
  flexible: number,
  dispensable: readonly number[],
  page: Page,
): string {
  const columns = Math.max(...rows.map(row => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map(row => widthOf(row[column] ?? ''))),
  );
  const total = widths.reduce((sum, width) => sum + width, 0) + 2 * (columns - 1);
  const wanted = widths[flexible] ?? 0;
  const room = wanted - Math.max(0, total - page.width);
  const [left, ...rest] = dispensable;
  if (room < Math.min(wanted, leastFlexible) && left !== undefined) {
    const fewer = rows.map(row => row.filter((_, column) => column !== left));
    return showTable(fewer, flexible, rest, page);
  }
  widths[flexible] = Math.max(Math.min(wanted, 8), room);
  return rows
    .map(row =>
      row
        .map((cell, column) => {
          const shown = column === flexible ? shorten(cell, widths[column] ?? 0) : cell;
          return shown + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(shown)));
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A list of sessions, one a line: state, id, intent, branch, counts, last activity. */
export function showSummaries(summaries: readonly Summary[], page: Page, withProject: boolean): string {
  const { style } = page;
  const ids = new Map<string, number>();
  for (const { id } of summaries) ids.set(shortId(id), (ids.get(shortId(id)) ?? 0) + 1);
  const rows = summaries.map(summary => [
    stateOf(summary, page),
    style.dim(ids.get(shortId(summary.id)) === 1 ? shortId(summary.id) : summary.id),
    oneLine(summary.intent),
    ...(withProject ? [style.cyan(oneLine(summary.project.name))] : []),
    shorten(oneLine(summary.branch ?? ''), 30),
    countWords(summary),
    style.dim(ago(lastActivityAt(summary), page.now)),
  ]);
  // The columns from the back, so that the numbers of the others stay: counts, branch, project.
  const last = rows[0]?.length ?? 0;
  return showTable(rows, 2, withProject ? [last - 2, last - 3, last - 4] : [last - 2, last - 3], page);
}

/** Text without colour codes, cut to a width of columns. */
function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let shown = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += stringWidth(segment);
    if (used > width - 1) break;
    shown += segment;
  }
  return `${shown}…`;
}

// Plain text with colours, which is nearly all there is: a hundredth of what measuring any text takes.
const plainText = /^(?:[\u0020-\u007e]|\u001b\[[0-9]+m)*$/;

/** How many columns a text takes; colour codes take none. */
function widthOf(text: string): number {
  if (!plainText.test(text)) return stringWidth(text);
  return text.includes('\u001b') ? text.replace(/\u001b\[[0-9]+m/g, '').length : text.length;
}
