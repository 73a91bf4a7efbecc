import type { ChildProcessByStdio } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';

/** Why git gave no answer: it is not installed, it refused, or it took too long. */
export type GitErrorCode = 'git_missing' | 'git_failed' | 'git_timeout';

export interface GitErrorDetails {
  args: readonly string[];
  /** Null when git never ran, or was killed. */
  exitCode: number | null;
  /** What git said about it, trimmed. */
  stderr: string;
}

/** A failure of git as data: `code` tells which, the rest is for its sentence and the log. */
export class GitError extends Error implements GitErrorDetails {
  override readonly name = 'GitError';
  readonly code: GitErrorCode;
  readonly args: readonly string[];
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(code: GitErrorCode, details: GitErrorDetails, options?: { cause?: unknown }) {
    super(`${code}: git ${details.args.join(' ')}${details.stderr ? `: ${details.stderr}` : ''}`, options);
    this.code = code;
    this.args = details.args;
    this.exitCode = details.exitCode;
    this.stderr = details.stderr;
  }
}

export interface RunGitOptions {
  /** The folder git works in, given to it as `-C`. */
  cwd: string;
  /** Milliseconds after which git is killed; 5,000 unless told. */
  timeoutMs?: number;
  /** The most bytes of output to take; git is killed when it writes more. 8 MiB unless told. */
  maxBytes?: number;
  /** Exit codes that are an answer; only 0 unless told. */
  acceptExitCodes?: readonly number[];
}

export interface GitResult {
  stdout: string;
  exitCode: number;
  /** True when `stdout` is only the beginning of what git had to say. `exitCode` is 0 then. */
  truncated: boolean;
}

const maxStderrBytes = 16 * 1024;

// Each of these keeps git from starting another program, or from an answer that depends on taste.
const fixedArguments = [
  '--no-optional-locks',
  '--no-pager',
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', 'log.showSignature=false'],
  ...['-c', 'log.showRoot=true'],
  ...['-c', 'i18n.logOutputEncoding=UTF-8'],
];

// Hooks, aliases and other tools set many GIT_ variables that lead git to another repository or program.
// These few say where this machine keeps its git and its settings, and stay.
const keptVariables = /^GIT_(?:EXEC_PATH|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/i;

/**
 * Runs git with an argument array, without a shell, without input, and with a time limit. It never asks for
 * a password, takes optional locks or goes to the network for missing objects.
 * Fails with a `GitError`, and with nothing else.
 */
export async function runGit(args: readonly string[], options: RunGitOptions): Promise<GitResult> {
  const { timeoutMs = 5000, maxBytes = 8 * 1024 * 1024, acceptExitCodes = [0] } = options;
  // Loaded only here: it takes two milliseconds, and most commands never start git.
  const { spawn } = await import('node:child_process');
  return new Promise<GitResult>((done, reject) => {
    const fail = (code: GitErrorCode, stderr: string, exitCode: number | null = null, cause?: unknown) =>
      reject(new GitError(code, { args, exitCode, stderr: stderr.trim() }, { cause }));

    let child: ChildProcessByStdio<null, Readable, Readable>;
    try {
      child = spawn('git', [...fixedArguments, '-C', resolve(options.cwd), ...args], {
        cwd: neutralFolder(),
        env: gitEnvironment(process.env),
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
    } catch (error) {
      fail('git_failed', messageOf(error), null, error);
      return;
    }

    // A killed git may leave a child that holds the pipes open, so nothing waits for its end.
    const abandon = () => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
    };
    const timer = setTimeout(() => {
      abandon();
      fail('git_timeout', `no answer within ${timeoutMs} ms`);
    }, timeoutMs);

    const stderr = gather(child.stderr, maxStderrBytes);
    const stdout = gather(child.stdout, maxBytes, () => {
      abandon();
      done({ stdout: stdout(), exitCode: 0, truncated: true });
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      abandon();
      const missing = error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ENOTDIR';
      fail(missing ? 'git_missing' : 'git_failed', messageOf(error), null, error);
    });
    child.on('close', exitCode => {
      clearTimeout(timer);
      // On a Mac without the developer tools, git is a stand-in that only says so.
      const standIn = exitCode !== 0 && /xcode-select:|xcrun: error/.test(stderr());
      if (standIn) fail('git_missing', stderr(), exitCode);
      else if (exitCode === null || !acceptExitCodes.includes(exitCode))
        fail('git_failed', stderr(), exitCode);
      else done({ stdout: stdout(), exitCode, truncated: false });
    });
  });
}

/** Takes at most `maxBytes` from a stream, calls `onFull` when there is more, and gives a way to read it as text. */
function gather(stream: Readable, maxBytes: number, onFull?: () => void): () => string {
  const chunks: Buffer[] = [];
  let room = maxBytes;
  stream.on('data', (chunk: Buffer) => {
    if (room > 0) chunks.push(chunk.subarray(0, room));
    room -= chunk.byteLength;
    if (room < 0) onFull?.();
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/**
 * Where the process is started; git itself goes to the wanted folder by `-C`. Windows looks for `git.exe` in
 * the current folder first, and a repository must not be able to bring its own. It also keeps apart a folder
 * that is gone (git says so) from a git that is (the start fails).
 */
function neutralFolder(): string {
  return process.platform === 'win32' ? dirname(process.execPath) : '/';
}

function gitEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) => !/^GIT_/i.test(name) || keptVariables.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    // Nothing reaches out, whatever a repository's settings say: no transport is allowed.
    GIT_ALLOW_PROTOCOL: '',
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
