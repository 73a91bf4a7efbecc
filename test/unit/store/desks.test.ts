import { readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serializeDocument } from '../../../src/model/parseSession.ts';
import { attachDesk, moveToTrash } from '../../../src/model/transitions.ts';
import { exportSessions, importSessions } from '../../../src/operations/transferOperations.ts';
import { deskFile, readDesk, sweepDesks, unnamedDesks, writeDesk } from '../../../src/store/desks.ts';
import { examine } from '../../../src/store/doctor.ts';
import { documentPath, type Home } from '../../../src/store/home.ts';
import type { SessionStore } from '../../../src/store/sessionStore.ts';
import { activeSession, at, childId, minute, parentId } from '../../support/builders.ts';
import { instrument } from '../../support/instrumentedFileSystem.ts';
import {
  namesIn,
  onWindows,
  openStore,
  temporaryFolder,
  temporaryHome,
} from '../../support/temporaryHome.ts';
import { servicesAt } from '../operations/transferSupport.ts';

const desk = deskFile({ version: 1, tabs: [{ path: 'src/login.ts', line: 12 }] });
const other = deskFile({ version: 1, tabs: [] });

const attach = (store: SessionStore, file = desk, why: 'parked' | 'kept' = 'parked') =>
  store.update(parentId, (session, moment) => attachDesk(session, { ...file, window: 'w1', why }, moment), {
    attach: [file],
  });

/** As if it had been written so many hours ago. */
function age(home: Home, hash: string, hours: number): void {
  const time = new Date(minute(60).getTime() - hours * 3_600_000);
  utimesSync(join(home.desks, `${hash}.json`), time, time);
}

test('a desk is the same file for the same content, whatever the order of its fields', () => {
  expect(deskFile({ b: 1, a: [{ y: 1, x: 2 }] })).toEqual(deskFile({ a: [{ x: 2, y: 1 }], b: 1 }));
  expect(deskFile({ a: 1 }).hash).not.toBe(deskFile({ a: 2 }).hash);
  expect(desk).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), size: desk.text.length });
  expect(() => deskFile({ text: 'x'.repeat(5_000_000) })).toThrow(
    expect.objectContaining({ code: 'over_limit', details: expect.objectContaining({ field: 'desk' }) }),
  );
});

test('a session names the newest thirty; a quiet one never takes the place of the parked one', () => {
  let session = attachDesk(activeSession(), { ...desk, window: 'w1', why: 'parked' }, at(1));
  for (let each = 0; each < 40; each++)
    session = attachDesk(session, { ...other, window: `w${each}`, why: 'kept' }, at(2 + each));
  expect(session.desks).toHaveLength(30);
  expect(session.desks.at(-1)).toMatchObject({ window: 'w39', why: 'kept' });
  expect(session.desk).toEqual({
    hash: desk.hash,
    size: desk.size,
    at: minute(1).toISOString(),
    by: { machine: 'here', window: 'w1' },
  });
});

test('it is on the disk before the session names it, and flushed', async () => {
  const home = temporaryHome();
  await openStore(home).create(activeSession());
  const { fs, calls } = instrument();
  await attach(openStore(home, fs));
  const path = join(home.desks, `${desk.hash}.json`);
  const renamed = calls.findIndex(({ name, to }) => name === 'rename' && to === path);
  const committed = calls.findIndex(
    ({ name, to }) => name === 'rename' && to === documentPath(home, parentId, 'sessions'),
  );
  const flushed = calls
    .slice(renamed)
    .findIndex(({ name, path: folder }) => name === 'fsync' && folder === home.desks);
  expect(renamed).toBeGreaterThan(0);
  expect(committed).toBeGreaterThan(renamed);
  if (!onWindows) expect(renamed + flushed).toBeLessThan(committed);
  expect(await readDesk(openStore(home), desk.hash)).toEqual(JSON.parse(desk.text));
});

test('one that is there is not written again, but young again', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  await store.create(activeSession());
  await attach(store);
  age(home, desk.hash, 100);
  await attach(store);
  expect(readdirSync(home.desks)).toEqual([`${desk.hash}.json`]);
  await store.update(parentId, (session, moment) => moveToTrash(session, {}, moment));
  await store.removeForGood(parentId);
  expect(await sweepDesks(store)).toBe(0);
});

test('what is not what its name says counts as absent, and is written anew', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  await store.create(activeSession());
  await attach(store);
  const path = join(home.desks, `${desk.hash}.json`);
  writeFileSync(path, desk.text.replace('12', '13'));
  expect(await readDesk(store, desk.hash)).toBeNull();
  await attach(store);
  expect(readFileSync(path, 'utf8')).toBe(desk.text);
  expect(await readDesk(store, '../config')).toBeNull();
});

test('a sweep takes what nobody names and is a day old; named ones of any place stay', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  await store.create(activeSession());
  await attach(store);
  await writeDesk(store, other);
  const young = deskFile({ young: true });
  await writeDesk(store, young);
  for (const hash of [desk.hash, other.hash]) age(home, hash, 25);
  age(home, young.hash, 23);
  await store.update(parentId, (session, moment) => moveToTrash(session, {}, moment));
  expect(await unnamedDesks(store)).toEqual([other.hash]);
  expect(await sweepDesks(store)).toBe(1);
  expect(namesIn(home.desks).sort()).toEqual([`${desk.hash}.json`, `${young.hash}.json`].sort());
});

test.for(['unreadable', 'of a newer version'])('none is swept while a document is %s', async what => {
  const home = temporaryHome();
  const store = openStore(home);
  await store.create(activeSession());
  await writeDesk(store, other);
  age(home, other.hash, 25);
  const text =
    what === 'unreadable' ? '{"half":' : serializeDocument({ ...activeSession(childId), schemaVersion: 6 });
  writeFileSync(documentPath(home, childId, 'sessions'), text);
  expect(await sweepDesks(store)).toBe(0);
  expect(namesIn(home.desks)).toHaveLength(1);
});

test('a sweep that was quicker than the commit takes nothing from it: the desk is written once more', async () => {
  const home = temporaryHome();
  await openStore(home).create(activeSession());
  const path = join(home.desks, `${desk.hash}.json`);
  const { fs } = instrument(async ({ name, to }) => {
    // Right before the commit somebody who had judged it removes it.
    if (name === 'rename' && to === documentPath(home, parentId, 'sessions'))
      await openStore(home).fs.unlink(path);
  });
  await attach(openStore(home, fs));
  expect(readFileSync(path, 'utf8')).toBe(desk.text);
});

test('a link in the place of a desk is neither read nor swept', async () => {
  if (onWindows) return;
  const home = temporaryHome();
  const store = openStore(home);
  await writeDesk(store, desk);
  const elsewhere = join(temporaryFolder(), 'elsewhere.json');
  writeFileSync(elsewhere, other.text);
  symlinkSync(elsewhere, join(home.desks, `${other.hash}.json`));
  expect(await readDesk(store, other.hash)).toBeNull();
  expect(await sweepDesks(store)).toBe(0);
  expect(readFileSync(elsewhere, 'utf8')).toBe(other.text);
});

test('the doctor names a desk that is missing, and one that nobody names', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  await store.create(activeSession());
  await attach(store);
  await store.fs.unlink(join(home.desks, `${desk.hash}.json`));
  await writeDesk(store, other);
  age(home, other.hash, 48);
  expect(await examine(store, { fix: true })).toMatchObject([
    { kind: 'missing_desk', id: parentId, detail: desk.hash, state: 'info' },
    { kind: 'unnamed_desk', detail: other.hash, state: 'fixed' },
  ]);
  expect(namesIn(home.desks)).toEqual([]);
});

test('an export carries the desks of its sessions, and an import takes only what is what it is called', async () => {
  const services = servicesAt();
  await services.store.create(activeSession());
  await attach(services.store);
  await writeDesk(services.store, other);
  const file = join(temporaryFolder(), 'sessions.json');
  await exportSessions.run(services, { all: true, format: 'json', output: file });
  const exported = JSON.parse(readFileSync(file, 'utf8'));
  expect(exported).toMatchObject({ version: 2, desks: { [desk.hash]: JSON.parse(desk.text) } });
  expect(Object.keys(exported.desks)).toEqual([desk.hash]);

  const there = servicesAt();
  expect(await importSessions.run(there, { folder: file })).toMatchObject({ added: [parentId], failed: [] });
  expect(await readDesk(there.store, desk.hash)).toEqual(JSON.parse(desk.text));

  exported.desks[desk.hash].tabs[0].line = 99;
  writeFileSync(file, JSON.stringify(exported));
  const wary = servicesAt();
  expect(await importSessions.run(wary, { folder: file })).toMatchObject({
    added: [parentId],
    failed: [{ message: expect.stringContaining('desks') }],
  });
  expect(namesIn(wary.store.home.desks)).toEqual([]);
});
