import type { Memento } from 'vscode';

/** The memory of a workspace, which outlives its window: what is kept passes through JSON, as in VS Code. */
export class FakeMemento implements Memento {
  readonly #kept = new Map<string, string>();

  keys(): readonly string[] {
    return [...this.#kept.keys()];
  }

  get<T>(key: string): T | undefined;
  get<T>(key: string, defaultValue: T): T;
  get<T>(key: string, defaultValue?: T): T | undefined {
    const kept = this.#kept.get(key);
    return kept === undefined ? defaultValue : (JSON.parse(kept) as T);
  }

  async update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.#kept.delete(key);
    else this.#kept.set(key, JSON.stringify(value));
  }
}
