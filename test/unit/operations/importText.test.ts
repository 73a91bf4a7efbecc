import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Session } from '../../../src/model/session.ts';
import type { ImportResult } from '../../../src/operations/importResult.ts';
import { start } from '../../../src/operations/lifeOperations.ts';
import { log } from '../../../src/operations/noteOperations.ts';
import { exportSessions, importSessions } from '../../../src/operations/transferOperations.ts';
import { list } from '../../../src/operations/viewOperations.ts';
import { documentPath } from '../../../src/store/home.ts';
import { readProjects } from '../../../src/store/records.ts';
import { namesIn, temporaryFolder } from '../../support/temporaryHome.ts';
import { servicesIn } from './support.ts';

/* Files that other programs have written anew, as other bytes; and those of newer versions. */

const intent = 'één naïve 登录 🎉';

async function exported(): Promise<{ text: string; id: string }> {
  const services = servicesIn();
  const { id } = (await start.run(services, { intent })) as Session;
  const file = join(temporaryFolder(), 'all.json');
  await exportSessions.run(services, { all: true, format: 'json', output: file });
  return { text: readFileSync(file, 'utf8'), id };
}

const encodings: Record<string, (text: string) => Buffer> = {
  'UTF-8 with a mark': text => Buffer.from(`\ufeff${text}`),
  'UTF-16, little end first': text => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16, big end first': text => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

test.for(Object.entries(encodings))('an export as %s is imported', async ([, encode]) => {
  const { text, id } = await exported();
  const file = join(temporaryFolder(), 'all.json');
  writeFileSync(file, encode(text));
  const services = servicesIn();
  expect(await importSessions.run(services, { folder: file })).toMatchObject({ added: [id], failed: [] });
  expect(await services.store.read(id)).toMatchObject({ intent });
});

test.for(Object.entries(encodings))('half an export as %s is refused', async ([, encode]) => {
  const { text } = await exported();
  const file = join(temporaryFolder(), 'all.json');
  const bytes = encode(text);
  for (const length of [2, 3, 101, bytes.byteLength - 31]) {
    writeFileSync(file, bytes.subarray(0, length));
    await expect(importSessions.run(servicesIn(), { folder: file })).rejects.toMatchObject({
      code: 'unreadable',
      details: { reason: 'not_json' },
    });
  }
});

test('sessions, projects and claims with a byte order mark are read, listed and written', async () => {
  const services = servicesIn();
  const agent = { agent: 'helper', agentSession: 'a1' };
  const { id, project } = (await start.run(services, { intent, ...agent })) as Session;
  const { home } = services.store;
  const [claim = ''] = namesIn(home.agents);
  for (const path of [
    documentPath(home, id, 'sessions'),
    join(home.projects, `${project.key}.json`),
    join(home.agents, claim),
  ])
    writeFileSync(path, `\ufeff${readFileSync(path, 'utf8')}`);
  expect((await list.run(services, {})) as object).toMatchObject({ sessions: [{ id }], unreadable: [] });
  expect((await readProjects(services.store)).map(({ key }) => key)).toEqual([project.key]);
  expect(await start.run(services, { intent, ...agent })).toMatchObject({ id });
  expect(await log.run(services, { message: 'x', session: id })).toMatchObject({ id });
});

test('of an export of a newer version nothing is made, also not the record of its project', async () => {
  const { text, id } = await exported();
  const file = join(temporaryFolder(), 'all.json');
  writeFileSync(file, text.replaceAll(/"schemaVersion":\s*\d+/g, '"schemaVersion": 99'));
  const services = servicesIn();
  for (const dryRun of [true, false]) {
    const result = (await importSessions.run(services, { folder: file, dryRun })) as ImportResult;
    expect(result).toMatchObject({ added: [], projects: { added: [], present: [] } });
    expect(result.failed.map(({ message }) => /newer Work Sessions/.test(message))).toEqual([true, true]);
  }
  await expect(services.store.read(id)).rejects.toMatchObject({ code: 'not_found' });
  expect(namesIn(services.store.home.projects)).toEqual([]);
});
