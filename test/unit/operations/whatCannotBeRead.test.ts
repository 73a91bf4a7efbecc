import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionError } from '../../../src/model/errors.ts';
import type { Session } from '../../../src/model/session.ts';
import { complete, resume, start } from '../../../src/operations/lifeOperations.ts';
import { log } from '../../../src/operations/noteOperations.ts';
import type { Services } from '../../../src/operations/services.ts';
import { archive } from '../../../src/operations/storeOperations.ts';
import { list, occupancy, search } from '../../../src/operations/viewOperations.ts';
import { documentPath } from '../../../src/store/home.ts';
import { SessionStore } from '../../../src/store/sessionStore.ts';
import { instrument, systemError } from '../../support/instrumentedFileSystem.ts';
import { temporaryFolder } from '../../support/temporaryHome.ts';
import { servicesIn } from './support.ts';

/* What cannot be read is told, stops nothing that can do without, and is never taken for nothing. */

/** A repository as far as reading it goes. */
function repository(folder: string): string {
  mkdirSync(join(folder, '.git', 'refs'), { recursive: true });
  writeFileSync(join(folder, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(folder, '.git', 'config'), '[remote "origin"]\n\turl = git@example.org:team/api.git\n');
  return folder;
}

const begin = async (services: Services, intent: string) =>
  (await start.run(services, { intent })) as Session;

async function idsListed(services: Services, input = {}): Promise<string[]> {
  const { sessions } = (await list.run(services, input)) as { sessions: Session[] };
  return sessions.map(({ id }) => id).sort();
}

/** The same services, with a disk that refuses to open a file, and with all that was warned of. */
function refusing(services: Services, path: string): { services: Services; told: SessionError[] } {
  const told: SessionError[] = [];
  const { fs } = instrument(call => {
    if (call.name === 'open' && call.path === path) throw systemError('EIO', call);
  });
  const { home, now } = services.store;
  const store = new SessionStore({ home, fs, now, warn: problem => told.push(problem) });
  return { services: { ...services, store }, told };
}

const newer = (known: object) => JSON.stringify({ ...known, schemaVersion: 99, phases: [] });

const records: Record<string, (known: object) => string> = {
  'cut short': () => '{"key": ',
  'of a newer version': newer,
  'of a newer version in another shape': () => '{"schemaVersion": 99, "key": ["x"]}',
};

describe.for(Object.entries(records))(
  'where the record of a project is %s, it is not written and stops nobody',
  ([, content]) => {
    test.for([
      ['a repository', repository],
      ['a folder', (folder: string) => folder],
    ] as const)('and all sessions of %s are listed', async ([, make]) => {
      const services = servicesIn(make(temporaryFolder()));
      const first = await begin(services, 'one');
      const path = join(services.store.home.projects, `${first.project.key}.json`);
      writeFileSync(path, content(JSON.parse(readFileSync(path, 'utf8')) as object));
      const before = readFileSync(path, 'utf8');
      const second = await begin(services, 'two');
      expect(second.project).toEqual(first.project);
      const ids = [first.id, second.id].sort();
      expect(await idsListed(services)).toEqual(ids);
      // Also when all that is left of the project lies in the archive.
      for (const id of ids) {
        await complete.run(services, { session: id });
        await archive.run(services, { session: id });
      }
      expect(await idsListed(services, { archived: true })).toEqual(ids);
      expect(readFileSync(path, 'utf8')).toBe(before);
    });
  },
);

test('a record of a newer version finds a repository that was moved, and is not written', async () => {
  const top = temporaryFolder();
  const services = servicesIn(repository(join(top, 'old')));
  const first = await begin(services, 'one');
  const path = join(services.store.home.projects, `${first.project.key}.json`);
  writeFileSync(path, newer(JSON.parse(readFileSync(path, 'utf8')) as object));
  const before = readFileSync(path, 'utf8');
  renameSync(join(top, 'old'), join(top, 'new'));
  const moved = { ...services, folder: join(top, 'new') };
  expect(await begin(moved, 'two')).toMatchObject({
    project: { key: first.project.key },
    where: { root: moved.folder },
  });
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('a session that cannot be read is told by a search, and by whoever looks who is here', async () => {
  const plain = servicesIn(repository(temporaryFolder()));
  const { id } = await begin(plain, 'one');
  const { services, told } = refusing(plain, documentPath(plain.store.home, id, 'sessions'));
  const unread = [{ id, error: { code: 'io', details: { code: 'EIO' } } }];
  expect(await search.run(services, { words: 'one' })).toMatchObject({ results: [], unreadable: unread });
  const nobody = (await occupancy.run(services, {})) as object;
  expect(nobody).toMatchObject({ sessions: [], unreadable: unread });
  expect(occupancy.warnings?.(nobody)).toEqual([expect.stringContaining(id)]);
  expect(occupancy.json?.(nobody)).not.toHaveProperty('unreadable');
  expect(told).toEqual([]);
  await expect(log.run(services, { message: 'x' })).rejects.toMatchObject({ code: 'no_session_here' });
  expect(told).toMatchObject([{ code: 'io' }]);
  await expect(resume.run(services, {})).rejects.toMatchObject({ code: 'nothing_parked' });
  expect(told).toMatchObject([{ code: 'io' }, { code: 'io' }]);
});

test('one that can be listed and not be read any more is told by a search', async () => {
  const plain = servicesIn();
  const { id } = await begin(plain, 'one');
  const path = documentPath(plain.store.home, id, 'sessions');
  let opened = 0;
  const { fs } = instrument(call => {
    // The first time is the list's.
    if (call.name === 'open' && call.path === path && ++opened > 1) throw systemError('EMFILE', call);
  });
  const store = new SessionStore({ home: plain.store.home, fs, now: plain.now });
  expect(await search.run({ ...plain, store }, { words: 'one', all: true })).toMatchObject({
    results: [],
    unreadable: [{ id, path, error: { code: 'io', details: { code: 'EMFILE' } } }],
  });
});
