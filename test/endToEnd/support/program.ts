import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { inject } from 'vitest';
import { patience } from '../../support/pace.mjs';

export interface RunOptions {
  readonly cwd: string;
  readonly home: string;
  /** More environment variables; undefined takes one away. */
  readonly env?: NodeJS.ProcessEnv;
  /** Options of Node itself, before the program. */
  readonly nodeOptions?: readonly string[];
}

export interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** No command may take longer, whatever state it finds. */
export const commandLimitMs = patience(60_000);

/** Nothing of the developer's own settings reaches the program, nor the git that it starts. */
export function environment({ home, env }: Pick<RunOptions, 'home' | 'env'>): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    WORK_SESSIONS_HOME: home,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    ...env,
  };
}

/** Starts the built program as a shell would. */
export function startProgram(args: readonly string[], options: RunOptions): ChildProcessWithoutNullStreams {
  const words = [...(options.nodeOptions ?? []), inject('program'), ...args];
  return spawn(process.execPath, words, { cwd: options.cwd, env: environment(options) });
}

/** Runs the built program to its end. */
export async function runProgram(args: readonly string[], options: RunOptions): Promise<Result> {
  const child = startProgram(args, options);
  child.stdin.end();
  return ended(child);
}

/** What a process wrote, and how it ended. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<Result> {
  const stdout = gathered(child.stdout);
  const stderr = gathered(child.stderr);
  const limit = setTimeout(() => child.kill('SIGKILL'), commandLimitMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ code, signal, stdout: stdout(), stderr: stderr() });
    });
  });
}

export function gathered(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', chunk => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

/** Waits until something is so, looking again and again, for a bounded time. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  limitMs = patience(60_000),
): Promise<NonNullable<T>> {
  const started = performance.now();
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() - started > limitMs) throw new Error(`gave up waiting: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
