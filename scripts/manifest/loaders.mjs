/**
 * The source of `commands/all.ts`: all files of commands, which are one part of the program. A part for each file would
 * be a tenth of the whole program more.
 *
 * @param {import('./generate.mjs').Tables['commands']} commands
 */
export function allCommandsOf(commands) {
  const files = [...new Set(Object.values(commands).map(({ run }) => run.split('.')[0] ?? ''))].sort();
  return [
    '// Made by npm run manifest.',
    ...files.map(file => `export * as ${file} from './${file}.ts';`),
    '',
  ].join('\n');
}

/**
 * The source of `commands/loaders.ts`: all that the editor has to know of a command while it runs.
 *
 * @param {import('./generate.mjs').Tables['commands']} commands
 */
export function loadersOf(commands) {
  const rows = Object.entries(commands).map(([id, { run }]) => {
    const [file = '', name = ''] = run.split('.');
    return { id, file, name };
  });
  return [
    '// Made by npm run manifest from the rows of manifest.ts.',
    "import type { CommandId } from '../manifest.ts';",
    "import type { Command } from './context.ts';",
    '',
    "const all = () => import('./all.ts');",
    '',
    '/** The function of every command, all of which are loaded when the first is used. */',
    'export const loaders: Readonly<Record<CommandId, () => Promise<Command>>> = {',
    ...rows.map(({ id, file, name }) => `  ${id}: async () => (await all()).${file}.${name},`),
    '};',
    '',
  ].join('\n');
}
