import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Agent } from '../../src/model/session.ts';
import { patience } from './pace.mjs';

/** What a worker can be told to do. */
export type Task =
  | { readonly do: 'nothing' }
  | { readonly do: 'kind'; readonly name: string }
  | { readonly do: 'resume' | 'goOn'; readonly id: string; readonly newId: string }
  | { readonly do: 'claim'; readonly agent: Agent; readonly newId: string; readonly insteadOf?: string }
  | { readonly do: 'log'; readonly id: string; readonly messages: readonly string[] }
  | {
      readonly do: 'mix';
      readonly id: string;
      readonly writer: string;
      readonly seed: number;
      readonly steps: number;
    };

/**
 * Steps of an update: writing the data, taking the lock, the first call after taking it, the commit, the
 * second commit (a move's copy), taking a superseded document away.
 */
export type Step = 'write' | 'lock' | 'locked' | 'commit' | 'copy' | 'take';

/** A signal that a worker sends itself right before one of its file-system calls. */
export interface Fault {
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  /** The n-th call, or a certain step of the protocol. */
  readonly before: number | Step;
  /** A file that is written just before, for whoever waits for it. */
  readonly marker?: string;
}

export interface Order {
  readonly number: number;
  readonly home: string;
  readonly task: Task;
  readonly fault?: Fault | undefined;
  /** When to begin, as `Date.now()` counts: for many to begin at once. */
  readonly at?: number | undefined;
}

export interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly details: unknown };
}

const support = dirname(fileURLToPath(import.meta.url));

/** Builds the worker's program the way the product is built: one bundle, `graceful-fs` left out. */
export async function buildWorker(folder: string): Promise<string> {
  return bundle(join(support, 'worker.ts'), join(folder, 'worker.mjs'));
}

/** Builds a program of the tests, which needs nothing but Node then. */
export async function bundle(entryPoint: string, outfile: string): Promise<string> {
  // Loaded here, as a program that was built so cannot build.
  const { build } = await import('esbuild');
  await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { 'graceful-fs': 'node:fs' },
    external: ['esbuild'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return outfile;
}

/** A process of its own that does what it is told. */
export class Worker {
  readonly process: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #number = 0;
  /** Resolves with the signal that ended it, or null. */
  readonly ended: Promise<NodeJS.Signals | null>;

  constructor(program: string) {
    this.process = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.process.on('message', (answer: Answer) => {
      this.#waiting.get(answer.number)?.(answer);
      this.#waiting.delete(answer.number);
    });
    this.process.on('error', () => {});
    this.ended = once(this.process, 'exit').then(([, signal]) => signal);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** The answer to an order; null if the worker ended without one. */
  async order(
    home: string,
    task: Task,
    options: { fault?: Fault; at?: number } = {},
  ): Promise<Answer | null> {
    const number = ++this.#number;
    const answered = new Promise<Answer>(resolve => this.#waiting.set(number, resolve));
    this.process.send({ number, home, task, ...options } satisfies Order, () => {});
    return Promise.race([answered, this.ended.then(() => null)]);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  async end(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}

/** Starts that many workers and waits until each is ready. */
export async function startWorkers(program: string, count: number): Promise<Worker[]> {
  const workers = Array.from({ length: count }, () => new Worker(program));
  await Promise.all(workers.map(worker => worker.order('/nowhere', { do: 'nothing' })));
  return workers;
}

/** Tells all workers to begin at the same moment. */
export function allAtOnce(
  workers: readonly Worker[],
  home: string,
  task: (index: number) => Task,
): Promise<Answer[]> {
  const at = Date.now() + 5;
  return Promise.all(
    workers.map(async (worker, index) => {
      const answer = await worker.order(home, task(index), { at });
      if (answer === null) throw new Error('a worker ended');
      return answer;
    }),
  );
}

/** Waits until `isSo`, for a bounded time. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const started = Date.now(); !isSo(); ) {
    if (Date.now() - started > patience(60_000)) throw new Error(`waited in vain: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

export function fileAppears(path: string): Promise<void> {
  return until(() => existsSync(path), path);
}
