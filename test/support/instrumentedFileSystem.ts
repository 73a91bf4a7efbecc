import { type FileSystem, nodeFileSystem } from '../../src/store/fileSystem.ts';

/** One call of the store to the file system. */
export interface Call {
  /** Counted from 1. */
  readonly number: number;
  readonly name: keyof FileSystem;
  readonly path: string;
  /** The second path of a rename. */
  readonly to: string | undefined;
}

export interface Instrumented {
  readonly fs: FileSystem;
  readonly calls: readonly Call[];
  /** Paths of the files that are open now. */
  openFiles(): string[];
  /** Resolves when every call made so far has come to its end. */
  settled(): Promise<void>;
}

/** A file system that tells of each call before it is made; `before` may wait, throw, or end the process. */
export function instrument(
  before: (call: Call) => void | Promise<void> = () => {},
  inner: FileSystem = nodeFileSystem,
): Instrumented {
  const calls: Call[] = [];
  const open = new Map<number, string>();
  const running = new Set<Promise<unknown>>();

  const wrap = (name: keyof FileSystem) => {
    const real = inner[name] as (...args: unknown[]) => Promise<unknown>;
    const run = async (...args: unknown[]): Promise<unknown> => {
      const path = typeof args[0] === 'number' ? (open.get(args[0]) ?? `fd ${args[0]}`) : String(args[0]);
      const call: Call = {
        number: calls.length + 1,
        name,
        path,
        to: name === 'rename' || name === 'takeOver' ? String(args[1]) : undefined,
      };
      calls.push(call);
      if (name === 'close') {
        // A close that fails has closed all the same.
        const fd = args[0] as number;
        await real(fd);
        open.delete(fd);
        return before(call);
      }
      await before(call);
      const result = await real(...args);
      if (name === 'open') open.set(result as number, path);
      return result;
    };
    return (...args: unknown[]) => {
      const promise = run(...args);
      running.add(promise);
      const forget = () => running.delete(promise);
      promise.then(forget, forget);
      return promise;
    };
  };

  const fs = Object.fromEntries(
    (Object.keys(nodeFileSystem) as (keyof FileSystem)[]).map(name => [name, wrap(name)]),
  ) as unknown as FileSystem;
  return {
    fs,
    calls,
    openFiles: () => [...open.values()],
    settled: async () => {
      while (running.size > 0) {
        await Promise.allSettled([...running]);
        await new Promise(resolve => setImmediate(resolve));
      }
    },
  };
}

/** A system error as node:fs makes them. */
export function systemError(code: string, call: Pick<Call, 'name' | 'path'>): NodeJS.ErrnoException {
  const syscall = { readdir: 'scandir', takeOver: 'rename' }[call.name as string] ?? call.name;
  return Object.assign(new Error(`${code}: ${syscall} '${call.path}'`), { code, syscall, path: call.path });
}

/** A `before` that makes the n-th call fail. */
export function failAt(number: number, code: string): (call: Call) => void {
  return call => {
    if (call.number === number) throw systemError(code, call);
  };
}
