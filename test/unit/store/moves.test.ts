import { lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serializeDocument } from '../../../src/model/parseSession.ts';
import { type Place, type Session, schemaVersion } from '../../../src/model/session.ts';
import type { Moment } from '../../../src/model/stamp.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { examine } from '../../../src/store/doctor.ts';
import { documentPath } from '../../../src/store/home.ts';
import { at, completedSession, minute, parentId, richSession } from '../../support/builders.ts';
import { note } from '../../support/operationKinds.ts';
import { onWindows, openStore, placesOf, temporaryHome } from '../../support/temporaryHome.ts';

/* A move replaces what lies where it goes to, and takes away what lies in the third place. */

const archive = (session: Session, now: Moment) => transitions.archive(session, {}, now);
const written = (changes: object) => (path: string) =>
  writeFileSync(path, serializeDocument({ ...completedSession(), ...changes }));

/** What may stand in another place under the session's name, and how a move refuses to take its place. */
const copies: Record<string, { make: (path: string) => void; error: object }> = {
  'an unreadable one': {
    make: path => writeFileSync(path, '{"half":'),
    error: { code: 'unreadable', details: { reason: 'not_json' } },
  },
  'one of a newer version': {
    make: written({ schemaVersion: schemaVersion + 1 }),
    error: { code: 'newer_schema' },
  },
  ...(onWindows
    ? {}
    : {
        'a link': {
          make(path: string) {
            const target = join(dirname(path), 'elsewhere');
            writeFileSync(target, serializeDocument(completedSession()));
            symlinkSync(target, path);
          },
          error: { code: 'unreadable', details: { reason: 'link' } },
        },
      }),
};

const look = (path: string) =>
  lstatSync(path).isSymbolicLink() ? readlinkSync(path) : readFileSync(path, 'utf8');

describe.for(
  Object.entries(copies).flatMap(([name, copy]) =>
    (['archive', 'trash'] as const).map((place: Place) => ({ name, place, ...copy })),
  ),
)('$name in the $place', ({ place, make, error }) => {
  test('stops archiving before its first step, and both stay as they are', async () => {
    const home = temporaryHome();
    const store = openStore(home);
    const before = await store.create(completedSession());
    const other = documentPath(home, parentId, place);
    mkdirSync(dirname(other), { recursive: true });
    make(other);
    const content = look(other);
    await expect(store.update(parentId, archive)).rejects.toMatchObject(error);
    expect(look(other)).toBe(content);
    expect(await store.read(parentId)).toEqual(before);
    // Where the session is it goes on.
    expect(await store.update(parentId, note('x'))).toMatchObject({ revision: before.revision + 1 });
  });

  test('stops a move that was interrupted from being finished, and the doctor leaves it to a person', async () => {
    const home = temporaryHome();
    const store = openStore(home);
    await store.create(completedSession());
    const path = documentPath(home, parentId, 'sessions');
    written({ place: 'archive' })(path);
    const other = documentPath(home, parentId, place);
    mkdirSync(dirname(other), { recursive: true });
    make(other);
    const content = look(other);
    await expect(store.update(parentId, note('x'))).rejects.toMatchObject(error);
    const findings = await examine(store, { fix: true });
    expect(findings.filter(({ kind }) => kind === 'misplaced')).toMatchObject([{ state: 'manual' }]);
    expect(look(other)).toBe(content);
    expect((await store.read(parentId)).place).toBe('archive');
    expect(placesOf(home, parentId)).toEqual(['sessions', place]);
  });
});

test('copies that the session supersedes are taken away', async () => {
  const home = temporaryHome();
  const store = openStore(home);
  await store.create({ ...completedSession(), revision: 7 });
  for (const place of ['archive', 'trash'] as const) {
    mkdirSync(home[place]);
    written({ revision: 6, startedAt: minute(1).toISOString() })(documentPath(home, parentId, place));
  }
  const archived = await store.update(parentId, archive);
  expect(placesOf(home, parentId)).toEqual(['archive']);
  expect(await store.read(parentId)).toEqual(archived);
});

test.for(['archive', 'trash'] as const)(
  'one that says more, in the %s, is joined and nothing of either is lost',
  async place => {
    const home = temporaryHome();
    const store = openStore(home);
    await store.create(completedSession());
    mkdirSync(home[place]);
    const elsewhere = transitions.log(richSession(), { message: 'noted elsewhere' }, at(90));
    writeFileSync(documentPath(home, parentId, place), serializeDocument({ ...elsewhere, revision: 99 }));
    const archived = await store.update(parentId, archive);
    expect(archived.revision).toBeGreaterThan(99);
    expect(archived.events.map(({ message }) => message)).toContain('noted elsewhere');
    expect(archived).toMatchObject({ status: 'completed', outcome: 'done', place: 'archive' });
    expect(placesOf(home, parentId)).toEqual(['archive']);
    expect(await store.read(parentId)).toEqual(archived);
  },
);
