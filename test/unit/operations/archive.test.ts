import { utimesSync } from 'node:fs';
import { expect, test } from 'vitest';
import { archive } from '../../../src/operations/storeOperations.ts';
import { documentPath } from '../../../src/store/home.ts';
import { completedSession, minute } from '../../support/builders.ts';
import { servicesIn } from './support.ts';

test('what ended long ago is archived, also if a clock that was far ahead dated its end', async () => {
  const services = servicesIn();
  const { store } = services;
  const future = '2099-01-01T00:00:00.000Z';
  const put = async (id: string, endedAt: string, written: Date) => {
    await store.create({ ...completedSession(id), endedAt, lastHeartbeatAt: endedAt });
    utimesSync(documentPath(store.home, id, 'sessions'), written, written);
  };
  await put('sess_old', minute(-3000).toISOString(), minute(-3000));
  await put('sess_old_ahead', future, minute(-3000));
  await put('sess_new', minute(50).toISOString(), minute(50));
  await put('sess_new_ahead', future, minute(50));
  expect(await archive.run(services, { days: 1 })).toMatchObject({ failed: [] });
  expect((await store.ids('archive')).sort()).toEqual(['sess_old', 'sess_old_ahead']);
});
