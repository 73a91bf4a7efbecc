// Puts the compiled code of the command line beside it, for `src/cli/codeCache.ts`. Some commands are run
// before, so that the functions they need are in it: V8 compiles a function when it is called.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

const folder = process.argv[2] ?? '';
const scripts = new Map();
/**
 * What Node compiles a CommonJS module with.
 *
 * @type {{ _compile(this: NodeJS.Module, code: string, path: string): void }}
 */
const prototype = /** @type {any} */ (Module.prototype);
prototype._compile = function (code, path) {
  const script = new Script(Module.wrap(code), { filename: path });
  scripts.set(path, script);
  script
    .runInThisContext()
    .call(
      this.exports,
      this.exports,
      (/** @type {string} */ id) => this.require(id),
      this,
      path,
      dirname(path),
    );
};

const scratch = mkdtempSync(join(tmpdir(), 'work-sessions-build-'));
try {
  process.chdir(scratch);
  const entry = readdirSync(folder).find(name => name.startsWith('main-')) ?? 'main';
  const { main } = Module.createRequire(import.meta.url)(join(folder, entry));
  for (const command of [['start', 'a'], ['log', 'b'], ['list']])
    await main([...command, '--home', join(scratch, 'home')]);
} finally {
  process.chdir('/');
  rmSync(scratch, { recursive: true, force: true });
}
for (const [path, script] of scripts) {
  // A smaller file compiles faster than its compiled code is found and read.
  if (statSync(path).size < 10_000) continue;
  const code = script.createCachedData();
  // Twice, so that a wrong byte in it is seen.
  writeFileSync(`${path}.${process.versions.v8}.cache`, Buffer.concat([code, code]));
}
