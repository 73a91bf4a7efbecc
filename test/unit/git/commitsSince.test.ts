import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type CommitsSinceOptions, commitsSince } from '../../../src/git/capture.ts';
import { commit, git, initRepository, isWindows, useTemporaryFolder } from './repository.ts';

const temporary = useTemporaryFolder();
const day = (number: number) => `2026-01-0${number}T12:00:00Z`;

function newRepository(name = 'repo'): string {
  return initRepository(join(temporary(), name));
}

async function messages(root: string, options: Partial<CommitsSinceOptions> = {}): Promise<string[]> {
  const commits = await commitsSince({ root, since: day(9), limit: 100, ...options });
  return commits.map(({ message }) => message);
}

describe('commitsSince', () => {
  test('gives what came after the start, oldest first, with time in UTC and files', async () => {
    const root = newRepository();
    const startHead = commit(root, { message: 'before' });
    const one = commit(root, {
      message: 'one',
      date: '2026-01-02T12:00:00+05:30',
      files: ['a.txt', 'b/ü 日本.txt'],
    });
    git(root, ['mv', 'a.txt', 'c.txt']);
    const two = commit(root, { message: 'two', date: day(3), files: [] });
    expect(await commitsSince({ root, since: day(9), startHead, limit: 10 })).toEqual([
      { sha: one, message: 'one', at: '2026-01-02T06:30:00.000Z', files: ['a.txt', 'b/ü 日本.txt'] },
      { sha: two, message: 'two', at: '2026-01-03T12:00:00.000Z', files: ['a.txt', 'c.txt'] },
    ]);
  });

  test('nothing came after the start', async () => {
    const root = newRepository();
    const startHead = commit(root);
    expect(await messages(root, { startHead, since: day(1) })).toEqual([]);
  });

  test('the limit keeps the newest', async () => {
    const root = newRepository();
    const startHead = commit(root);
    for (const message of ['one', 'two', 'three']) commit(root, { message });
    expect(await messages(root, { startHead, limit: 2 })).toEqual(['two', 'three']);
    expect(await messages(root, { startHead, limit: 0 })).toEqual([]);
  });

  test.each([
    ['several lines', 'subject\nstill subject\n\nbody\n', 'subject still subject'],
    ['quotes and shell', `"a" 'b' \`c\` $(d) \\n %H %x00`, `"a" 'b' \`c\` $(d) \\n %H %x00`],
    ['control characters', 'a\x1b[31mb\x07c\x01\td', 'a\x1b[31mb\x07c\x01\td'],
    ['the look of a record', `//${'0'.repeat(40)}`, `//${'0'.repeat(40)}`],
    ['nothing', '', ''],
    ['letters', 'größe 日本 🎉', 'größe 日本 🎉'],
  ])('a message with %s', async (_, message, expected) => {
    const root = newRepository();
    const startHead = commit(root);
    commit(root, { message, files: ['x.txt'] });
    commit(root, { message, files: [] });
    commit(root, { message: 'last', files: ['y.txt'] });
    const commits = await commitsSince({ root, since: day(9), startHead, limit: 10 });
    expect(commits.map(({ message, files }) => [message, files])).toEqual([
      [expected, ['x.txt']],
      [expected, []],
      ['last', ['y.txt']],
    ]);
  });

  test.skipIf(isWindows)('a file name with a line break and quotes', async () => {
    const root = newRepository();
    const startHead = commit(root);
    commit(root, { files: ['\nfirst', 'a\n"b"\t'] });
    const [only] = await commitsSince({ root, since: day(9), startHead, limit: 10 });
    expect(only?.files).toEqual(['\nfirst', 'a\n"b"\t']);
  });

  test('a merge counts once, and what it brought in does not', async () => {
    const root = newRepository();
    const startHead = commit(root, { message: 'start' });
    git(root, ['checkout', '-q', '-b', 'topic']);
    commit(root, { message: 'mine', files: ['mine.txt'] });
    git(root, ['checkout', '-q', 'main']);
    commit(root, { message: 'theirs', files: ['theirs.txt'] });
    git(root, ['checkout', '-q', 'topic']);
    git(root, ['merge', '-q', '--no-ff', '-m', 'merge', 'main']);
    const commits = await commitsSince({ root, since: day(9), startHead, limit: 10 });
    expect(commits.map(({ message, files }) => [message, files])).toEqual([
      ['mine', ['mine.txt']],
      ['merge', []],
    ]);
  });

  test('a fast-forward onto a branch that had merged this one keeps what was done here', async () => {
    const root = newRepository();
    commit(root, { message: 'base' });
    git(root, ['checkout', '-q', '-b', 'topic']);
    const startHead = commit(root, { message: 'start', files: ['t.txt'] });
    commit(root, { message: 'mine', files: ['t.txt'] });
    git(root, ['checkout', '-q', 'main']);
    commit(root, { message: 'theirs' });
    git(root, ['merge', '-q', '--no-ff', '-m', 'merge', 'topic']);
    git(root, ['checkout', '-q', 'topic']);
    git(root, ['merge', '-q', '--ff-only', 'main']);
    expect(await messages(root, { startHead })).toEqual(['mine', 'merge']);
  });

  test.each([
    ['not known', null],
    ['left out', undefined],
    ['not in this repository', '0123456789'.repeat(4)],
    ['no commit name', '--output=x'],
  ])('when the start is %s, the date decides', async (_, startHead) => {
    const root = newRepository();
    commit(root, { message: 'before', date: day(1) });
    commit(root, { message: 'at', date: day(2) });
    commit(root, { message: 'after', date: day(3) });
    const start = startHead === undefined ? {} : { startHead };
    expect(await messages(root, { ...start, since: '2026-01-02T12:00:00.900Z' })).toEqual(['at', 'after']);
  });

  test('when the start was rebased away, the date decides', async () => {
    const root = newRepository();
    commit(root, { message: 'base', date: day(1) });
    const startHead = commit(root, { message: 'start', date: day(2) });
    git(root, ['commit', '-q', '--amend', '-m', 'amended'], day(4));
    expect(await messages(root, { startHead, since: day(3) })).toEqual(['amended']);
  });

  test('an empty repository gained nothing, and then its first commit with its files', async () => {
    const root = newRepository();
    expect(await messages(root, { since: day(1) })).toEqual([]);
    commit(root, { message: 'first', date: day(2), files: ['a'] });
    expect(await commitsSince({ root, since: day(1), startHead: null, limit: 10 })).toMatchObject([
      { message: 'first', files: ['a'] },
    ]);
  });

  test('a commit too large to read whole is left out, the newer ones are not', async () => {
    const root = newRepository();
    const startHead = commit(root);
    writeFileSync(join(root, 'message'), 'x'.repeat(9 * 1024 * 1024));
    git(root, ['commit', '-q', '--allow-empty', '-F', 'message']);
    commit(root, { message: 'newer' });
    expect(await messages(root, { startHead })).toEqual(['newer']);
  });

  test('a commit of a time that no calendar has', async () => {
    const root = newRepository();
    const startHead = commit(root);
    commit(root, { date: '@99999999999999 +0000' });
    const [only] = await commitsSince({ root, since: day(1), startHead, limit: 1 });
    expect(only?.at).toBe('9999-12-31T00:00:00.000Z');
  });

  test('settings of the user do not change the answer', async () => {
    const root = newRepository();
    const startHead = commit(root);
    git(root, ['config', 'log.showSignature', 'true']);
    git(root, ['config', 'log.showRoot', 'false']);
    git(root, ['config', 'diff.renames', 'copies']);
    git(root, ['config', 'color.ui', 'always']);
    git(root, ['config', 'log.decorate', 'full']);
    git(root, ['config', 'diff.noprefix', 'true']);
    git(root, ['config', 'log.diffMerges', 'separate']);
    commit(root, { message: 'one', files: ['a'] });
    expect(await commitsSince({ root, since: day(9), startHead, limit: 1 })).toMatchObject([
      { message: 'one', files: ['a'] },
    ]);
  });

  test('answers for a linked worktree and not for what GIT_DIR says', async () => {
    const root = newRepository();
    const startHead = commit(root);
    const linked = join(temporary(), 'linked');
    git(root, ['worktree', 'add', '-q', '-b', 'other', linked]);
    commit(linked, { message: 'there' });
    commit(root, { message: 'here' });
    vi.stubEnv('GIT_DIR', join(root, '.git'));
    expect(await messages(linked, { startHead })).toEqual(['there']);
    expect(await messages(root, { startHead })).toEqual(['here']);
  });

  test('a date that is none is refused', async () => {
    await expect(commitsSince({ root: temporary(), since: 'soon', limit: 1 })).rejects.toThrow(RangeError);
  });
});
