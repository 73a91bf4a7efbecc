import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serializeDocument } from '../../../src/model/parseSession.ts';
import { schemaVersion } from '../../../src/model/session.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { examine, type Finding } from '../../../src/store/doctor.ts';
import { documentPath, type Home } from '../../../src/store/home.ts';
import type { SessionStore } from '../../../src/store/sessionStore.ts';
import {
  activeSession,
  at,
  childId,
  completedSession,
  parentId,
  parkedSession,
} from '../../support/builders.ts';
import { instrument, systemError } from '../../support/instrumentedFileSystem.ts';
import { foreignLock } from '../../support/locks.ts';
import { namesIn, onWindows, openStore, placesOf, temporaryHome } from '../../support/temporaryHome.ts';

process.umask(0o077);

const dead = '999999999.vm.0123456789abcdef';

/** One thing wrong in a home, what is found of it, and what is so when it is mended. */
interface Fault {
  readonly cause: (home: Home, store: SessionStore) => Promise<unknown> | unknown;
  readonly found: Partial<Finding>;
  /** What `fix` makes of it: `fixed`, or nothing. */
  readonly mended: (home: Home, store: SessionStore) => Promise<unknown> | unknown;
  readonly stays?: boolean;
}

const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const resumed = () => transitions.resume(parkedSession(), { newId: childId }, at(20));

const modes: Record<string, Fault> = {
  'a document that others may read': {
    async cause(home, store) {
      await store.create(activeSession());
      chmodSync(documentPath(home, parentId, 'sessions'), 0o644);
    },
    found: { kind: 'mode', detail: '0644' },
    mended: home => expect(statSync(documentPath(home, parentId, 'sessions')).mode & 0o777).toBe(0o600),
  },
  'a home that others may read': {
    async cause(home, store) {
      await store.create(activeSession());
      chmodSync(home.root, 0o755);
    },
    found: { kind: 'mode', detail: '0755' },
    mended: home => expect(statSync(home.root).mode & 0o777).toBe(0o700),
  },
  'a cache that others may look into': {
    cause(home) {
      mkdirSync(home.cache, { recursive: true, mode: 0o700 });
      chmodSync(home.cache, 0o755);
    },
    found: { kind: 'mode', detail: '0755' },
    mended: home => expect(statSync(home.cache).mode & 0o777).toBe(0o700),
  },
  'copies of unreadable documents that others may look into': {
    cause(home) {
      mkdirSync(home.unreadable, { recursive: true, mode: 0o700 });
      chmodSync(home.unreadable, 0o755);
    },
    found: { kind: 'mode', detail: '0755' },
    mended: home => expect(statSync(home.unreadable).mode & 0o777).toBe(0o700),
  },
};

const faults: Record<string, Fault> = {
  'an unreadable document': {
    cause: home => put(documentPath(home, parentId, 'sessions'), '{"id":'),
    found: { kind: 'unreadable', id: parentId, detail: 'not_json', state: 'manual' },
    mended: home => {
      expect(readFileSync(documentPath(home, parentId, 'sessions'), 'utf8')).toBe('{"id":');
      const [copy] = namesIn(home.unreadable);
      expect(readFileSync(join(home.unreadable, copy ?? ''), 'utf8')).toBe('{"id":');
    },
    stays: true,
  },
  'an unreadable project': {
    cause: home => put(join(home.projects, 'prj.json'), 'x'),
    found: { kind: 'unreadable', id: 'prj', detail: 'not_json', state: 'manual' },
    mended: home => expect(namesIn(home.unreadable)).toHaveLength(1),
    stays: true,
  },
  'a document of a newer version': {
    cause: home =>
      put(
        documentPath(home, parentId, 'sessions'),
        serializeDocument({ ...activeSession(), schemaVersion: schemaVersion + 1 }),
      ),
    found: { kind: 'newer_schema', id: parentId, state: 'info' },
    mended: () => {},
    stays: true,
  },
  'a resume that was interrupted': {
    cause: (_, store) => store.create(resumed()),
    found: { kind: 'unfinished_resume', id: parentId, detail: childId },
    mended: async (_, store) =>
      expect(await store.read(childId)).toEqual(transitions.continuationOf(resumed())),
  },
  'an archiving that was interrupted before its copy': {
    cause: home =>
      put(
        documentPath(home, parentId, 'sessions'),
        serializeDocument({ ...completedSession(), place: 'archive' }),
      ),
    found: { kind: 'misplaced', id: parentId, detail: 'archive' },
    mended: home => expect(placesOf(home, parentId)).toEqual(['archive']),
  },
  'an archiving that was interrupted after its copy': {
    cause(home) {
      const text = serializeDocument({ ...completedSession(), place: 'archive' });
      put(documentPath(home, parentId, 'sessions'), text);
      put(documentPath(home, parentId, 'archive'), text);
    },
    found: { kind: 'misplaced', id: parentId, detail: 'archive' },
    mended: home => expect(placesOf(home, parentId)).toEqual(['archive']),
  },
  'a return from the trash that was interrupted': {
    cause(home) {
      const text = serializeDocument(activeSession());
      put(documentPath(home, parentId, 'trash'), text);
      put(documentPath(home, parentId, 'sessions'), text);
    },
    found: { kind: 'misplaced', id: parentId },
    mended: home => expect(placesOf(home, parentId)).toEqual(['sessions']),
  },
  'the lock of a dead process': {
    cause: home => put(join(home.sessions, `x.json.lock`, dead.replace('vm', host())), ''),
    found: { kind: 'leftover' },
    mended: home => expect(namesIn(home.sessions)).toEqual([]),
  },
  'an empty lock': {
    cause: home => mkdirSync(join(home.archive, 'x.json.lock'), { recursive: true }),
    found: { kind: 'leftover' },
    mended: home => expect(namesIn(home.archive)).toEqual([]),
  },
  'what a dead process prepared': {
    cause: home => put(join(home.root, `config.json.lock.${dead.replace('vm', host())}`, dead), ''),
    found: { kind: 'leftover' },
    mended: home => expect(namesIn(home.root)).toEqual([]),
  },
  'a draft of a cache, a day old': {
    cause(home) {
      const path = join(home.cache, 'sessions.summaries.0123456789abcdef.tmp');
      put(path, 'half');
      const longAgo = new Date(Date.now() - 25 * 3_600_000);
      utimesSync(path, longAgo, longAgo);
    },
    found: { kind: 'leftover' },
    mended: home => expect(namesIn(home.cache)).toEqual([]),
  },
  ...(onWindows ? {} : modes),
  'a link in the place of a lock': {
    cause(home) {
      put(join(home.root, '..', 'elsewhere', 'precious'), 'kept');
      mkdirSync(home.sessions, { recursive: true, mode: 0o700 });
      symlinkSync(
        join(home.root, '..', 'elsewhere'),
        `${documentPath(home, parentId, 'sessions')}.lock`,
        'junction',
      );
    },
    found: { kind: 'blocked', id: parentId, detail: 'link' },
    mended(home) {
      expect(namesIn(home.sessions)).toEqual([]);
      expect(readFileSync(join(home.root, '..', 'elsewhere', 'precious'), 'utf8')).toBe('kept');
    },
  },
  'a file in the place of a lock': {
    cause: home => put(`${documentPath(home, parentId, 'sessions')}.lock`, 'somebody’s'),
    found: { kind: 'blocked', id: parentId, detail: 'file' },
    mended(home) {
      expect(namesIn(home.sessions)).toEqual([]);
      const [aside] = namesIn(home.unreadable);
      expect(readFileSync(join(home.unreadable, aside ?? ''), 'utf8')).toBe('somebody’s');
    },
  },
  'a lock dated in the future': {
    async cause(home, store) {
      await store.create(activeSession());
      foreignLock(home, parentId, -86_400);
    },
    found: { kind: 'future_lock', id: parentId },
    mended: home =>
      expect(statSync(`${documentPath(home, parentId, 'sessions')}.lock`).mtimeMs).toBeLessThan(
        Date.now() + 60_000,
      ),
  },
  'a copy that a sync program has made': {
    cause: home => put(join(home.sessions, `${parentId} (conflicted copy 2026-11-20).json`), '{}'),
    found: { kind: 'foreign', state: 'info' },
    mended: home => expect(namesIn(home.sessions)).toHaveLength(1),
    stays: true,
  },
  'a copy that a sync program has made of the settings': {
    cause: home => put(join(home.root, 'config.sync-conflict-20261120-101010-ABC.json'), '{}'),
    found: { kind: 'foreign', state: 'info' },
    mended: home => expect(namesIn(home.root)).toHaveLength(1),
    stays: true,
  },
  'a file of another program in a lock': {
    cause: home => put(join(home.sessions, `${parentId}.json.lock`, 'notes.txt'), 'kept'),
    found: { kind: 'foreign', state: 'info', detail: join(`${parentId}.json.lock`, 'notes.txt') },
    mended: home => expect(namesIn(join(home.sessions, `${parentId}.json.lock`))).toEqual(['notes.txt']),
    stays: true,
  },
  'a broken copy that a sync program has made of a project': {
    cause: home => put(join(home.projects, 'prj_api (conflicted copy).json'), '{'),
    found: { kind: 'foreign', state: 'info' },
    mended: home => expect(namesIn(home.projects)).toHaveLength(1),
    stays: true,
  },
  'a link with the name of what a lock is made of': {
    cause(home) {
      mkdirSync(home.sessions, { recursive: true, mode: 0o700 });
      symlinkSync(home.root, join(home.sessions, `${parentId}.json.lock.${dead}`), 'junction');
    },
    found: { kind: 'foreign', state: 'info' },
    mended: home => expect(namesIn(home.sessions)).toHaveLength(1),
    stays: true,
  },
  'a folder in the place of a cache': {
    cause: home => void mkdirSync(join(home.cache, 'sessions.summaries'), { recursive: true, mode: 0o700 }),
    found: { kind: 'foreign', state: 'info' },
    mended: home => expect(namesIn(home.cache)).toHaveLength(1),
    stays: true,
  },
  'a lock of an editor': {
    cause: home => put(join(home.sessions, `.#${parentId}.json`), ''),
    found: { kind: 'foreign', state: 'info' },
    mended: home => expect(namesIn(home.sessions)).toHaveLength(1),
    stays: true,
  },
  'settings with a typing error': {
    cause: home => put(home.config, '{"staleHours": "ten"}'),
    found: { kind: 'settings', state: 'manual' },
    mended: home => expect(readFileSync(home.config, 'utf8')).toBe('{"staleHours": "ten"}'),
    stays: true,
  },
  'a place that is no folder': {
    cause: home => put(home.archive, 'a file'),
    found: { kind: 'folder', state: 'manual' },
    mended: home => expect(readFileSync(home.archive, 'utf8')).toBe('a file'),
    stays: true,
  },
};

/** The host as tenure names have it: what this process's own locks say. */
function host(): string {
  return hostname()
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 40);
}

describe.for(Object.entries(faults))('%s', ([, { cause, found, mended, stays }]) => {
  test('is found, and nothing is changed without being asked to', async () => {
    const home = temporaryHome({});
    const store = openStore(home);
    await cause(home, store);
    const before = treeOf(home.root);
    const findings = await examine(store, { fix: false });
    expect(findings).toMatchObject([{ state: 'fixable', ...found }]);
    expect(treeOf(home.root)).toEqual(before);
  });

  test('is mended when asked to, as far as that loses nothing', async () => {
    const home = temporaryHome();
    const store = openStore(home);
    await cause(home, store);
    const findings = await examine(store, { fix: true });
    expect(findings).toMatchObject([{ state: 'fixed', ...found }]);
    await mended(home, store);
    expect((await examine(store, { fix: false })).length).toBe(stays ? 1 : 0);
  });
});

test('no file of a folder that a link leads to is closed to others, copied or removed', async () => {
  const home = temporaryHome();
  const elsewhere = join(home.root, '..', 'elsewhere');
  put(join(elsewhere, 'package.json'), '{');
  put(join(elsewhere, `x.json.lock.${dead.replace('vm', host())}`, 'a file'), 'kept');
  if (!onWindows) chmodSync(join(elsewhere, 'package.json'), 0o644);
  for (const folder of [home.projects, home.agents, home.cache, home.unreadable]) {
    mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
    symlinkSync(elsewhere, folder, 'junction');
  }
  const before = treeOf(elsewhere);
  await examine(openStore(home), { fix: true });
  expect(treeOf(elsewhere)).toEqual(before);
});

test.runIf(!onWindows)('a home behind a link is closed to others like any other', async () => {
  const home = temporaryHome();
  const elsewhere = join(home.root, '..', 'dotfiles');
  mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
  chmodSync(elsewhere, 0o755);
  symlinkSync(elsewhere, home.root);
  expect(await examine(openStore(home), { fix: true })).toMatchObject([{ kind: 'mode', state: 'fixed' }]);
  expect(statSync(elsewhere).mode & 0o777).toBe(0o700);
});

test('what a dead process left in a home behind a link is swept', async () => {
  const home = temporaryHome();
  const elsewhere = join(home.root, '..', 'dotfiles');
  mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
  symlinkSync(elsewhere, home.root, 'junction');
  const tenure = dead.replace('vm', host());
  put(join(home.root, `config.json.lock.${tenure}`, tenure), '');
  expect(await examine(openStore(home), { fix: true })).toMatchObject([{ kind: 'leftover', state: 'fixed' }]);
  expect(namesIn(elsewhere)).toEqual([]);
});

test('a healthy home has nothing to be found, whoever holds a lock in it just now', async () => {
  const home = temporaryHome({ staleHours: 3 });
  const store = openStore(home);
  await store.create(activeSession());
  await store.update(parentId, (session, now) => transitions.moveToTrash(session, {}, now));
  foreignLock(home, 'sess_other');
  expect(await examine(store, { fix: true })).toEqual([]);
  expect(existsSync(join(home.sessions, 'sess_other.json.lock'))).toBe(true);
});

test('a home that is not there is healthy, and is not made', async () => {
  const home = temporaryHome();
  expect(await examine(openStore(home), { fix: true })).toEqual([]);
  expect(existsSync(home.root)).toBe(false);
});

test('one thing that cannot be mended does not keep the others from being mended', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  const newer = { schemaVersion: schemaVersion + 1 };
  put(
    documentPath(home, 'sess_newer', 'sessions'),
    serializeDocument({ ...completedSession('sess_newer'), ...newer, place: 'archive' }),
  );
  put(documentPath(home, parentId, 'sessions'), serializeDocument({ ...resumed(), ...newer }));
  put(
    documentPath(home, 'sess_moved', 'sessions'),
    serializeDocument({ ...completedSession('sess_moved'), place: 'archive' }),
  );
  const findings = await examine(store, { fix: true });
  const states = findings.map(({ kind, id, state }) => `${kind} ${id} ${state}`);
  expect(states).toEqual(
    expect.arrayContaining([
      'misplaced sess_newer manual',
      `unfinished_resume ${parentId} manual`,
      'misplaced sess_moved fixed',
    ]),
  );
  expect(placesOf(home, 'sess_moved')).toEqual(['archive']);
});

test('of a continuation that is missing it promises only what it can do', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  const newer = { id: 'sess_newer', resumedAs: 'sess_newer_2', schemaVersion: schemaVersion + 1 };
  put(documentPath(home, 'sess_newer', 'sessions'), serializeDocument({ ...resumed(), ...newer }));
  const claims = resumed().claims.map(claim => ({ ...claim, id: 'sess_alone_2', made: true }));
  await store.create({ ...resumed(), id: 'sess_alone', resumedAs: 'sess_alone_2', claims });
  await store.create(resumed());
  const states = async (fix: boolean) =>
    (await examine(store, { fix }))
      .filter(({ kind }) => kind === 'unfinished_resume')
      .map(({ id, state }) => `${id} ${state}`)
      .sort();
  expect(await states(false)).toEqual([`${parentId} fixable`, 'sess_alone info', 'sess_newer manual']);
  expect(await states(true)).toEqual([`${parentId} fixed`, 'sess_alone info', 'sess_newer manual']);
  expect(await states(false)).toEqual(['sess_alone info', 'sess_newer manual']);
});

test('a copy of an unreadable document that was cut short is made again', async () => {
  const home = temporaryHome();
  put(documentPath(home, parentId, 'sessions'), '{"id": half');
  const { fs } = instrument(call => {
    if (call.name === 'fsync' && call.path.startsWith(home.unreadable)) throw systemError('ENOSPC', call);
  });
  const [failed] = await examine(openStore(home, fs), { fix: true });
  expect(failed).toMatchObject({ kind: 'unreadable', state: 'manual' });
  expect(failed?.copy).toBeUndefined();
  const [left] = namesIn(home.unreadable);
  writeFileSync(join(home.unreadable, left ?? ''), '{"id');
  const [mended] = await examine(openStore(home), { fix: true });
  expect(readFileSync(mended?.copy ?? '', 'utf8')).toBe('{"id": half');
});

test('a link is neither followed nor changed', async () => {
  const home = temporaryHome();
  await openStore(home).create(activeSession());
  const target = join(dirname(home.root), 'target');
  cpSync(home.sessions, target, { recursive: true });
  chmodSync(target, 0o755);
  symlinkSync(target, home.archive, 'junction');
  const { mode } = statSync(target);
  await examine(openStore(home), { fix: true });
  expect(statSync(target).mode).toBe(mode);
});

/** Everything below a folder: names, modes, times of change and contents. */
function treeOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(entry => {
      const path = join(entry.parentPath, entry.name);
      const stats = statSync(path);
      return `${path} ${stats.mode} ${stats.mtimeMs} ${stats.isFile() ? readFileSync(path, 'utf8') : ''}`;
    })
    .sort();
}
