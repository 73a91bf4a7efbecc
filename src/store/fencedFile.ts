import { basename } from 'node:path';
import { parseDocument, serializeDocument } from '../model/parseSession.ts';
import { readDocumentFile } from './durableFile.ts';
import type { SessionStore } from './sessionStore.ts';

/** Runs what concerns one path in order, so that updates in one process queue instead of fighting for the lock. */
export class Queue {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const previous = this.#last.get(key) ?? Promise.resolve();
    const current = previous.then(task, task);
    this.#last.set(key, current);
    const forget = () => {
      if (this.#last.get(key) === current) this.#last.delete(key);
    };
    current.then(forget, forget);
    return current;
  }
}

/**
 * Read, change and commit of the small documents beside the sessions (projects, agents, settings),
 * under the same fenced lock. `change` gets null where there is no document, may be run again, and
 * returns the next document, or null to leave it as it is. Returns what is there in the end.
 */
export async function updateFile<T extends object>(
  { fs, locks, queue, onUnconfirmed }: Pick<SessionStore, 'fs' | 'locks' | 'queue' | 'onUnconfirmed'>,
  path: string,
  change: (current: Record<string, unknown> | null) => T | null,
): Promise<Record<string, unknown> | T | null> {
  return queue.run(path, () =>
    locks.withTenure(path, async tenure => {
      const content = await readDocumentFile(fs, path);
      const current = content && parseDocument(content.bytes.toString('utf8'), path);
      const next = change(current);
      if (next === null) return current;
      const isConfirmed = await tenure.commit(Buffer.from(serializeDocument(next)), path);
      if (!isConfirmed) onUnconfirmed({ id: basename(path, '.json'), reason: 'flush' });
      return next;
    }),
  );
}
