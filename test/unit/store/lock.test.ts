import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentPath } from '../../../src/store/home.ts';
import { findLeftovers, sweepLeftovers } from '../../../src/store/leftovers.ts';
import { forgetTenureName, isOwnerDead, newTenureName, ownerOf } from '../../../src/store/tenureName.ts';
import { activeSession, parentId } from '../../support/builders.ts';
import { instrument } from '../../support/instrumentedFileSystem.ts';
import { foreignLock } from '../../support/locks.ts';
import { note } from '../../support/operationKinds.ts';
import { lockRemains, namesIn, onWindows, openStore, temporaryHome } from '../../support/temporaryHome.ts';

const here = hostname()
  .replace(/[^A-Za-z0-9-]/g, '-')
  .slice(0, 40);
const deadPid = 999_999_999;
const random = '0123456789abcdef';

describe('a tenure’s name', () => {
  test('says whose it is', () => {
    const name = newTenureName();
    expect(ownerOf(name)).toEqual({ pid: process.pid, host: here });
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
    const home = temporaryHome({ lockWaitSeconds: 0.1, lockStaleSeconds: 600 });
    const store = openStore(home);
    await store.create(activeSession());
    const lock = `${documentPath(home, parentId, 'sessions')}.lock`;
    mkdirSync(lock);
    for (const holder of holders) writeFileSync(join(lock, holder), '');
    expect((await store.update(parentId, note('x'))).revision).toBe(2);
    expect(await lockRemains(home)).toEqual([]);
  });

  test('of somebody else is waited for, and the refusal names the holder', async () => {
    const home = temporaryHome({ lockWaitSeconds: 0.1 });
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

  test('that is old is broken with whatever is in it', async () => {
    const home = temporaryHome({ lockWaitSeconds: 0.1 });
    const store = openStore(home);
    await store.create(activeSession());
    const lock = foreignLock(home, parentId);
    mkdirSync(join(lock, 'a folder'));
    writeFileSync(join(lock, 'a folder', 'with a file'), '');
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(lock, old, old);
    expect((await store.update(parentId, note('x'))).revision).toBe(2);
    expect(await lockRemains(home)).toEqual([]);
  });

  test('that is a file is an error', async () => {
    const home = temporaryHome({ lockWaitSeconds: 0.1 });
    const store = openStore(home);
    await store.create(activeSession());
    writeFileSync(`${documentPath(home, parentId, 'sessions')}.lock`, '');
    // Windows refuses to rename onto a file and onto a folder in the same words.
    const error = onWindows ? { code: 'busy' } : { code: 'io', details: { code: 'ENOTDIR' } };
    await expect(store.update(parentId, note('x'))).rejects.toMatchObject(error);
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
