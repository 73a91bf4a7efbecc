import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { firstCommit, headOf } from '../../../src/git/capture.ts';
import { commit, git, initRepository, isWindows, useFakeGit, useTemporaryFolder } from './repository.ts';

const temporary = useTemporaryFolder();

function newRepository(): string {
  return initRepository(join(temporary(), 'repo'));
}

describe('headOf', () => {
  test('is the commit of HEAD, or null before the first', async () => {
    const root = newRepository();
    expect(await headOf(root)).toBeNull();
    const head = commit(root);
    expect(await headOf(root)).toBe(head);
    git(root, ['checkout', '-q', '--detach']);
    expect(await headOf(root)).toBe(head);
  });

  test('fails outside of a repository', async () => {
    await expect(headOf(temporary())).rejects.toMatchObject({ code: 'git_failed', exitCode: 128 });
  });
});

describe('firstCommit', () => {
  test('is the same in a clone and on another branch', async () => {
    const root = newRepository();
    const first = commit(root);
    commit(root);
    git(root, ['checkout', '-q', '-b', 'other']);
    commit(root);
    git(temporary(), ['clone', '-q', root, 'clone']);
    expect(await firstCommit(root, 5000)).toBe(first);
    expect(await firstCommit(join(temporary(), 'clone'), 5000)).toBe(first);
  });

  test('is the oldest of several', async () => {
    const root = newRepository();
    commit(root, { date: '2026-01-03T00:00:00Z' });
    git(root, ['checkout', '-q', '--orphan', 'other']);
    const oldest = commit(root, { date: '2026-01-02T00:00:00Z', files: ['b'] });
    git(root, ['checkout', '-q', 'main']);
    git(
      root,
      ['merge', '-q', '--allow-unrelated-histories', '-m', 'join', '-s', 'ours', 'other'],
      '2026-01-04T00:00:00Z',
    );
    expect(await firstCommit(root, 5000)).toBe(oldest);
  });

  test('is not told by an empty repository, a shallow clone, or a replaced commit', async () => {
    const root = newRepository();
    expect(await firstCommit(root, 5000)).toBeNull();
    const first = commit(root);
    const second = commit(root);
    git(temporary(), ['clone', '-q', '--depth=1', `file://${root.replaceAll('\\', '/')}`, 'shallow']);
    expect(await firstCommit(join(temporary(), 'shallow'), 5000)).toBeNull();
    git(root, ['replace', '--graft', second]);
    expect(await firstCommit(root, 5000)).toBe(first);
  });

  test.skipIf(isWindows)('is null when git takes too long', async () => {
    const root = newRepository();
    commit(root);
    useFakeGit(temporary(), 'exec /bin/sleep 3');
    expect(await firstCommit(root, 100)).toBeNull();
  });

  test('fails when git is missing', async () => {
    const root = newRepository();
    vi.stubEnv('PATH', '');
    await expect(firstCommit(root, 5000)).rejects.toMatchObject({ code: 'git_missing' });
  });
});
