// Prints one table of what things cost, as ratios to something measured in the same run, turn by turn: the
// machine may be busy, and is busy for both. Nothing is asserted here. `node bench/bench.mjs [--ancestor DIR]`
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureAncestor } from './ancestor.mjs';
import { measureCommands } from './commands.mjs';
import { measureFeed } from './feed.mjs';
import { measureLists } from './lists.mjs';
import { loadStore } from './loadStore.mjs';
import { makeHome } from './sampleHome.mjs';
import { measureSqlite } from './sqlite.mjs';
import { printTable } from './table.mjs';
import { removeTemporaryFolders } from './temporary.mjs';
import { measureUpdates } from './updates.mjs';
import { measureViews } from './views.mjs';

const { values } = parseArgs({ options: { ancestor: { type: 'string' } } });
const started = performance.now();
/** @type {import('./table.mjs').Row[]} */
const rows = [];

/**
 * Runs one part; what it cannot measure is said in its place, and the other parts go on.
 *
 * @param {string} name
 * @param {() => Promise<readonly import('./table.mjs').Row[]>} measure
 */
async function part(name, measure) {
  process.stderr.write(`${name}…\n`);
  try {
    rows.push(...(await measure()));
  } catch (error) {
    rows.push({ what: name, note: `failed: ${error instanceof Error ? error.message : error}` });
  }
}

try {
  const bundle = await loadStore();
  const large = makeHome(bundle, 10_000);
  const small = makeHome(bundle, 100);
  await part('commands', () => measureCommands());
  await part('updates', () => measureUpdates(bundle, small, large));
  await part('lists', () => measureLists(large));
  await part('change feed', () => measureFeed(bundle, large));
  await part('views', () => measureViews(bundle, makeHome(bundle, 10_000, 100)));
  await part('SQLite', () => measureSqlite(bundle, large));
  await part('ancestor', () => measureAncestor(values.ancestor, small, large));
} finally {
  removeTemporaryFolders();
}

const seconds = Math.round((performance.now() - started) / 1000);
printTable(rows);
console.log(
  `\nNode ${process.versions.node}, ${process.platform}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}; ${seconds} s.` +
    '\nTimes are medians in milliseconds; a ratio is the median of the ratios of neighbours in time.',
);
