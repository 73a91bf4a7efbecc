import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type CaptureOptions, captureCommits, commitsHere } from '../../../src/git/capture.ts';
import { commit, git, initRepository, useTemporaryFolder } from './repository.ts';

// Git is started many times, and a busy machine takes its time for each.
vi.setConfig({ testTimeout: 120_000 });

const temporary = useTemporaryFolder();
const since = '2026-01-01T00:00:00Z';

/** A repository on branch `f`, as a session begins in it. */
function begun(): { root: string; startHead: string } {
  const root = initRepository(join(temporary(), 'repo'));
  commit(root, { message: 'base' });
  git(root, ['checkout', '-q', '-b', 'f']);
  return { root, startHead: git(root, ['rev-parse', 'HEAD']) };
}

async function capture(root: string, options: Partial<CaptureOptions> = {}) {
  const branch = git(root, ['branch', '--show-current']) || null;
  const found = await captureCommits({
    root,
    branch,
    since,
    captured: [],
    limit: 100,
    timeoutMs: 60_000,
    ...options,
  });
  return { ...found, messages: found.commits.map(({ message }) => message) };
}

describe('what was captured before', () => {
  test('is superseded when it was amended, and its files leave with it', async () => {
    const { root, startHead } = begun();
    const first = commit(root, { message: 'first', files: ['a', 'b'] });
    git(root, ['rm', '-q', '-f', 'b']);
    git(root, ['commit', '-q', '--amend', '-m', 'amended']);
    expect(await capture(root, { startHead, captured: [first] })).toMatchObject({
      messages: ['amended'],
      superseded: [first],
      filesLeft: ['b'],
    });
  });

  test('stays while it is in the history, and when this repository does not know it', async () => {
    const { root, startHead } = begun();
    const first = commit(root, { message: 'first' });
    const unknown = '0123456789'.repeat(4);
    expect(await capture(root, { startHead, captured: [first, unknown] })).toMatchObject({ superseded: [] });
    git(root, ['reset', '-q', '--hard', startHead]);
    expect(await capture(root, { startHead, captured: [first, unknown] })).toMatchObject({
      commits: [],
      superseded: [first],
      filesLeft: ['file.txt'],
    });
  });
});

describe('of what HEAD gained', () => {
  test('what a rebase brought in is not the session’s', async () => {
    const { root, startHead } = begun();
    const first = commit(root, { message: 'first', files: ['mine'] });
    git(root, ['checkout', '-q', 'main']);
    commit(root, { message: 'theirs', files: ['theirs'] });
    git(root, ['checkout', '-q', 'f']);
    git(root, ['rebase', '-q', 'main']);
    const found = await capture(root, { startHead, captured: [first] });
    expect(found).toMatchObject({ messages: ['first'], superseded: [first], filesLeft: [] });
    expect(found.commits[0]?.files).toEqual(['mine']);
  });

  test('what a pull brought in is not, what was pushed from here still is', async () => {
    const { root } = begun();
    git(root, ['checkout', '-q', 'main']);
    const remote = join(temporary(), 'remote.git');
    git(temporary(), ['clone', '-q', '--bare', root, remote]);
    git(root, ['remote', 'add', 'origin', remote]);
    git(root, ['fetch', '-q', 'origin']);
    git(root, ['branch', '-q', '-u', 'origin/main']);
    const startHead = git(root, ['rev-parse', 'HEAD']);
    commit(root, { message: 'mine, pushed', files: ['one'] });
    git(root, ['push', '-q', 'origin', 'main']);
    const other = join(temporary(), 'other');
    git(temporary(), ['clone', '-q', remote, other]);
    commit(other, { message: 'theirs', files: ['theirs'] });
    git(other, ['push', '-q', 'origin', 'main']);
    git(root, ['pull', '-q', '--ff-only', 'origin', 'main']);
    commit(root, { message: 'mine, later', files: ['two'] });
    expect((await capture(root, { startHead })).messages).toEqual(['mine, pushed', 'mine, later']);
  });

  test('what was rebased and pushed is still the session’s, and so is what was merged into another branch', async () => {
    const { root, startHead } = begun();
    commit(root, { message: 'first', files: ['mine'] });
    git(root, ['checkout', '-q', 'main']);
    commit(root, { message: 'theirs', files: ['theirs'] });
    git(root, ['checkout', '-q', 'f']);
    git(root, ['rebase', '-q', 'main']);
    git(root, ['branch', '-q', 'copy']);
    expect((await capture(root, { startHead })).messages).toEqual(['first']);
    git(root, ['checkout', '-q', 'main']);
    git(root, ['merge', '-q', '--no-ff', '-m', 'merge', 'f']);
    git(root, ['checkout', '-q', 'f']);
    expect((await capture(root, { startHead })).messages).toEqual(['first']);
  });

  test('all counts where no reflog is kept', async () => {
    const { root, startHead } = begun();
    commit(root, { message: 'first' });
    rmSync(join(root, '.git', 'logs'), { recursive: true });
    git(root, ['branch', '-q', 'copy']);
    expect((await capture(root, { startHead })).messages).toEqual(['first']);
  });
});

test('of a clone without trees, the commits come without the files that cannot be told, which is said', async () => {
  const source = initRepository(join(temporary(), 'source'));
  git(source, ['config', 'uploadpack.allowFilter', 'true']);
  for (const message of ['one', 'two', 'three']) commit(source, { message, files: [message] });
  const clone = join(temporary(), 'clone');
  git(temporary(), ['clone', '-q', '--filter=tree:0', '--no-checkout', `file://${source}`, clone]);
  const startHead = git(clone, ['rev-parse', 'HEAD~2']);
  rmSync(join(clone, '.git', 'logs'), { recursive: true });
  const { messages, hasFiles } = await capture(clone, { startHead });
  expect({ messages, hasFiles }).toEqual({ messages: ['two', 'three'], hasFiles: false });
});

test('which of some commits a repository has', async () => {
  const { root, startHead } = begun();
  const first = commit(root);
  git(root, ['reset', '-q', '--hard', startHead]);
  const unknown = '0123456789'.repeat(4);
  expect(await commitsHere(root, [unknown, first, '--all', startHead], 60_000)).toEqual(
    expect.arrayContaining([first, startHead]),
  );
  expect(await commitsHere(root, [unknown, '--all'], 60_000)).toEqual([]);
});
