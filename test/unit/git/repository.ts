import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** Gives each test of a file its own real folder, and a git that reads nobody's settings. */
export function useTemporaryFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync.native(mkdtempSync(join(tmpdir(), 'work sessions gît ')));
    writeFileSync(join(folder, 'gitconfig'), '');
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(folder, 'gitconfig'));
    vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return () => folder;
}

/** Runs the real git and gives what it printed, trimmed. `date` is the time of a commit it makes. */
export function git(cwd: string, args: readonly string[], date = '2026-01-01T00:00:00Z'): string {
  const settings = [
    'user.name=Test',
    'user.email=test@example.com',
    'protocol.file.allow=always',
    'gc.auto=0',
  ];
  const others = Object.entries(process.env).filter(([name]) => !/^GIT_(?!CONFIG_)/.test(name));
  return execFileSync('git', [...settings.flatMap(setting => ['-c', setting]), ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(others), GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  }).trim();
}

export function initRepository(folder: string): string {
  mkdirSync(folder, { recursive: true });
  git(folder, ['init', '-q', '-b', 'main']);
  return folder;
}

export interface TestCommit {
  message?: string;
  date?: string;
  files?: readonly string[];
}

let changes = 0;

/** Commits a change to each of the files (one of a fixed name unless told) and gives the commit's name. */
export function commit(
  root: string,
  { message = 'change', date, files = ['file.txt'] }: TestCommit = {},
): string {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `${++changes}\n`);
  }
  git(root, ['add', '-A']);
  git(
    root,
    ['commit', '-q', '--allow-empty', '--allow-empty-message', '--cleanup=verbatim', '-m', message],
    date,
  );
  return git(root, ['rev-parse', 'HEAD']);
}

/** Puts a shell script in the place of git (not on Windows, where no script can stand in for a program). */
export function useFakeGit(folder: string, script: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'git'), 0o755);
  vi.stubEnv('PATH', bin);
}

export const isWindows = process.platform === 'win32';
