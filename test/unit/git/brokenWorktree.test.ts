import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findWorktree } from '../../../src/git/worktree.ts';
import { commit, git, initRepository, isWindows, useTemporaryFolder } from './repository.ts';

const temporary = useTemporaryFolder();

describe('findWorktree, where something is broken or gone', () => {
  test('a linked worktree in a moved repository is not taken for the repository itself', async () => {
    const root = initRepository(join(temporary(), 'old'));
    commit(root);
    git(root, ['worktree', 'add', '-q', '-b', 'other', '.worktrees/other']);
    const moved = join(temporary(), 'new');
    renameSync(root, moved);
    expect(await findWorktree(join(moved, '.worktrees', 'other'))).toBeNull();
  });

  test('a folder that is gone is in no worktree, though its parent is', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    expect(await findWorktree(join(root, 'gone'))).toBeNull();
    expect(await findWorktree('nul\0byte')).toBeNull();
  });

  test.each([
    ['an empty .git folder', (at: string) => mkdirSync(join(at, '.git'))],
    [
      'a HEAD that makes no sense',
      (at: string) => {
        mkdirSync(join(at, '.git'));
        writeFileSync(join(at, '.git', 'HEAD'), 'ref: refs/heads/../../../../etc/passwd\n');
      },
    ],
    [
      'a HEAD that is a folder',
      (at: string) => {
        mkdirSync(join(at, '.git', 'HEAD'), { recursive: true });
      },
    ],
  ])('%s is passed over', async (_, spoil) => {
    const root = initRepository(join(temporary(), 'repo'));
    const inner = join(root, 'inner');
    mkdirSync(inner);
    spoil(inner);
    expect(await findWorktree(inner)).toMatchObject({ root });
  });

  test.each(['', 'nonsense', 'gitdir: ', 'gitdir: ../nowhere\n'])(
    'a .git file with %j leads nowhere',
    async text => {
      const root = initRepository(join(temporary(), 'repo'));
      mkdirSync(join(root, 'inner'));
      writeFileSync(join(root, 'inner', '.git'), text);
      expect(await findWorktree(join(root, 'inner'))).toBeNull();
    },
  );

  test.skipIf(isWindows)('a broken link named .git is passed over', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    mkdirSync(join(root, 'inner'));
    symlinkSync('nowhere', join(root, 'inner', '.git'));
    expect(await findWorktree(join(root, 'inner'))).toMatchObject({ root });
  });

  test('a repository whose shared folder is gone is none', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    commit(root);
    git(root, ['worktree', 'add', '-q', '../linked']);
    rmSync(join(root, '.git'), { recursive: true });
    expect(await findWorktree(join(temporary(), 'linked'))).toBeNull();
  });
});
