import { vi } from 'vitest';
import { type FileSystem, nodeFileSystem } from '../../src/store/fileSystem.ts';
import { random } from './mixedWork.ts';

interface Waiting {
  readonly process: string;
  readonly go: () => void;
}

/**
 * Decides which of several processes, all played in this one, makes its next file-system call. A process
 * may be left asleep for long while others run, or be crashed: then none of its calls is made any more.
 * Waiting times pass only when nobody has anything else to do. Use it with fake timers.
 */
export class Scheduler {
  readonly #waiting: Waiting[] = [];
  readonly #crashed = new Set<string>();
  #seed: number;
  #favourite = '';
  /** Who sleeps, and until how many calls have been made. */
  #sleeper = '';
  #sleepsUntil = 0;
  #calls = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  get calls(): number {
    return this.#calls;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  /** From now on none of its calls is made, not even those that it is waiting for. */
  crash(process: string): void {
    this.#crashed.add(process);
  }

  hasCrashed(process: string): boolean {
    return this.#crashed.has(process);
  }

  /** A number from 0 to below `limit`. */
  below(limit: number): number {
    return this.#next() % limit;
  }

  /** The file system as one process has it: each call waits for its turn. */
  fileSystemOf(process: string, inner: FileSystem, before: () => void): FileSystem {
    const entries = (Object.keys(nodeFileSystem) as (keyof FileSystem)[]).map(name => {
      const real = inner[name] as (...args: unknown[]) => Promise<unknown>;
      const waitAndCall = async (...args: unknown[]) => {
        before();
        await new Promise<void>(go => this.#waiting.push({ process, go }));
        return real(...args);
      };
      return [name, waitAndCall] as const;
    });
    return Object.fromEntries(entries) as unknown as FileSystem;
  }

  /** Lets one after the other go on until `isDone`. */
  async run(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      await new Promise(resolve => setImmediate(resolve));
      const able = this.#waiting.filter(each => !this.#crashed.has(each.process));
      if (able.length === 0) {
        if (!isDone()) await vi.advanceTimersToNextTimerAsync();
        continue;
      }
      // One process runs for a while, so that the others sleep long between two of their calls.
      if (this.chance(8)) this.#favourite = able[this.below(able.length)]?.process ?? '';
      if (this.#calls > this.#sleepsUntil && this.chance(20)) {
        this.#sleeper = able[this.below(able.length)]?.process ?? '';
        this.#sleepsUntil = this.#calls + this.below(150);
      }
      const awake = able.filter(each => each.process !== this.#sleeper || this.#calls > this.#sleepsUntil);
      if (awake.length === 0 && vi.getTimerCount() > 0 && this.chance(2)) {
        // Time passes while it sleeps, as others wait for it.
        this.#calls++;
        await vi.advanceTimersToNextTimerAsync();
        continue;
      }
      const favoured = awake.filter(each => each.process === this.#favourite);
      const choice = favoured.length > 0 && !this.chance(6) ? favoured : awake.length > 0 ? awake : able;
      const chosen = choice[this.below(choice.length)] as Waiting;
      this.#waiting.splice(this.#waiting.indexOf(chosen), 1);
      this.#calls++;
      chosen.go();
    }
  }

  #next(): number {
    this.#seed = random(this.#seed + 1);
    return this.#seed >>> 3;
  }
}
