import type { FileSystem } from './fileSystem.ts';

/** What Windows says for a moment of a file that a virus scanner, an indexer or a reader has open. */
const momentary = new Set(['EPERM', 'EACCES', 'EBUSY']);

/** True for a refusal that may be over in a moment. */
export function isMomentary(error: unknown): boolean {
  return momentary.has(String((error as { code?: unknown } | null)?.code));
}

/** Milliseconds between the tries: about a second in all. */
const pauses = [10, 20, 40, 80, 160, 160, 160, 160, 160];

const patientCalls = ['open', 'stat', 'lstat', 'readdir', 'rename', 'rmdir', 'unlink'] as const;

/**
 * A file system that waits for what is refused for a moment, about a second in all. In this one place, so
 * that no reader or writer can forget it. A folder's take-over (`takeOver`) is left out: there a refusal
 * mostly means that somebody holds the lock, and whoever takes it waits in its own way.
 */
export function patient(
  fs: FileSystem,
  pause: (ms: number) => Promise<void> = ms => new Promise(resolve => setTimeout(resolve, ms)),
): FileSystem {
  const patiently = (name: (typeof patientCalls)[number]) => {
    const call = fs[name] as (...args: unknown[]) => Promise<unknown>;
    return async (...args: unknown[]) => {
      for (let attempt = 0; ; attempt++) {
        try {
          return await call(...args);
        } catch (error) {
          const ms = pauses[attempt];
          if (ms === undefined || !isMomentary(error)) throw error;
          await pause(ms);
        }
      }
    };
  };
  return { ...fs, ...Object.fromEntries(patientCalls.map(name => [name, patiently(name)])) };
}
