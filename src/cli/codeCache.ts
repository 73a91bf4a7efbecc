import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

interface LoadingModule {
  exports: unknown;
  require(id: string): unknown;
  _compile(code: string, path: string, ...more: unknown[]): unknown;
}

/** A smaller file compiles faster than its compiled code is found and read. */
const worthwhile = 10_000;

/**
 * The build puts the compiled code of a file beside it (`scripts/codeCache.mjs`), for the version of V8 that
 * it ran on: that spares every command a fifth of its time. On another version Node compiles as always,
 * and from Node 22 on keeps the outcome itself, which spares half as much.
 */
export function useCodeCache(): void {
  const node = Module as unknown as { prototype: LoadingModule; enableCompileCache?: () => void };
  const compile = node.prototype._compile;
  node.prototype._compile = function (code, path, ...more) {
    const cachedData = code.length < worthwhile ? null : readCache(path);
    if (cachedData === null) {
      if (code.length >= worthwhile) node.enableCompileCache?.();
      return compile.call(this, code, path, ...more);
    }
    const run = new Script(Module.wrap(code), { filename: path, cachedData }).runInThisContext();
    return run.call(this.exports, this.exports, (id: string) => this.require(id), this, path, dirname(path));
  };
}

/**
 * Null for what does not fit. The file has the compiled code twice: V8 looks at its head only, and a wrong byte in the
 * rest would end the process, or run as other code. Comparing takes a tenth of the time that a checksum does.
 */
function readCache(path: string): Buffer | null {
  try {
    const bytes = readFileSync(`${path}.${process.versions.v8}.cache`);
    const half = bytes.byteLength / 2;
    const code = bytes.subarray(0, half);
    return code.equals(bytes.subarray(half)) ? code : null;
  } catch {
    return null;
  }
}
