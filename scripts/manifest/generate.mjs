import { allCommandsOf, loadersOf } from './loaders.mjs';
import { commandLineTable, editorTable } from './readme.mjs';

/** @typedef {import('../../src/extension/manifest.ts').CommandRow} CommandRow */
/**
 * @typedef {object} Tables
 * @property {Readonly<Record<string, CommandRow>>} commands Of the editor.
 * @property {readonly { usage: string, description: string }[]} usages Of the command line.
 */

const prefix = 'workSessions';
const textKey = (/** @type {string} */ id) => `command.${id}`;

/** Generated whole; the others in part. */
const loadersFile = 'src/extension/commands/loaders.ts';
const allFile = 'src/extension/commands/all.ts';

/** The files that are generated, by their names in the checkout. */
export const generatedFiles = /** @type {const} */ ([
  'package.json',
  'package.nls.json',
  'package.nls.nl.json',
  'README.md',
  loadersFile,
  allFile,
]);

/**
 * The files as they must be. Everything in them that is not generated stays as it is.
 *
 * @param {Readonly<Record<string, string>>} current What is in them, by name.
 * @param {Tables} tables
 * @returns {Record<string, string>}
 */
export function generateFiles(current, { commands, usages }) {
  const text = (/** @type {string} */ name) => current[name] ?? '';
  return {
    'package.json': changeJson(text('package.json'), manifest => ({
      ...manifest,
      contributes: { ...manifest.contributes, ...contributionsOf(commands) },
    })),
    'package.nls.json': changeJson(text('package.nls.json'), texts => withTitles(texts, commands, 'en')),
    'package.nls.nl.json': changeJson(text('package.nls.nl.json'), texts =>
      withTitles(texts, commands, 'nl'),
    ),
    'README.md': replaceTable(
      replaceTable(text('README.md'), 'commands of the editor', editorTable(commands)),
      'commands of the command line',
      commandLineTable(usages),
    ),
    [loadersFile]: loadersOf(commands),
    [allFile]: allCommandsOf(commands),
  };
}

/**
 * What package.json contributes because of the commands.
 *
 * @param {Tables['commands']} commands
 */
function contributionsOf(commands) {
  const rows = Object.entries(commands).map(([id, row]) => ({ command: `${prefix}.${id}`, id, ...row }));
  const itemsOf = (/** @type {string} */ wanted) =>
    rows.flatMap(({ command, menus = [] }) =>
      menus.filter(({ menu }) => menu === wanted).map(({ when, group }) => ({ command, when, group })),
    );
  return {
    commands: rows.map(({ command, id, icon }) => ({
      command,
      category: 'Work Sessions',
      title: `%${textKey(id)}%`,
      ...(icon ? { icon: `$(${icon})` } : {}),
    })),
    menus: {
      'view/title': itemsOf('view/title'),
      'view/item/context': itemsOf('view/item/context'),
      // A command is in the palette unless something is said of it.
      commandPalette: rows
        .filter(({ palette }) => palette !== true)
        .map(({ command, palette }) => ({ command, when: String(palette) })),
    },
    keybindings: rows.flatMap(({ command, keys = [] }) => keys.map(key => ({ command, ...key }))),
  };
}

/**
 * The titles stand where the first of them stood.
 *
 * @param {Record<string, string>} texts
 * @param {Tables['commands']} commands
 * @param {'en' | 'nl'} language
 */
function withTitles(texts, commands, language) {
  const titles = Object.entries(commands).map(([id, { title }]) => [textKey(id), title[language]]);
  const isTitle = (/** @type {string} */ key) => key.startsWith(textKey(''));
  const entries = Object.entries(texts);
  const first = entries.findIndex(([key]) => isTitle(key));
  const others = entries.filter(([key]) => !isTitle(key));
  return Object.fromEntries([...others.slice(0, first), ...titles, ...others.slice(first)]);
}

/** @param {string} text @param {(value: any) => object} change */
function changeJson(text, change) {
  return `${JSON.stringify(change(JSON.parse(text)), null, 2)}\n`;
}

/**
 * @param {string} text
 * @param {string} name Of the place: what its two markers say.
 * @param {string} table
 */
function replaceTable(text, name, table) {
  const start = `<!-- ${name}: made by npm run manifest -->\n`;
  const end = '\n<!-- end -->';
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`README.md has no place for the ${name}`);
  return `${text.slice(0, from + start.length)}\n${table}\n${text.slice(to)}`;
}
