/**
 * What was measured, in milliseconds or in what `result` says; or a note that says why it was not.
 *
 * @typedef {{ what: string, measured: number, reference?: number, to?: string, result?: string, target?: string,
 *   ok?: boolean } | { what: string, note: string }} Row
 */

/**
 * Prints rows as aligned columns; a row with a note instead of figures says why it has none.
 *
 * @param {readonly Row[]} rows
 */
export function printTable(rows) {
  const titles = ['what', 'measured', 'reference', '', 'result', 'target', ''];
  const cells = rows.map(row =>
    'note' in row
      ? [row.what, row.note]
      : [
          row.what,
          row.measured.toFixed(1),
          row.reference === undefined ? '' : row.reference.toFixed(1),
          row.to ?? '',
          row.result ?? '',
          row.target ?? '',
          row.ok === undefined ? '' : row.ok ? 'ok' : 'over',
        ],
  );
  const full = [titles, ...cells.filter(line => line.length === titles.length)];
  const widths = titles.map((_, column) => Math.max(...full.map(line => line[column].length)));
  widths[0] = Math.max(...cells.map(line => line[0].length));
  const isNumber = (/** @type {number} */ column) => column === 1 || column === 2 || column === 4;
  for (const line of [titles, ...cells]) {
    console.log(
      line
        .map((cell, column) =>
          line.length < titles.length && column > 0
            ? cell
            : isNumber(column)
              ? cell.padStart(widths[column])
              : cell.padEnd(widths[column]),
        )
        .join('  ')
        .trimEnd(),
    );
  }
}
