import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { GitError, runGit } from '../../../src/git/runGit.ts';
import { patience } from '../../support/pace.mjs';
import { commit, git, initRepository, isWindows, useFakeGit, useTemporaryFolder } from './repository.ts';

const temporary = useTemporaryFolder();

async function failureOf(promise: Promise<unknown>): Promise<GitError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GitError)) throw new Error(`expected a GitError, got ${String(error)}`);
  return error;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('runGit', () => {
  test('gives what git printed, from a folder with blanks and any letters', async () => {
    const root = initRepository(join(temporary(), 'a repo ünïcode 日本'));
    commit(root, { message: 'größe' });
    const result = await runGit(['log', '--format=%s'], { cwd: root });
    expect(result).toEqual({ stdout: 'größe\n', exitCode: 0, truncated: false });
  });

  test('passes arguments as they are, without a shell', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    const text = '$(touch x) "a" \'b\' `c` %PATH% ; & | > y *';
    const { stdout } = await runGit(['rev-parse', '--sq-quote', text], { cwd: root });
    expect(stdout.trim()).toBe(`'${text.replaceAll("'", "'\\''")}'`);
  });

  test('what hooks set in the environment leads it nowhere else', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    const other = initRepository(join(temporary(), 'other'));
    vi.stubEnv('GIT_DIR', join(other, '.git'));
    vi.stubEnv('GIT_WORK_TREE', other);
    vi.stubEnv('GIT_INDEX_FILE', join(other, 'index'));
    vi.stubEnv('GIT_COMMON_DIR', join(other, '.git'));
    vi.stubEnv('GIT_OBJECT_DIRECTORY', join(other, '.git', 'objects'));
    vi.stubEnv('GIT_PREFIX', 'sub/');
    vi.stubEnv('GIT_CONFIG_PARAMETERS', "'core.bare=true'");
    const { stdout } = await runGit(['rev-parse', '--absolute-git-dir'], { cwd: root });
    expect(stdout.trim()).toBe(git(root, ['rev-parse', '--absolute-git-dir']));
  });

  test('the place of the settings is kept', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    git(root, ['config', '--file', join(temporary(), 'gitconfig'), 'test.value', 'mine']);
    expect((await runGit(['config', 'test.value'], { cwd: root })).stdout.trim()).toBe('mine');
  });

  test('a failure tells what git said', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    const error = await failureOf(runGit(['rev-parse', '--verify', 'nothing'], { cwd: root }));
    expect(error).toMatchObject({
      code: 'git_failed',
      args: ['rev-parse', '--verify', 'nothing'],
      exitCode: 128,
      stderr: 'fatal: Needed a single revision',
    });
    expect(error.message).toBe('git_failed: git rev-parse --verify nothing: fatal: Needed a single revision');
  });

  test('a folder that is gone is no missing git', async () => {
    const error = await failureOf(runGit(['status'], { cwd: join(temporary(), 'gone') }));
    expect(error).toMatchObject({ code: 'git_failed', exitCode: 128 });
  });

  test('an argument that no program can be given is a failure like any other', async () => {
    expect(await failureOf(runGit(['a\0b'], { cwd: temporary() }))).toMatchObject({ code: 'git_failed' });
  });

  test('other exit codes can be an answer', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    const run = runGit(['config', 'no.such'], { cwd: root, acceptExitCodes: [0, 1] });
    expect(await run).toEqual({ stdout: '', exitCode: 1, truncated: false });
  });

  test('takes no more output than allowed', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    commit(root, { message: 'x'.repeat(100_000) });
    const { stdout, truncated } = await runGit(['log', '--format=%s'], { cwd: root, maxBytes: 1000 });
    expect(stdout).toBe('x'.repeat(1000));
    expect(truncated).toBe(true);
    expect(await runGit(['log', '--format=%s'], { cwd: root, maxBytes: 100_001 })).toMatchObject({
      truncated: false,
    });
  });

  test('a missing git is told apart', async () => {
    vi.stubEnv('PATH', join(temporary(), 'empty'));
    expect(await failureOf(runGit(['version'], { cwd: temporary() }))).toMatchObject({
      code: 'git_missing',
      exitCode: null,
    });
  });

  describe.skipIf(isWindows)('with another program in the place of git', () => {
    /** Lets the time limit pass as soon as the program has told a process id; gives both. */
    async function failureAtLimit(): Promise<{ error: GitError; pid: number }> {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const failure = failureOf(runGit(['version'], { cwd: temporary(), timeoutMs: 5_000 }));
        const file = join(temporary(), 'pid');
        while (!existsSync(file) || !readFileSync(file, 'utf8').endsWith('\n'))
          await new Promise(resolve => setImmediate(resolve));
        vi.advanceTimersByTime(5_000);
        return { error: await failure, pid: Number(readFileSync(file, 'utf8')) };
      } finally {
        vi.useRealTimers();
      }
    }

    test('the time limit ends one that hangs, even when its child holds the output open', async () => {
      useFakeGit(temporary(), `/bin/sleep 600 & echo $! > '${temporary()}/pid'; wait`);
      const { error, pid } = await failureAtLimit();
      expect(error).toMatchObject({ code: 'git_timeout', exitCode: null });
      // Nobody waited for the child, which is there still.
      expect(isRunning(pid)).toBe(true);
      process.kill(pid);
    });

    test('the time limit leaves nothing running', async () => {
      useFakeGit(temporary(), `echo $$ > '${temporary()}/pid'; exec /bin/sleep 600`);
      const { pid } = await failureAtLimit();
      expect(pid).toBeGreaterThan(0);
      await expect.poll(() => isRunning(pid), { timeout: patience(30_000) }).toBe(false);
    });

    test('it gets safe settings and no terminal', async () => {
      useFakeGit(
        temporary(),
        'echo "$*"; echo "$LC_ALL $GIT_TERMINAL_PROMPT $GIT_PAGER"; read -r x || echo eof',
      );
      vi.stubEnv('GIT_PAGER', 'less');
      const { stdout } = await runGit(['version'], { cwd: temporary() });
      expect(stdout).toMatch(/^--no-optional-locks --no-pager -c core\.fsmonitor=false .* version\n/);
      expect(stdout).toContain('\nC 0 \neof\n');
    });

    test("the developer tools' stand-in for git counts as missing", async () => {
      useFakeGit(temporary(), 'echo "xcode-select: note: No developer tools were found" >&2; exit 1');
      const run = runGit(['version'], { cwd: temporary(), acceptExitCodes: [0, 1] });
      expect(await failureOf(run)).toMatchObject({ code: 'git_missing' });
    });

    test('one that is killed is a failure', async () => {
      useFakeGit(temporary(), 'kill -TERM $$');
      expect(await failureOf(runGit(['version'], { cwd: temporary() }))).toMatchObject({
        code: 'git_failed',
        exitCode: null,
      });
    });
  });
});
