import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

interface LoadingModule {
  exports: unknown;
  require(id: string): unknown;
  _compile(code: string, path: string): unknown;
}

/**
 * Node 20 keeps no compiled code between runs; so the build puts it beside the file (`scripts/codeCache.mjs`),
 * which spares every command a third of its start. V8 itself refuses the code of another version of it,
 * and compiles the file then as always.
 */
export function useCodeCache(): void {
  const prototype = (Module as unknown as { prototype: LoadingModule }).prototype;
  const compile = prototype._compile;
  prototype._compile = function (code, path) {
    const cachedData = readCache(`${path}.cache`);
    if (cachedData === undefined) return compile.call(this, code, path);
    const run = new Script(Module.wrap(code), { filename: path, cachedData }).runInThisContext();
    return run.call(this.exports, this.exports, (id: string) => this.require(id), this, path, dirname(path));
  };
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
