import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentPath } from '../../../src/store/home.ts';
import { findLeftovers, sweepLeftovers } from '../../../src/store/leftovers.ts';
import { forgetTenureName, isOwnerDead, newTenureName, ownerOf } from '../../../src/store/tenureName.ts';
import { removeTenure } from '../../../src/store/tidy.ts';
import { activeSession, completedSession, parentId } from '../../support/builders.ts';
import { instrument, systemError } from '../../support/instrumentedFileSystem.ts';
import { foreignLock, lockRemains, touch } from '../../support/locks.ts';
import { note, placed } from '../../support/operationKinds.ts';
import { namesIn, onWindows, openStore, temporaryHome } from '../../support/temporaryHome.ts';

const here = hostname()
  .replace(/[^A-Za-z0-9-]/g, '-')
  .slice(0, 40);
const deadPid = 999_999_999;
const random = '0123456789abcdef';

describe('a tenure’s name', () => {
  test('says whose it is', () => {
    const name = newTenureName();
    expect(ownerOf(name)).toMatchObject({ pid: process.pid, host: here });
    // On Linux also which process of that id: of which boot, namespace and moment.
    expect(ownerOf(name)?.origin !== null).toBe(process.platform === 'linux');
    // What older versions wrote is still read.
    expect(ownerOf(`4711.${here}.${random}`)).toEqual({ pid: 4711, host: here, origin: null });
    expect(newTenureName()).not.toBe(name);
  });

  test.for(['', 'x', '.DS_Store', '0.host.0123456789abcdef', '1.host.xyz', '1.ho st.0123456789abcdef'])(
    'is not %j',
    name => {
      expect(ownerOf(name)).toBeNull();
      expect(isOwnerDead(name)).toBe(false);
    },
  );

  test('tells the dead of this host from the living and from those of other hosts', () => {
    const mine = newTenureName();
    expect(isOwnerDead(mine)).toBe(false);
    // One of this process id that this process does not know is of a predecessor.
    forgetTenureName(mine);
    expect(isOwnerDead(mine)).toBe(true);
    expect(isOwnerDead(`${process.ppid}.${here}.${random}`)).toBe(false);
    expect(isOwnerDead(`${deadPid}.${here}.${random}`)).toBe(true);
    expect(isOwnerDead(`${deadPid}.${here}-2.${random}`)).toBe(false);
  });

  test.runIf(process.platform === 'linux')(
    'tells a process of this namespace from one of another container of the same host name',
    () => {
      const own = newTenureName();
      const { boot, namespace, started } = ownerOf(own)?.origin ?? expect.fail('no origin');
      const of = (pid: number, origin: string) => `${pid}.${here}.${origin}.${random}`;
      expect(isOwnerDead(own)).toBe(false);
      expect(isOwnerDead(of(deadPid, `${boot}-${namespace}-${started}`))).toBe(true);
      // Its process ids mean nothing here: the one we find under that number is another.
      expect(isOwnerDead(of(deadPid, `${boot}-1${namespace}-${started}`))).toBe(false);
      expect(isOwnerDead(of(process.pid, `${boot}-1${namespace}-${started}`))).toBe(false);
      // Of another boot: another machine of this name, or this one before; time decides.
      expect(isOwnerDead(of(deadPid, `00000000-${namespace}-${started}`))).toBe(false);
      // The id lives, but it started at another moment: it is used again.
      expect(isOwnerDead(of(process.ppid, `${boot}-${namespace}-1`))).toBe(true);
      expect(isOwnerDead(of(process.pid, `${boot}-${namespace}-1`))).toBe(true);
    },
  );
});

describe('a lock', () => {
  test('appears together with its tenure and goes with it', async () => {
    const home = temporaryHome();
    const lock = `${documentPath(home, parentId, 'sessions')}.lock`;
    const seen = new Set<string>();
    const { fs } = instrument(() => {
      for (const name of namesIn(home.sessions)) {
        if (name.endsWith('.lock')) seen.add(readdirSync(lock).length === 1 ? 'held' : 'empty');
      }
    });
    await openStore(home, fs).create(activeSession());
    // Empty is what the commit leaves: it takes the tenure with it.
    expect(seen).toEqual(new Set(['held', 'empty']));
    expect(await lockRemains(home)).toEqual([]);
  });

  test.for([
    ['a dead process', [`${deadPid}.${here}.${random}`]],
    ['two dead processes', [`${deadPid}.${here}.${random}`, `${deadPid - 1}.${here}.${random}`]],
    ['nobody', []],
  ] as const)('of %s is broken at once', async ([, holders]) => {
    // Whoever had to wait until the lock is stale would be refused.
    const home = temporaryHome({ lockWaitSeconds: 30, lockStaleSeconds: 600 });
    const store = openStore(home);
    await store.create(activeSession());
    const lock = `${documentPath(home, parentId, 'sessions')}.lock`;
    mkdirSync(lock);
    for (const holder of holders) writeFileSync(join(lock, holder), '');
    expect((await store.update(parentId, note('x'))).revision).toBe(2);
    expect(await lockRemains(home)).toEqual([]);
  });

  test('of somebody else is waited for, and the refusal names the holder', async () => {
    const home = temporaryHome({ lockWaitSeconds: 0.1, lockStaleSeconds: 600 });
    const store = openStore(home);
    await store.create(activeSession());
    const lock = foreignLock(home, parentId, 0, 'other-host');
    await expect(store.update(parentId, note('x'))).rejects.toMatchObject({
      code: 'busy',
      details: { path: documentPath(home, parentId, 'sessions'), holder: 'process 4711 on other-host' },
    });
    expect(readdirSync(lock)).toHaveLength(1);
    // Reading asks for no lock.
    expect((await store.read(parentId)).revision).toBe(1);
    rmSync(lock, { recursive: true });
    expect((await store.update(parentId, note('x'))).revision).toBe(2);
  });

  test('that is old is broken; what is no tenure is put out of the way and kept', async () => {
    const home = temporaryHome({ lockWaitSeconds: 600 });
    const store = openStore(home);
    await store.create(activeSession());
    const lock = foreignLock(home, parentId);
    mkdirSync(join(lock, 'a folder'));
    writeFileSync(join(lock, 'a folder', 'with a file'), 'kept');
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(lock, old, old);
    expect((await store.update(parentId, note('x'))).revision).toBe(2);
    const [aside, ...more] = await lockRemains(home);
    expect(more).toEqual([]);
    expect(readFileSync(join(aside ?? '', 'with a file'), 'utf8')).toBe('kept');
  });

  test('that is dated in the future is broken when it was seen unchanged for the limit', async () => {
    const home = temporaryHome({ lockWaitSeconds: 600, lockStaleSeconds: 2 });
    const store = openStore(home);
    await store.create(activeSession());
    foreignLock(home, parentId, -86_400);
    expect((await store.update(parentId, note('x'))).revision).toBe(2);
    expect(await lockRemains(home)).toEqual([]);
  });

  test('that is dated in the future by a holder who gives signs of life is waited for', async () => {
    const home = temporaryHome({ lockWaitSeconds: 4, lockStaleSeconds: 2 });
    const store = openStore(home);
    await store.create(activeSession());
    const lock = foreignLock(home, parentId, -86_400);
    // Its clock is a day ahead; each look at the lock finds a later sign of life.
    let signs = 0;
    const { fs } = instrument(call => {
      if (call.name === 'lstat' && call.path === lock) touch(lock, -86_400 - ++signs);
    });
    await expect(openStore(home, fs).update(parentId, note('x'))).rejects.toMatchObject({ code: 'busy' });
    expect(signs).toBeGreaterThan(1);
    rmSync(lock, { recursive: true });
  });

  test.runIf(!onWindows).for([
    ['file', (path: string) => writeFileSync(path, 'not ours')],
    ['link', (path: string) => symlinkSync(dirname(path), path)],
    ['other', (path: string) => execFileSync('mkfifo', [path])],
  ] as const)(
    'in whose place stands a %s is refused at once, naming it, and nothing is touched',
    async ([what, make]) => {
      const home = temporaryHome({ lockWaitSeconds: 600 });
      const store = openStore(home);
      await store.create(activeSession());
      const path = `${documentPath(home, parentId, 'sessions')}.lock`;
      make(path);
      const before = namesIn(home.sessions);
      await expect(store.update(parentId, note('x'))).rejects.toMatchObject({
        code: 'lock_blocked',
        details: { path, what },
      });
      expect(namesIn(home.sessions)).toEqual(before);
      expect((await store.read(parentId)).revision).toBe(1);
      rmSync(path);
      expect((await store.update(parentId, note('x'))).revision).toBe(2);
    },
  );

  test('that cannot be made, as its drive is not there, is no lock of somebody else', async () => {
    const home = temporaryHome({ lockWaitSeconds: 600 });
    const { fs, calls } = instrument(call => {
      if (call.name === 'mkdir') throw systemError('ENOENT', call);
    });
    await expect(openStore(home, fs).create(activeSession())).rejects.toMatchObject({
      code: 'io',
      details: { code: 'ENOENT' },
    });
    expect(calls.filter(({ name }) => name === 'mkdir')).toHaveLength(1);
  });

  test('of an overlay’s lower layer, whose folders cannot be renamed, is emptied file by file', async () => {
    const home = temporaryHome({ lockWaitSeconds: 600, lockStaleSeconds: 600 });
    const tenure = `${deadPid}.${here}.${random}`;
    const { fs, calls } = instrument(call => {
      if (call.name === 'rename' && call.path.endsWith(tenure)) throw systemError('EXDEV', call);
    });
    const store = openStore(home, fs);
    await store.create(completedSession());
    const lock = `${documentPath(home, parentId, 'sessions')}.lock`;
    mkdirSync(join(lock, tenure), { recursive: true });
    writeFileSync(join(lock, tenure, 'draft0'), 'half a document');
    const archived = await store.update(parentId, placed('archive'));
    expect(archived.place).toBe('archive');
    expect(await lockRemains(home)).toEqual([]);
    expect(calls.filter(call => call.path.includes(tenure)).map(call => call.name)).toContain('unlink');
  });

  test('of an overlay’s lower layer whose owner may be alive is not emptied', async () => {
    const home = temporaryHome({ lockWaitSeconds: 0.1, lockStaleSeconds: 600 });
    const tenure = `4711.elsewhere.${random}`;
    const { fs } = instrument(call => {
      if (call.name === 'rename' && call.path.endsWith(tenure)) throw systemError('EXDEV', call);
    });
    const store = openStore(home, fs);
    await store.create(activeSession());
    const lock = `${documentPath(home, parentId, 'sessions')}.lock`;
    mkdirSync(join(lock, tenure), { recursive: true });
    writeFileSync(join(lock, tenure, 'draft0'), 'its draft');
    await expect(store.update(parentId, note('x'))).rejects.toMatchObject({ code: 'busy' });
    expect(readFileSync(join(lock, tenure, 'draft0'), 'utf8')).toBe('its draft');
  });

  test.for([
    ['a file', (path: string) => writeFileSync(path, '')],
    ['a link to nothing', (path: string) => symlinkSync(join(dirname(path), 'nothing'), path, 'junction')],
  ] as const)('in a home that is %s is an error at once, not waited for', async ([, make]) => {
    const home = temporaryHome();
    make(home.root);
    await expect(openStore(home).create(activeSession())).rejects.toMatchObject({
      code: 'io',
      details: { code: 'ENOTDIR' },
    });
  });
});

describe('leftovers', () => {
  const leftovers = [`a.json.lock.${deadPid}.${here}.${random}`, 'b.json.lock', `c.json.lock`];

  test('of the dead are swept, what is anybody’s else stays', async () => {
    const home = temporaryHome();
    const { fs } = instrument();
    const mine = newTenureName();
    const stays = [
      'd.json',
      'e.json.lock',
      `f.json.lock.${mine}`,
      `g.json.lock.1.elsewhere.${random}`,
      'h.txt',
    ];
    for (const name of [
      ...leftovers,
      'e.json.lock',
      `f.json.lock.${mine}`,
      `g.json.lock.1.elsewhere.${random}`,
    ]) {
      mkdirSync(join(home.sessions, name), { recursive: true });
    }
    writeFileSync(join(home.sessions, 'c.json.lock', `${deadPid}.${here}.${random}`), '');
    writeFileSync(join(home.sessions, 'e.json.lock', `4711.elsewhere.${random}`), '');
    for (const name of ['d.json', 'h.txt']) writeFileSync(join(home.sessions, name), '');
    const names = namesIn(home.sessions);
    expect((await findLeftovers(fs, home.sessions, names)).sort()).toEqual(leftovers);
    expect((await sweepLeftovers(fs, home.sessions, names)).sort()).toEqual(leftovers);
    expect(namesIn(home.sessions).sort()).toEqual(stays.sort());
  });

  const longAgo = new Date(Date.now() - 72 * 3_600_000);

  test.runIf(!onWindows)(
    'are only what they are named after: nothing behind a link is touched, however old',
    async () => {
      const home = temporaryHome();
      const { fs } = instrument();
      const elsewhere = join(home.root, '..', 'elsewhere');
      mkdirSync(join(elsewhere, 'deep'), { recursive: true });
      writeFileSync(join(elsewhere, 'deep', 'precious'), 'kept');
      mkdirSync(home.sessions, { recursive: true });
      const own = `${deadPid}.${here}.${random}`;
      const at = (name: string) => join(home.sessions, name);
      symlinkSync(elsewhere, at('a.json.lock'));
      symlinkSync(elsewhere, at(`b.json.lock.${own}`));
      symlinkSync(elsewhere, at('sessions.summaries.0123456789abcdef.tmp'));
      for (const name of ['a.json.lock', `b.json.lock.${own}`]) lutimesSync(at(name), longAgo, longAgo);
      // A folder that is really there, with a link, or with a file of somebody's, where a tenure would be.
      mkdirSync(at('c.json.lock'));
      symlinkSync(elsewhere, join(at('c.json.lock'), own));
      mkdirSync(join(at('d.json.lock'), own), { recursive: true });
      writeFileSync(join(at('d.json.lock'), own, 'report.docx'), 'kept');
      mkdirSync(at('e.json.lock'));
      writeFileSync(join(at('e.json.lock'), 'notes.txt'), 'kept');
      mkdirSync(join(at(`f.json.lock.${own}`), 'a folder'), { recursive: true });
      mkdirSync(at('My Documents.json.lock'));
      writeFileSync(at('g.json.lock.backup'), 'kept');
      for (const name of namesIn(home.sessions)) lutimesSync(at(name), longAgo, longAgo);
      const names = namesIn(home.sessions);
      await sweepLeftovers(fs, home.sessions, names);
      expect(namesIn(home.sessions).sort()).toEqual(names.sort());
      expect(readFileSync(join(elsewhere, 'deep', 'precious'), 'utf8')).toBe('kept');
      expect(readFileSync(join(at('d.json.lock'), own, 'report.docx'), 'utf8')).toBe('kept');
      expect(readFileSync(join(at('e.json.lock'), 'notes.txt'), 'utf8')).toBe('kept');
    },
  );

  test('of what something else is mounted on stay', async () => {
    const home = temporaryHome();
    const tenure = `${deadPid}.${here}.${random}`;
    mkdirSync(join(home.sessions, 'a.json.lock', tenure), { recursive: true });
    writeFileSync(join(home.sessions, 'a.json.lock', tenure, 'draft0'), 'kept');
    const { fs } = instrument();
    // A mount shows by the device of what stands there.
    const mounted = {
      ...fs,
      lstat: async (path: string) =>
        Object.assign(await fs.lstat(path), path.includes(tenure) ? { dev: -1 } : {}),
    };
    expect(await sweepLeftovers(mounted, home.sessions, ['a.json.lock'])).toEqual([]);
    expect(readFileSync(join(home.sessions, 'a.json.lock', tenure, 'draft0'), 'utf8')).toBe('kept');
  });

  test('are removed also where a link leads to the folder on another disk', async () => {
    const home = temporaryHome();
    const tenure = `${deadPid}.${here}.${random}`;
    mkdirSync(join(home.sessions, `a.json.lock.${tenure}`), { recursive: true });
    const { fs } = instrument();
    // A link is on the disk where it stands, what is in the folder on the one that it leads to.
    const linked = {
      ...fs,
      lstat: async (path: string) =>
        Object.assign(await fs.lstat(path), path === home.sessions ? { dev: -1 } : {}),
    };
    await removeTenure(linked, join(home.sessions, `a.json.lock.${tenure}`));
    expect(namesIn(home.sessions)).toEqual([]);
  });

  test('that come into use while the others are swept stay', async () => {
    const home = temporaryHome();
    const [first, second, third] = ['a', 'b', 'c'].map(id => join(home.sessions, `${id}.json.lock`)) as [
      string,
      string,
      string,
    ];
    for (const lock of [first, second, third]) mkdirSync(lock, { recursive: true });
    const mine = newTenureName();
    const { fs } = instrument(call => {
      if (call.name !== 'rmdir' || call.path !== first) return;
      writeFileSync(join(second, mine), '');
      writeFileSync(join(third, 'notes.txt'), 'kept');
    });
    expect(await sweepLeftovers(fs, home.sessions, namesIn(home.sessions))).toEqual(['a.json.lock']);
    expect(namesIn(second)).toEqual([mine]);
    expect(namesIn(third)).toEqual(['notes.txt']);
    forgetTenureName(mine);
  });

  test('that come into use while they are swept stay', async () => {
    const home = temporaryHome();
    const lock = join(home.sessions, 'a.json.lock');
    mkdirSync(lock, { recursive: true });
    let looked = 0;
    const { fs } = instrument(call => {
      // After it was found empty, before it is removed.
      if (call.name === 'rmdir' && looked++ === 0) writeFileSync(join(lock, newTenureName()), '');
    });
    expect(await sweepLeftovers(fs, home.sessions, ['a.json.lock'])).toEqual([]);
    expect(existsSync(lock)).toBe(true);
  });
});

test('a move that has taken longer than anybody would wait is made: nobody was in its way', async () => {
  const store = openStore(temporaryHome({ lockWaitSeconds: 0.1 }));
  const { id } = await store.create(completedSession());
  let runs = 0;
  const archived = await store.update(id, session => {
    // The first run turns out to be a move, late, and begins again.
    if (++runs === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
    return { ...session, place: 'archive' };
  });
  expect({ runs, place: archived.place }).toEqual({ runs: 2, place: 'archive' });
});
