import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serializeDocument } from '../../../src/model/parseSession.ts';
import { isStale, summaryOf } from '../../../src/model/queries.ts';
import type { Session } from '../../../src/model/session.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { documentPath, type Home, idOfDocument } from '../../../src/store/home.ts';
import { Summaries } from '../../../src/store/summaries.ts';
import { activeSession, items, minute, parkedSession, richSession } from '../../support/builders.ts';
import { instrument, systemError } from '../../support/instrumentedFileSystem.ts';
import { note } from '../../support/operationKinds.ts';
import { namesIn, openStore, temporaryHome } from '../../support/temporaryHome.ts';

/** More than are worth writing a cache for. */
const many = 40;
/** Long after everything was written: no stamp is too fresh to be believed. */
const later = () => Date.now() + 60_000;

function homeWithMany(): Home {
  const home = temporaryHome();
  mkdirSync(home.sessions, { recursive: true });
  for (let index = 0; index < many; index++) {
    const session = index % 2 ? richSession(`sess_${index}`) : parkedSession(`sess_${index}`);
    writeFileSync(documentPath(home, session.id, 'sessions'), serializeDocument(session));
  }
  return home;
}

/** A list as another process makes it, with what it had to read. */
async function list(home: Home, clock: () => number = later) {
  const { fs, calls } = instrument();
  const { entries, unreadable } = await new Summaries(fs, home, clock).list('sessions');
  const read = calls.filter(call => call.name === 'open' && call.path.endsWith('.json')).length;
  return { entries: [...entries].sort((a, b) => (a.id < b.id ? -1 : 1)), unreadable, read };
}

/** The list is what the documents say, whatever the cache says. */
async function expectRight(home: Home): Promise<number> {
  const { entries, unreadable, read } = await list(home);
  const sessions: Session[] = [];
  for (const name of namesIn(home.sessions).sort())
    sessions.push(await openStore(home).read(name.slice(0, -5)));
  expect(entries.map(entry => entry.summary)).toEqual(
    sessions
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(session => JSON.parse(JSON.stringify(summaryOf(session)))),
  );
  for (const entry of entries) {
    const { id, revision, place, status, resumedAs } = entry.summary;
    expect(entry).toMatchObject({
      id,
      revision,
      place,
      status,
      resumedAs,
      projectKey: entry.summary.project.key,
    });
  }
  expect(unreadable).toEqual([]);
  return read;
}

const cachePath = (home: Home) => join(home.cache, 'sessions.summaries');

test('the second list reads no document, the next only those that changed', async () => {
  const home = homeWithMany();
  expect(await expectRight(home)).toBe(many);
  expect(await expectRight(home)).toBe(0);
  await openStore(home).update('sess_3', note('x'));
  await openStore(home).update('sess_5', (session, now) =>
    transitions.park(session, { reason: 'tab\there\nand there' }, now),
  );
  rmSync(documentPath(home, 'sess_7', 'sessions'));
  await openStore(home).create(activeSession('sess_new'));
  expect(await expectRight(home)).toBe(3);
});

test('what a summary lists is right even for texts that have the cache’s own separators', async () => {
  const home = homeWithMany();
  await openStore(home).create(
    activeSession('sess_odd', { intent: 'a\tb\nc\u2028d"}', tags: items({ id: '\t' }) }),
  );
  await expectRight(home);
  expect(await expectRight(home)).toBe(0);
});

const damages: Record<string, (path: string) => void> = {
  gone: path => rmSync(path),
  empty: path => writeFileSync(path, ''),
  'of another version': path =>
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^\S+/, 'work-sessions-summaries-0')),
  'full of something else': path => writeFileSync(path, Buffer.alloc(10_000, 7)),
  'a folder': path => {
    rmSync(path);
    mkdirSync(path);
  },
  'without its tabs': path => writeFileSync(path, readFileSync(path, 'utf8').replaceAll('\t', '')),
};

test.for(Object.entries(damages))('a cache that is %s does no harm', async ([, damage]) => {
  const home = homeWithMany();
  await list(home);
  damage(cachePath(home));
  await expectRight(home);
  await openStore(home).update('sess_3', note('x'));
  await expectRight(home);
});

test('a cache that a lost supply of power cut short or filled with zeros does no harm', async () => {
  const home = homeWithMany();
  await list(home);
  const whole = readFileSync(cachePath(home));
  for (let part = 1; part < 16; part++) {
    const length = Math.floor((whole.length * part) / 16);
    for (const damaged of [whole.subarray(0, length), Buffer.from(whole).fill(0, length)]) {
      writeFileSync(cachePath(home), damaged);
      await expectRight(home);
    }
  }
});

test('a cache of documents that are no longer there is written anew', async () => {
  const home = homeWithMany();
  await list(home);
  const before = statSync(cachePath(home)).size;
  for (let index = 0; index < many - 2; index++) rmSync(documentPath(home, `sess_${index}`, 'sessions'));
  await list(home);
  expect(statSync(cachePath(home)).size).toBeLessThan(before / 5);
});

test('a stamp that is too fresh proves nothing: the document is read again', async () => {
  const home = homeWithMany();
  expect((await list(home, Date.now)).read).toBe(many);
  // Changed within the same tick of a coarse clock: same size, same times, as far as the stamp can tell.
  expect((await list(home, Date.now)).read).toBe(many);
  expect((await list(home, later)).read).toBe(many);
  expect((await list(home, later)).read).toBe(0);
});

test('a document that was changed by hand is noticed by its stamp alone', async () => {
  const home = homeWithMany();
  await list(home);
  const path = documentPath(home, 'sess_1', 'sessions');
  const { atime, mtime } = statSync(path);
  writeFileSync(path, readFileSync(path, 'utf8').replace('make the login', 'MAKE THE LOGIN'));
  // Even if its time is set back: the change time cannot be.
  utimesSync(path, atime, mtime);
  expect(await expectRight(home)).toBe(1);
});

test('a list works where the cache cannot be written', async () => {
  const home = homeWithMany();
  for (const name of ['mkdir', 'open', 'write', 'rename', 'close'] as const) {
    const { fs, openFiles, settled } = instrument(call => {
      if (call.name === name && (call.path.startsWith(home.cache) || call.path.includes('.tmp')))
        throw systemError('ENOSPC', call);
    });
    const { entries } = await new Summaries(fs, home).list('sessions');
    await settled();
    expect(entries, name).toHaveLength(many);
    expect(openFiles(), name).toEqual([]);
    expect(namesIn(home.cache), name).toEqual([]);
  }
});

test('a folder that is not there has no sessions, one that cannot be read says so', async () => {
  const home = temporaryHome();
  expect(await list(home)).toMatchObject({ entries: [], unreadable: [] });
  const { fs } = instrument(call => {
    if (call.name === 'readdir') throw systemError('EACCES', call);
  });
  await expect(new Summaries(fs, home).list('sessions')).rejects.toMatchObject({
    code: 'io',
    details: { path: home.sessions, code: 'EACCES', action: 'read' },
  });
});

test('one document that cannot be read is shown as such among the others', async () => {
  const home = homeWithMany();
  const path = documentPath(home, 'sess_9', 'sessions');
  const { fs } = instrument(call => {
    if (call.name === 'open' && call.path === path) throw systemError('EIO', call);
  });
  const { entries, unreadable } = await new Summaries(fs, home).list('sessions');
  expect(entries).toHaveLength(many - 1);
  expect(unreadable).toMatchObject([{ id: 'sess_9', path, error: { code: 'io', details: { code: 'EIO' } } }]);
});

test('a file whose name is no id is no session, and its name is told to who looks for such', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  await store.create(activeSession('sess_a'));
  const strangers = [
    'sess_a (conflicted copy 2026-11-01).json',
    'sess_a.sync-conflict-20261101-101010-ABCDEFG.json',
    '._sess_a.json',
    '.#sess_a.json',
    'con.json',
    '.json',
  ];
  for (const name of strangers) writeFileSync(join(home.sessions, name), '{}');
  const { entries, unreadable } = await list(home);
  expect(entries.map(({ id }) => id)).toEqual(['sess_a']);
  expect(unreadable).toEqual([]);
  expect(await store.ids('sessions')).toEqual(['sess_a']);
  const { names } = await new Summaries(store.fs, home).list('sessions');
  expect(names).toEqual(expect.arrayContaining(strangers));
  for (const name of strangers) expect(idOfDocument(name)).toBeNull();
});

test('a session that a clock dated far ahead stands where its file’s time puts it, and becomes stale', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  const future = '2099-01-01T00:00:00.000Z';
  const put = async (id: string, changes: Partial<Session>, written: Date) => {
    await store.create(activeSession(id, changes));
    utimesSync(documentPath(home, id, 'sessions'), written, written);
  };
  await put('sess_ahead', { lastHeartbeatAt: future }, minute(10));
  await put('sess_ended', { status: 'completed', endedAt: future, lastHeartbeatAt: future }, minute(20));
  await put('sess_real', { lastHeartbeatAt: minute(15).toISOString() }, minute(15));
  await put('sess_both', { lastHeartbeatAt: future }, new Date(future));
  const { entries } = await list(home);
  expect(Object.fromEntries(entries.map(entry => [entry.id, entry.lastActivityAt]))).toEqual({
    sess_ahead: minute(10).toISOString(),
    sess_ended: minute(20).toISOString(),
    sess_real: minute(15).toISOString(),
    sess_both: minute(0).toISOString(),
  });
  const stale = (now: Date) => entries.filter(entry => isStale(entry.summary, now, 1)).map(({ id }) => id);
  expect(stale(minute(16))).toEqual([]);
  expect(stale(minute(100))).toEqual(['sess_ahead', 'sess_both', 'sess_real']);
});

test('entries that are known already are used like a cache', async () => {
  const home = homeWithMany();
  const { fs, calls } = instrument();
  const summaries = new Summaries(fs, home, later);
  const { entries } = await summaries.list('sessions');
  await openStore(home, undefined, () => minute(99)).update('sess_3', note('x'));
  const made = calls.length;
  await summaries.list('sessions', { known: new Map(entries.map(entry => [entry.id, entry])) });
  const opened = calls.slice(made).filter(call => call.name === 'open');
  expect(opened.map(call => call.path)).toEqual([documentPath(home, 'sess_3', 'sessions')]);
});

test('of the sessions of one project, the files of others are not looked at, and stay in the cache', async () => {
  const home = homeWithMany();
  const other = (id: string, key: string): Session => {
    const session = activeSession(id);
    return { ...session, project: { ...session.project, key } };
  };
  const put = (session: Session) =>
    writeFileSync(documentPath(home, session.id, 'sessions'), serializeDocument(session));
  put(other('sess_mine_1', 'mine'));
  await list(home);
  put(other('sess_mine_2', 'mine'));
  put(other('sess_theirs', 'theirs'));

  const stamped: string[] = [];
  const { fs } = instrument();
  const counting = {
    ...fs,
    stamps: (folder: string, names: readonly string[]) => {
      stamped.push(...names);
      return fs.stamps(folder, names);
    },
  };
  const mine = await new Summaries(counting, home, later).list('sessions', { projects: new Set(['mine']) });
  expect(mine.entries.map(({ id }) => id).sort()).toEqual(['sess_mine_1', 'sess_mine_2']);
  expect(stamped.sort()).toEqual(['sess_mine_1.json', 'sess_mine_2.json', 'sess_theirs.json']);

  // Enough new ones for the cache to be written anew: what was not looked at is still in it.
  for (let index = 0; index < many; index++) put(other(`sess_new_${index}`, 'mine'));
  await new Summaries(fs, home, later).list('sessions', { projects: new Set(['mine']) });
  expect(await expectRight(home)).toBe(0);
});

test('a cache with one wrong byte anywhere is no cache, and stops nothing', async () => {
  const home = homeWithMany();
  await list(home);
  const path = join(home.cache, 'sessions.summaries');
  const right = readFileSync(path);
  expect((await list(home)).read).toBe(0);
  for (let at = 0; at < right.byteLength; at += 1 + Math.floor(right.byteLength / 200)) {
    const wrong = Buffer.from(right);
    wrong[at] = (wrong[at] as number) ^ 0x20;
    writeFileSync(path, wrong);
    const { entries, unreadable, read } = await list(home);
    expect([entries.length, unreadable.length, read], `byte ${at}`).toEqual([many, 0, many]);
    // Also what is only taken out of the cache's text when it is asked for.
    expect(entries.every(entry => entry.summary.id === entry.id)).toBe(true);
  }
  for (const length of [0, 1, 9, 10, 100, right.byteLength - 1]) {
    writeFileSync(path, right.subarray(0, length));
    expect((await list(home)).entries).toHaveLength(many);
  }
});

test('a cache folder that is a link is not written to', async () => {
  const home = homeWithMany();
  const elsewhere = join(home.root, '..', 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, home.cache, 'junction');
  expect((await list(home)).entries).toHaveLength(many);
  expect(namesIn(elsewhere)).toEqual([]);
});

test('when too many files are open, that is told of each document; the list gets no shorter in silence', async () => {
  const home = homeWithMany();
  let open = 0;
  const { fs } = instrument(call => {
    if (call.name === 'open' && call.path.endsWith('.json') && ++open > 10) throw systemError('EMFILE', call);
  });
  const { entries, unreadable } = await new Summaries(fs, home, later).list('sessions');
  expect(entries.length + unreadable.length).toBe(many);
  expect(unreadable.every(({ error }) => error.code === 'io')).toBe(true);
});
