import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maxDocumentBytes } from '../../../src/model/limits.ts';
import { serializeDocument } from '../../../src/model/parseSession.ts';
import { schemaVersion } from '../../../src/model/session.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { examine } from '../../../src/store/doctor.ts';
import { documentPath, type Home } from '../../../src/store/home.ts';
import { Summaries } from '../../../src/store/summaries.ts';
import { activeSession, at, parentId } from '../../support/builders.ts';
import { note } from '../../support/operationKinds.ts';
import {
  namesIn,
  onWindows,
  openStore,
  placesOf,
  temporaryFolder,
  temporaryHome,
} from '../../support/temporaryHome.ts';
import made from '../model/fixtures/version4.json' with { type: 'json' };

// Private from the start, as the store makes them: modes are for doctor.test.ts.
process.umask(0o077);

const text = serializeDocument(activeSession());

type Broken = Record<string, { make(path: string): void; error: object }>;

const unixOnly: Broken = {
  'a link to a document': {
    make(path) {
      const target = join(temporaryFolder(), 'secret.json');
      writeFileSync(target, text);
      symlinkSync(target, path);
    },
    error: { code: 'unreadable', details: { reason: 'link' } },
  },
  'a link to nothing': {
    make: path => symlinkSync(join(dirname(path), 'nothing'), path),
    error: { code: 'unreadable', details: { reason: 'link' } },
  },
  'a pipe': {
    make: path => void execFileSync('mkfifo', [path]),
    error: { code: 'unreadable', details: { reason: 'not_a_file' } },
  },
};

/** Documents that are not to be read, and what is said of them. */
const broken: Broken = {
  ...(onWindows ? {} : unixOnly),
  'a folder': {
    make: path => mkdirSync(path),
    error: { code: 'unreadable', details: { reason: 'not_a_file' } },
  },
  'too large': {
    make(path) {
      writeFileSync(path, text);
      truncateSync(path, maxDocumentBytes + 1);
    },
    error: { code: 'unreadable', details: { reason: 'too_large' } },
  },
  empty: {
    make: path => writeFileSync(path, ''),
    error: { code: 'unreadable', details: { reason: 'not_json' } },
  },
  half: {
    make: path => writeFileSync(path, text.slice(0, text.length / 2)),
    error: { code: 'unreadable', details: { reason: 'not_json' } },
  },
  nested: {
    make: path => writeFileSync(path, '['.repeat(200_000) + ']'.repeat(200_000)),
    error: { code: 'unreadable', details: { reason: 'too_deep' } },
  },
  'the document of another': {
    make: path => writeFileSync(path, text.replace(parentId, 'sess_other')),
    error: { code: 'unreadable', details: { reason: 'wrong_id' } },
  },
};

/** What is at a path, whatever it is, for telling that it was not touched. */
function fingerprint(path: string): string {
  const stats = lstatSync(path);
  const { mode, size, ino, mtimeMs } = stats;
  const hash = stats.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
  return JSON.stringify({ mode, size, ino, mtimeMs, hash });
}

async function homeWith(make: (path: string) => void): Promise<{ home: Home; path: string }> {
  const home = temporaryHome();
  await openStore(home).create(activeSession('sess_fine'));
  const path = documentPath(home, parentId, 'sessions');
  make(path);
  return { home, path };
}

describe.for(Object.entries(broken))('a document that is %s', ([, { make, error }]) => {
  test('is refused with its reason and stays as it is', async () => {
    const { home, path } = await homeWith(make);
    const before = fingerprint(path);
    const store = openStore(home);
    await expect(store.read(parentId)).rejects.toMatchObject(error);
    await expect(store.read(parentId, { forShowing: true })).rejects.toMatchObject(error);
    await expect(store.update(parentId, note('x'))).rejects.toMatchObject(error);
    await expect(store.create(activeSession())).rejects.toMatchObject(error);
    await expect(store.createIfAbsent(activeSession())).rejects.toMatchObject(error);
    await expect(store.settle(parentId)).rejects.toMatchObject(error);
    expect(fingerprint(path)).toBe(before);
  });

  test('does not keep the others from being listed', async () => {
    const { home, path } = await homeWith(make);
    const { entries, unreadable } = await new Summaries(openStore(home).fs, home).list('sessions');
    expect(entries.map(entry => entry.id)).toEqual(['sess_fine']);
    expect(unreadable).toMatchObject([{ id: parentId, path, error }]);
  });

  test('is reported by the doctor, copied aside if it can be, and stays as it is', async () => {
    const { home, path } = await homeWith(make);
    const before = fingerprint(path);
    const findings = await examine(openStore(home), { fix: true });
    const [found, ...others] = findings.filter(finding => finding.kind === 'unreadable');
    expect(others).toEqual([]);
    expect(found).toMatchObject({ path, id: parentId, state: 'manual', detail: expect.any(String) });
    if (found?.copy) expect(readFileSync(found.copy).equals(readFileSync(path))).toBe(true);
    else expect(['link', 'not_a_file']).toContain(found?.detail);
    // Once more makes no second copy.
    await examine(openStore(home), { fix: true });
    expect(namesIn(home.unreadable)).toHaveLength(found?.copy ? 1 : 0);
    expect(fingerprint(path)).toBe(before);
  });
});

describe('a document of a newer version', () => {
  const newer = serializeDocument({
    ...activeSession(),
    schemaVersion: schemaVersion + 1,
    later: { a: [1] },
  });

  test('is shown, but not written and not moved', async () => {
    const { home, path } = await homeWith(at => writeFileSync(at, newer));
    const store = openStore(home);
    const details = { path, version: schemaVersion + 1, supported: schemaVersion };
    expect(await store.read(parentId, { forShowing: true })).toMatchObject({ later: { a: [1] } });
    await expect(store.read(parentId)).rejects.toMatchObject({ code: 'newer_schema', details });
    await expect(store.update(parentId, note('x'))).rejects.toMatchObject({ code: 'newer_schema', details });
    const { entries } = await new Summaries(store.fs, home).list('sessions');
    expect(entries.map(entry => entry.id).sort()).toEqual([parentId, 'sess_fine']);
    expect(readFileSync(path, 'utf8')).toBe(newer);
  });

  test('that was read for showing is not taken for one that may be written', async () => {
    const { home } = await homeWith(at => writeFileSync(at, newer));
    const store = openStore(home);
    await store.read(parentId, { forShowing: true });
    await expect(store.update(parentId, note('x'))).rejects.toMatchObject({ code: 'newer_schema' });
  });
});

test('a document that was edited by hand is read again, at the same size and within the same second', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  await store.create(activeSession());
  await store.read(parentId);
  const path = documentPath(home, parentId, 'sessions');
  writeFileSync(path, readFileSync(path, 'utf8').replace('make the login', 'MAKE THE LOGIN'));
  chmodSync(path, 0o600);
  expect((await store.read(parentId)).intent).toBe('MAKE THE LOGIN faster');
  expect((await store.update(parentId, note('x'))).intent).toBe('MAKE THE LOGIN faster');
});

test('unknown fields and the mode of the file survive a rewrite', async () => {
  const { home, path } = await homeWith(at =>
    writeFileSync(at, serializeDocument({ ...activeSession(), later: { b: 1 } })),
  );
  const updated = await openStore(home).update(parentId, note('x'));
  expect(updated).toMatchObject({ later: { b: 1 } });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ later: { b: 1 } });
  expect(lstatSync(path).mode & 0o777).toBe(onWindows ? 0o666 : 0o600);
});

test('one document in two places is the one of the first place', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  await store.create({ ...activeSession(), revision: 7 });
  mkdirSync(home.archive);
  writeFileSync(documentPath(home, parentId, 'archive'), text);
  expect((await store.read(parentId)).revision).toBe(7);
  expect(await store.settle(parentId)).toBe(true);
  expect(placesOf(home, parentId)).toEqual(['sessions']);
});

test('a document in a later place, as only a person puts it there, is joined before it is taken away', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  await store.create(activeSession());
  mkdirSync(home.archive);
  const restored = transitions.log(activeSession(), { message: 'noted elsewhere' }, at(5));
  writeFileSync(documentPath(home, parentId, 'archive'), serializeDocument(restored));
  await store.update(parentId, (session, moment) => transitions.decide(session, { text: 'here' }, moment));
  expect(await store.settle(parentId)).toBe(true);
  expect(placesOf(home, parentId)).toEqual(['sessions']);
  expect(await store.read(parentId)).toMatchObject({
    events: [{ message: 'noted elsewhere' }],
    decisions: [{ text: 'here' }],
  });
  expect(await examine(store, { fix: true })).toEqual([]);
});

describe('a document of version 4', () => {
  const old = made['parked, with what comes first'];

  test('is read and listed without being written; its next change writes it in the shape of today', async () => {
    const home = temporaryHome();
    const path = documentPath(home, old.id, 'sessions');
    mkdirSync(home.sessions, { recursive: true });
    writeFileSync(path, JSON.stringify(old));
    const before = readFileSync(path, 'utf8');
    const store = openStore(home);
    const read = await store.read(old.id);
    expect(read).toMatchObject({
      schemaVersion,
      status: 'parked',
      parkedReason: 'lunch',
      revision: old.revision,
    });
    await new Summaries(store.fs, home).list('sessions');
    await examine(store, { fix: true });
    expect(await store.update(old.id, session => session)).toEqual(read);
    expect(readFileSync(path, 'utf8')).toBe(before);
    const changed = await store.update(old.id, note('from today on'));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      schemaVersion,
      revision: old.revision + 1,
    });
    expect(await openStore(home).read(old.id)).toEqual(changed);
    expect(changed).toMatchObject({ tasks: read.tasks, nextSteps: read.nextSteps });
  });
});
