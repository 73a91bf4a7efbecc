/** @typedef {import('./generate.mjs').Tables} Tables */

/**
 * The commands that a person can come upon, with the places beside the palette.
 *
 * @param {Tables['commands']} commands
 */
export function editorTable(commands) {
  const rows = Object.values(commands)
    .filter(({ palette, menus = [] }) => palette !== false || menus.length > 0)
    .map(row => [row.title.en, row.does, placesOf(row).join(', ')]);
  return tableOf(['command', 'does', 'also found'], rows);
}

/** @param {Tables['usages']} usages */
export function commandLineTable(usages) {
  return tableOf(
    ['command', 'does'],
    usages.map(({ usage, description }) => [`\`${usage}\``, description]),
  );
}

/** @param {Tables['commands'][string]} row */
function placesOf({ palette, menus = [], keys = [] }) {
  const spoken = keys.map(({ key, mac }) => `key ${keyName(key)}${mac ? ` (Mac: ${keyName(mac)})` : ''}`);
  // A button on a row stands for a line in the menu of that row.
  const lines = menus.filter(({ group }) => !group.startsWith('inline'));
  const places = (lines.length > 0 ? lines : menus).map(({ where }) => where);
  return [...new Set([...places, ...spoken, ...(palette === false ? ['not in the palette'] : [])])];
}

/** `cmd+backspace` as people write it. @param {string} key */
function keyName(key) {
  return key
    .split('+')
    .map(part => part.charAt(0).toUpperCase() + part.slice(1))
    .join('+');
}

/**
 * @param {readonly string[]} heads
 * @param {readonly (readonly string[])[]} rows
 */
function tableOf(heads, rows) {
  const cells = [heads, ...rows].map(row => row.map(text => text.replaceAll('|', '\\|')));
  const widths = heads.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map(width => '-'.repeat(width))), ...body.map(line)].join('\n');
}
