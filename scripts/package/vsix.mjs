import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkout, run } from '../example/run.mjs';

/**
 * Packs what is built.
 *
 * @param {string} [target] `work-sessions-<version>.vsix` in the checkout, unless given.
 * @returns {Promise<string>} The file.
 */
export async function makeVsix(target) {
  const { name, version } = JSON.parse(await readFile(path.join(checkout, 'package.json'), 'utf8'));
  const file = target ?? path.join(checkout, `${name}-${version}.vsix`);
  await run(process.execPath, [
    path.join(checkout, 'node_modules/@vscode/vsce/vsce'),
    'package',
    // Everything is bundled.
    '--no-dependencies',
    // Until there is a repository: links stay as they are written.
    ...['--allow-missing-repository', '--no-rewrite-relative-links'],
    ...['--out', file],
  ]);
  return file;
}
