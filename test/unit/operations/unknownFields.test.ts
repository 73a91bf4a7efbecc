import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Session } from '../../../src/model/session.ts';
import { park, resume, start } from '../../../src/operations/lifeOperations.ts';
import { decide, log } from '../../../src/operations/noteOperations.ts';
import { projectSet } from '../../../src/operations/projectOperations.ts';
import type { Services } from '../../../src/operations/services.ts';
import { archive, configSet, remove, restore, unarchive } from '../../../src/operations/storeOperations.ts';
import { exportSessions, importSessions } from '../../../src/operations/transferOperations.ts';
import { documentPath } from '../../../src/store/home.ts';
import { temporaryFolder } from '../../support/temporaryHome.ts';
import { servicesIn } from './support.ts';

/* Fields of a later version, with values that JavaScript would change, through everything that rewrites a document. */

const odd =
  '"xBig": 12345678901234567890, "xHuge": [1e400, -0, 0.12345678901234567890], "__proto__": {"a": 1}';

/** Puts the fields into the document and into the first object of a list in it. */
function spoil(path: string, list?: string): void {
  const text = readFileSync(path, 'utf8');
  const spoilt = list ? text.replace(`"${list}": [{`, `"${list}": [{${odd}, `) : text;
  writeFileSync(path, spoilt.replace(/\n}\n$/, `,\n${odd}\n}\n`));
}

/** How often each of the values stands in a file, as it was written. */
function counted(path: string): number[] {
  const text = readFileSync(path, 'utf8');
  return [
    /"xBig":\s*12345678901234567890\b/g,
    /1e400,\s*-0,\s*0\.12345678901234567890\b/g,
    /"__proto__":\s*\{"a":\s*1\}/g,
  ].map(value => [...text.matchAll(value)].length);
}

function pathOf(
  services: Services,
  id: string,
  place: 'sessions' | 'archive' | 'trash' = 'sessions',
): string {
  return documentPath(services.store.home, id, place);
}

test('an update, a move, a resume, an export and an import keep them by value', async () => {
  const services = servicesIn();
  const { id } = (await start.run(services, { intent: 'one', tasks: ['mend'] })) as Session;
  await decide.run(services, { text: 'so be it' });
  spoil(pathOf(services, id), 'decisions');
  await log.run(services, { message: 'a rewrite', session: id });
  expect(counted(pathOf(services, id))).toEqual([2, 2, 2]);

  await remove.run(services, { session: id });
  expect(counted(pathOf(services, id, 'trash'))).toEqual([2, 2, 2]);
  await restore.run(services, { session: id });
  await park.run(services, { session: id });
  const { id: childId } = (await resume.run(services, { session: id })) as Session;
  expect(counted(pathOf(services, id))).toEqual([2, 2, 2]);
  // The decision is handed on with all that is in it.
  expect(counted(pathOf(services, childId))).toEqual([1, 1, 1]);
  await archive.run(services, { session: id });
  await unarchive.run(services, { session: id });
  expect(counted(pathOf(services, id))).toEqual([2, 2, 2]);

  const output = join(temporaryFolder(), 'all.json');
  await exportSessions.run(services, { all: true, format: 'json', output });
  expect(counted(output)).toEqual([3, 3, 3]);
  const other = servicesIn();
  await importSessions.run(other, { folder: output });
  expect(counted(pathOf(other, id))).toEqual([2, 2, 2]);
  expect(counted(pathOf(other, childId))).toEqual([1, 1, 1]);
});

test('an agent’s claim, a project and the settings keep them as well', async () => {
  const services = servicesIn();
  const session = (await start.run(services, {
    intent: 'one',
    agent: 'helper',
    agentSession: 'a1',
  })) as Session;
  await projectSet.run(services, { phase: 'alpha' });
  const project = join(services.store.home.projects, `${session.project.key}.json`);
  spoil(project);
  await projectSet.run(services, { phase: 'beta' });
  expect(counted(project)).toEqual([1, 1, 1]);
  await configSet.run(services, { name: 'staleHours', value: '3' });
  spoil(services.store.home.config);
  await configSet.run(services, { name: 'staleHours', value: '4' });
  expect(counted(services.store.home.config)).toEqual([1, 1, 1]);
  expect(({} as Record<string, unknown>)['a']).toBeUndefined();
});
