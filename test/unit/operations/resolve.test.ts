import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeError } from '../../../src/operations/describeError.ts';
import { resolveId } from '../../../src/operations/resolve.ts';
import type { Services } from '../../../src/operations/services.ts';
import { list } from '../../../src/operations/viewOperations.ts';
import { activeSession, childId, parentId } from '../../support/builders.ts';
import { servicesIn } from './support.ts';

async function withSessions(...ids: string[]): Promise<Services> {
  const services = servicesIn();
  for (const id of ids) await services.store.create(activeSession(id));
  return services;
}

test('an id, or a part of it that only one has, of at least four characters', async () => {
  const services = await withSessions(parentId, childId);
  expect(await resolveId(services, parentId)).toBe(parentId);
  expect(await resolveId(services, '00000002')).toBe(childId);
  expect(await resolveId(services, '0002')).toBe(childId);
  await expect(resolveId(services, 'SESS')).rejects.toMatchObject({ code: 'ambiguous' });
});

test('fewer characters are no name, unless they are the whole id', async () => {
  const services = await withSessions(parentId, 'b7');
  expect(await resolveId(services, 'b7')).toBe('b7');
  // Each of them stands in one id only.
  for (const query of ['001', '1', 'ess']) {
    const error = await resolveId(services, query).catch(caught => caught);
    expect(error).toMatchObject({ code: 'not_found', details: { query } });
    expect(describeError(error)).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/at least 4 characters/),
    });
  }
});

test('copies that sync programs make, and locks of editors, make no id ambiguous and are in no list', async () => {
  const services = await withSessions(parentId);
  const { sessions } = services.store.home;
  const text = readFileSync(join(sessions, `${parentId}.json`), 'utf8');
  const copies = [
    `${parentId} (conflicted copy 2026-11-01).json`,
    `${parentId}.sync-conflict-20261101-101010-ABCDEFG.json`,
    `._${parentId}.json`,
    `.#${parentId}.json`,
  ];
  for (const name of copies) writeFileSync(join(sessions, name), text);
  expect(await resolveId(services, '00000001')).toBe(parentId);
  const listed = (await list.run(services, { all: true })) as { sessions: object[]; unreadable: object[] };
  expect(listed).toMatchObject({ sessions: [{ id: parentId }], unreadable: [] });
});

test('a copy whose name could be an id is not meant either, as the session in it is another', async () => {
  const services = await withSessions(parentId);
  const { sessions } = services.store.home;
  const text = readFileSync(join(sessions, `${parentId}.json`), 'utf8');
  writeFileSync(join(sessions, `${parentId}-LAPTOP.json`), text);
  expect(await resolveId(services, '00000001')).toBe(parentId);
  writeFileSync(join(sessions, `${childId}.json`), '{');
  // What cannot be read may well be the one that is meant.
  await expect(resolveId(services, 'sess_2026')).rejects.toMatchObject({
    code: 'ambiguous',
    details: { candidates: [{ id: parentId }, { id: childId }] },
  });
});
