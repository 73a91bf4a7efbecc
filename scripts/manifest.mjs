// `npm run manifest`: writes what package.json, its texts, the README and `loaders.ts` say of the commands, from
// `src/extension/manifest.ts` and from the table of operations. `--check` only says what is out of date.
// The files are those of the current folder.
import { readFile, writeFile } from 'node:fs/promises';
import { generatedFiles, generateFiles } from './manifest/generate.mjs';
import { loadTables } from './manifest/loadTables.mjs';

const isCheck = process.argv.includes('--check');
const current = Object.fromEntries(
  await Promise.all(generatedFiles.map(async name => [name, await readFile(name, 'utf8')])),
);
const wanted = generateFiles(current, await loadTables());
const outdated = generatedFiles.filter(name => wanted[name] !== current[name]);

if (!isCheck) for (const name of outdated) await writeFile(name, wanted[name] ?? '');
for (const name of outdated) {
  if (isCheck) console.error(`${name} is out of date. Run: npm run manifest`);
  else console.log(`Wrote ${name}`);
}
if (isCheck && outdated.length > 0) process.exitCode = 1;
