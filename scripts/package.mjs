// `npm run package`: builds, packs, and checks what was packed.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from './example/run.mjs';
import { problemsOf } from './package/check.mjs';
import { makeVsix } from './package/vsix.mjs';
import { readZip } from './package/zip.mjs';

await build();
const file = await makeVsix();
const vsix = await readFile(file);
for (const { name, size, packed } of readZip(vsix)) {
  console.log(`${String(size).padStart(8)} ${String(packed).padStart(8)}  ${name}`);
}
console.log(`${path.basename(file)}: ${(vsix.length / 1024).toFixed(1)} KB`);
const problems = problemsOf(vsix);
for (const problem of problems) console.error(`Not right: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
