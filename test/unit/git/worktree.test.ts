import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, parse } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { findRepository, findWorktree } from '../../../src/git/worktree.ts';
import { commit, git, initRepository, isWindows, useFakeGit, useTemporaryFolder } from './repository.ts';

const temporary = useTemporaryFolder();

describe('findWorktree', () => {
  test('finds the worktree from its root, a folder and a file in it, and a link to it', async () => {
    const root = initRepository(join(temporary(), 'a repo ünïcode 日本'));
    const head = commit(root, { files: ['deep/er/file.txt'] });
    const expected = {
      root,
      gitDir: join(root, '.git'),
      commonDir: join(root, '.git'),
      branch: 'main',
      head,
    };
    expect(await findWorktree(root)).toEqual(expected);
    expect(await findWorktree(join(root, 'deep', 'er'))).toEqual(expected);
    expect(await findWorktree(join(root, 'deep', 'er', 'file.txt'))).toEqual(expected);
    const link = join(temporary(), 'link');
    symlinkSync(join(root, 'deep'), link, 'junction');
    expect(await findWorktree(link)).toEqual(expected);
  });

  test('agrees with git about root, folders, branch and head', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    commit(root);
    git(root, ['worktree', 'add', '-q', '-b', 'other', '../linked']);
    for (const folder of [root, join(temporary(), 'linked')]) {
      const ask = (...args: string[]) => git(folder, ['rev-parse', ...args]);
      expect(await findWorktree(folder)).toEqual({
        root: realpathSync.native(ask('--show-toplevel')),
        gitDir: realpathSync.native(ask('--absolute-git-dir')),
        commonDir: realpathSync.native(ask('--path-format=absolute', '--git-common-dir')),
        branch: ask('--abbrev-ref', 'HEAD'),
        head: ask('HEAD'),
      });
    }
  });

  test.each(['dependabot/npm/@types/x', 'feature/ünïcode-日本', 'a', 'with#hash', "quote'd"])(
    'keeps the branch name %s as it is',
    async branch => {
      const root = initRepository(join(temporary(), 'repo'));
      const head = commit(root);
      git(root, ['checkout', '-q', '-b', branch]);
      expect(await findWorktree(root)).toMatchObject({ branch, head });
      git(root, ['pack-refs', '--all']);
      expect(await findWorktree(root)).toMatchObject({ branch, head });
    },
  );

  test('a packed branch is not taken for another whose name ends or begins the same', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    commit(root);
    git(root, ['branch', 'x/main']);
    const head = commit(root);
    git(root, ['tag', '-m', 'annotated', 'v1']);
    git(root, ['pack-refs', '--all']);
    expect(await findWorktree(root)).toMatchObject({ branch: 'main', head });
    git(root, ['checkout', '-q', '--orphan', 'mai']);
    expect(await findWorktree(root)).toMatchObject({ branch: 'mai', head: null });
  });

  test('a branch that is a name for another gives its commit', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    const head = commit(root);
    git(root, ['symbolic-ref', 'refs/heads/alias', 'refs/heads/main']);
    writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/heads/alias\n');
    expect(await findWorktree(root)).toMatchObject({ branch: 'alias', head });
    writeFileSync(join(root, '.git', 'refs', 'heads', 'alias'), 'ref: refs/heads/alias\n');
    expect(await findWorktree(root)).toMatchObject({ branch: 'alias', head: null });
  });

  test('a detached HEAD has a commit and no branch', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    const head = commit(root);
    git(root, ['checkout', '-q', '--detach']);
    expect(await findWorktree(root)).toMatchObject({ branch: null, head });
  });

  test('an empty repository has a branch and no commit', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    expect(await findWorktree(root)).toMatchObject({ root, branch: 'main', head: null });
  });

  test('a submodule is a worktree of its own', async () => {
    const library = initRepository(join(temporary(), 'library'));
    const head = commit(library);
    const root = initRepository(join(temporary(), 'repo'));
    commit(root);
    git(root, ['submodule', '--quiet', 'add', library, 'sub']);
    const gitDir = join(root, '.git', 'modules', 'sub');
    expect(await findWorktree(join(root, 'sub'))).toEqual({
      root: join(root, 'sub'),
      gitDir,
      commonDir: gitDir,
      branch: 'main',
      head,
    });
  });

  test('a moved repository is found in its new place', async () => {
    const root = initRepository(join(temporary(), 'old'));
    const head = commit(root);
    const moved = join(temporary(), 'new');
    renameSync(root, moved);
    expect(await findWorktree(root)).toBeNull();
    expect(await findWorktree(moved)).toMatchObject({ root: moved, commonDir: join(moved, '.git'), head });
  });

  test('outside of any repository there is nothing', async () => {
    vi.stubEnv('GIT_CEILING_DIRECTORIES', temporary());
    mkdirSync(join(temporary(), 'plain'));
    expect(await findWorktree(join(temporary(), 'plain'))).toBeNull();
    expect(await findWorktree(parse(temporary()).root)).toBeNull();
  });

  test('a bare repository has no worktree, its linked worktrees are ones', async () => {
    const origin = initRepository(join(temporary(), 'origin'));
    const head = commit(origin);
    const project = join(temporary(), 'project');
    git(temporary(), ['clone', '-q', '--bare', origin, join(project, '.bare')]);
    writeFileSync(join(project, '.git'), 'gitdir: ./.bare\n');
    git(project, ['worktree', 'add', '-q', '-b', 'topic', 'topic']);
    expect(await findWorktree(project)).toBeNull();
    expect(await findWorktree(join(project, 'topic'))).toMatchObject({
      root: join(project, 'topic'),
      commonDir: join(project, '.bare'),
      branch: 'topic',
      head,
    });
    expect(await findWorktree(join(project, '.bare', 'refs'))).toBeNull();
    const nested = join(origin, 'nested');
    git(temporary(), ['clone', '-q', '--bare', origin, join(nested, '.git')]);
    expect(await findWorktree(nested)).toBeNull();
  });

  test('nothing that a hook sets leads it elsewhere', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    const other = initRepository(join(temporary(), 'other'));
    vi.stubEnv('GIT_DIR', join(other, '.git'));
    vi.stubEnv('GIT_WORK_TREE', other);
    vi.stubEnv('GIT_COMMON_DIR', join(other, '.git'));
    expect(await findWorktree(root)).toMatchObject({ root, commonDir: join(root, '.git') });
  });

  test('GIT_CEILING_DIRECTORIES stops the walk, but not at the folder itself', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    mkdirSync(join(root, 'a', 'b'), { recursive: true });
    vi.stubEnv('GIT_CEILING_DIRECTORIES', root);
    expect(await findWorktree(join(root, 'a', 'b'))).toBeNull();
    expect(await findWorktree(root)).toMatchObject({ root });
  });

  test('needs no git', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    const head = commit(root);
    vi.stubEnv('PATH', '');
    expect(await findWorktree(root)).toMatchObject({ root, branch: 'main', head });
  });

  describe('with reftable', () => {
    const headOfReftable = 'ref: refs/heads/.invalid\n';
    const makeReftable = (root: string) => {
      writeFileSync(join(root, '.git', 'HEAD'), headOfReftable);
      appendFileSync(join(root, '.git', 'config'), '[extensions]\n\trefStorage = reftable\n');
    };

    test.skipIf(isWindows)('asks git for branch and head', async () => {
      const root = initRepository(join(temporary(), 'repo'));
      const head = commit(root);
      makeReftable(root);
      useFakeGit(
        temporary(),
        `case "$*" in *symbolic-ref*) echo refs/heads/dependabot/@x;; *rev-parse*) echo ${head};; esac`,
      );
      expect(await findWorktree(root)).toMatchObject({ root, branch: 'dependabot/@x', head });
      // Not in a folder that is not trusted, and not for a HEAD that only looks like it.
      expect(await findWorktree(root, false)).toMatchObject({ root, branch: null, head: null });
    });

    test.skipIf(isWindows)(
      'is what the repository says it is: for a HEAD alone git is not started',
      async () => {
        const root = initRepository(join(temporary(), 'repo'));
        writeFileSync(join(root, '.git', 'HEAD'), headOfReftable);
        useFakeGit(temporary(), `touch "${join(temporary(), 'started')}"`);
        expect(await findWorktree(root)).toMatchObject({ root, branch: null, head: null });
        expect(existsSync(join(temporary(), 'started'))).toBe(false);
      },
    );

    test('is still a worktree when git cannot tell', async () => {
      const root = initRepository(join(temporary(), 'repo'));
      makeReftable(root);
      vi.stubEnv('PATH', '');
      expect(await findWorktree(root)).toMatchObject({ root, branch: null, head: null });
    });
  });

  test.skipIf(isWindows)('a pipe in the place of any of its files holds nobody up', async () => {
    for (const name of [
      '.git/HEAD',
      '.git/config',
      '.git/commondir',
      '.git/refs/heads/main',
      '.git/packed-refs',
      '.git',
    ]) {
      const root = initRepository(join(temporary(), name.replaceAll('/', '-')));
      if (name !== '.git/refs/heads/main') commit(root);
      rmSync(join(root, name), { recursive: true, force: true });
      execFileSync('mkfifo', [join(root, name)]);
      // Whatever it says, it says it.
      expect((await findWorktree(root))?.root ?? root).toBe(root);
    }
  });

  test('a bare repository is found from itself and from the folder that holds it and its worktrees', async () => {
    const source = initRepository(join(temporary(), 'source'));
    commit(source);
    const container = join(temporary(), 'api');
    mkdirSync(container);
    git(temporary(), ['clone', '-q', '--bare', source, join(container, '.bare')]);
    writeFileSync(join(container, '.git'), 'gitdir: ./.bare\n');
    git(container, ['worktree', 'add', '-q', 'main', 'main']);
    const commonDir = realpathSync.native(join(container, '.bare'));
    expect(await findRepository(container)).toEqual({ commonDir });
    expect(await findRepository(join(container, '.bare'))).toEqual({ commonDir });
    expect(await findRepository(join(container, 'main'))).toMatchObject({ commonDir, branch: 'main' });
    // None of the first two is a worktree.
    expect(await findWorktree(container)).toBeNull();
  });
});
