import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/git/configFile.ts';
import { normalizeRemote, readRemote, withoutCredentials } from '../../../src/git/remote.ts';
import { git, initRepository, useTemporaryFolder } from './repository.ts';

const temporary = useTemporaryFolder();

describe('normalizeRemote', () => {
  test.each([
    'git@github.com:o/r.git',
    'git@github.com:o/r',
    'git@github.com:/o/r.git',
    'github.com:o/r.git',
    'GIT@GitHub.com:o/r.git/',
    'git@[github.com:22]:o/r.git',
    'https://github.com/o/r',
    'https://github.com/o/r/',
    'https://github.com/o/r.git',
    'https://github.com:443/o/r.git',
    'https://user:p%40ss@GitHub.COM/o/r.git',
    'HTTPS://token@github.com/o/r.git?x=1#y',
    'https://github.com//o//r.git',
    'http://github.com:80/o/r',
    'ssh://git@github.com/o/r.git',
    'ssh://git@github.com:22/o/r.git',
    'ssh://git@ssh.github.com:443/o/r.git',
    'git+ssh://git@github.com/o/r.git',
    'git://github.com/o/r.git',
    'git://github.com:9418/o/r.git',
    '  https://github.com/o/r.git\n',
  ])('%j is github.com/o/r', url => {
    expect(normalizeRemote(url)).toBe('github.com/o/r');
  });

  test.each([
    ['https://gitlab.example.com/Group/Sub/Repo.git', 'gitlab.example.com/Group/Sub/Repo'],
    ['ssh://git@gitlab.example.com:2222/Group/Sub/Repo.git', 'gitlab.example.com/Group/Sub/Repo'],
    ['http://localhost:3000/o/r.git', 'localhost:3000/o/r'],
    ['https://host/a%20b/r.git', 'host/a b/r'],
    ['https://host/bad%ZZ/r', 'host/bad%ZZ/r'],
    ['https://host/@scope/r', 'host/@scope/r'],
    ['git@host:@scope/r.git', 'host/@scope/r'],
    ['ssh://git@[::1]:22/o/r.git', '[::1]/o/r'],
    ['git@[::1]:o/r.git', '[::1]/o/r'],
    ['http://[::1]:8080/o/r.git', '[::1]:8080/o/r'],
    ['host:~user/r.git', 'host/~user/r'],
    ['https://host/o/r.github', 'host/o/r.github'],
    ['/srv/git/r.git', '/srv/git/r'],
    ['/srv/git/r.git/', '/srv/git/r'],
    ['/srv/work/r/.git', '/srv/work/r'],
    ['file:///srv/git/r.git', '/srv/git/r'],
    ['file:///C:/Git/r.git', 'c:/Git/r'],
    ['C:\\Git\\r.git', 'c:/Git/r'],
    ['C:/Git/r', 'c:/Git/r'],
    ['\\\\server\\share\\r.git', '//server/share/r'],
    ['../r.git', '../r'],
    ['./a:b', './a:b'],
    ['/', '/'],
    ['', ''],
    ['nonsense', 'nonsense'],
  ])('%j is %j', (url, expected) => {
    expect(normalizeRemote(url)).toBe(expected);
  });
});

describe('withoutCredentials', () => {
  test.each([
    ['https://user:secret@host/o/r.git', 'https://host/o/r.git'],
    ['https://ghp_token@host/o/r.git', 'https://host/o/r.git'],
    ['https://user:se@cret@host/o/r.git', 'https://host/o/r.git'],
    ['HTTPS://user:secret@host:8443/o/r', 'HTTPS://host:8443/o/r'],
    ['https://host/o/r?access_token=secret', 'https://host/o/r'],
    ['https://host/@scope/r', 'https://host/@scope/r'],
    ['helper::https://user:secret@host/r', 'helper::https://host/r'],
    ['ssh://git:secret@host/o/r', 'ssh://git@host/o/r'],
    ['ssh://git@host:22/o/r', 'ssh://git@host:22/o/r'],
    ['ftp://user:secret@host/o/r', 'ftp://host/o/r'],
    ['git@host:o/r.git', 'git@host:o/r.git'],
    ['/srv/a@b/r', '/srv/a@b/r'],
    ['C:\\a@b', 'C:\\a@b'],
  ])('%s gives %s', (url, expected) => {
    expect(withoutCredentials(url)).toBe(expected);
  });
});

describe('readRemote', () => {
  function withConfig(text: string): string {
    const commonDir = join(temporary(), 'common');
    mkdirSync(commonDir, { recursive: true });
    writeFileSync(join(commonDir, 'config'), text);
    return commonDir;
  }

  test('reads what git wrote, origin before others', async () => {
    const root = initRepository(join(temporary(), 'repo'));
    const commonDir = join(root, '.git');
    expect(await readRemote(commonDir)).toBeNull();
    git(root, ['remote', 'add', 'upstream', 'https://host/up/r.git']);
    expect(await readRemote(commonDir)).toBe('https://host/up/r.git');
    git(root, ['remote', 'add', 'origin', 'https://user:secret@host/o/r;with"all\\of it.git']);
    expect(await readRemote(commonDir)).toBe('https://host/o/r;with"all\\of it.git');
  });

  test.each([
    ['no remote', '[core]\n\tbare = false\n', null],
    ['the first of two remotes', '[remote "b"]\nurl = u1\n[remote "a"]\nurl = u2\n', 'u1'],
    ['the first of two addresses', '[remote "origin"]\nurl = u1\nurl = u2\npushurl = u3\n', 'u1'],
    ['a remote in two parts', '[remote "origin"]\nfetch = x\n[core]\n[remote "origin"]\nurl = u1\n', 'u1'],
    ['names in any case', '[REMOTE "origin"]\nURL=u1', 'u1'],
    ['a remote whose name differs in case', '[remote "Origin"]\nurl=u1\n[remote "origin"]\nurl=u2', 'u2'],
    ['the old spelling', '[remote.origin]\nurl=u1', 'u1'],
    ['everything in one line', '[remote "origin"] url = u1', 'u1'],
    ['quotes and comments', '# c\n[remote "origin"] ; c\nurl = "a#b;c" # "d"\n', 'a#b;c'],
    ['a comment that ends in a backslash', '[remote "origin"]\n# c \\\nurl = u1\n', 'u1'],
    ['a continued line', '[remote "origin"]\nurl = https://\\\nhost/r\n', 'https://host/r'],
    ['escapes', '[remote "origin"]\nurl = C:\\\\a\\"b\n', 'C:\\a"b'],
    ['Windows line ends and a byte order mark', '\uFEFF[remote "origin"]\r\n\turl = u1\r\n', 'u1'],
    ['blanks inside a value', '[remote "origin"]\nurl =   a  b  \n', 'a  b'],
    ['an include, which is not followed', '[include]\npath = other\n[remote "origin"]\nurl = u1\n', 'u1'],
    ['lines that make no sense', '[remote "origin"\nurl = u0\n???\n[remote "origin"]\nurl = u1\n', 'u1'],
    ['an address without a value', '[remote "origin"]\nurl =\n', null],
    ['an empty file', '', null],
  ])('%s', async (_, text, expected) => {
    expect(await readRemote(withConfig(text))).toBe(expected);
  });

  test('no file, or a folder in its place, is no remote', async () => {
    expect(await readRemote(join(temporary(), 'nowhere'))).toBeNull();
    mkdirSync(join(temporary(), 'config'));
    expect(await readRemote(temporary())).toBeNull();
  });
});

describe('parseConfig', () => {
  test('reads any value back that git writes', () => {
    const root = initRepository(join(temporary(), 'repo'));
    const values = [
      'plain',
      ' padded ',
      'a;b#c',
      'quo"te',
      'back\\slash',
      'tab\there',
      'line\nbreak',
      '',
      'ünï 日本',
    ];
    for (const value of values) git(root, ['config', '--add', 'test.Sub "x\\.Name', value]);
    const entries = parseConfig(readFileSync(join(root, '.git', 'config'), 'utf8'));
    expect(entries.filter(({ section }) => section === 'test')).toEqual(
      values.map(value => ({ section: 'test', subsection: 'Sub "x\\', name: 'name', value })),
    );
  });

  test('a name without a value means true', () => {
    const expected = { section: 'core', subsection: null, name: 'bare', value: 'true' };
    expect(parseConfig('[core]\nbare')).toEqual([expected]);
    expect(parseConfig('[core]\nbare ; yes')).toEqual([expected]);
  });
});
