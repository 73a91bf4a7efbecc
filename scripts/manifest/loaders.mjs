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
  const files = [...new Set(rows.map(({ file }) => file))].sort();
  return [
    '// Made by npm run manifest from the rows of manifest.ts.',
    "import type { CommandId } from '../manifest.ts';",
    "import type { Command } from './context.ts';",
    '',
    ...files.map(file => `const ${file} = () => import('./${file}.ts');`),
    '',
    '/** The function of every command, whose file is loaded when the first command in it is used. */',
    'export const loaders: Readonly<Record<CommandId, () => Promise<Command>>> = {',
    ...rows.map(({ id, file, name }) => `  ${id}: async () => (await ${file}()).${name},`),
    '};',
    '',
  ].join('\n');
}
