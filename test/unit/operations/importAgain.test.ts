import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/model/session.ts';
import * as transitions from '../../../src/model/transitions.ts';
import type { ImportResult } from '../../../src/operations/importResult.ts';
import { start } from '../../../src/operations/lifeOperations.ts';
import { type Page, plainStyle } from '../../../src/operations/page.ts';
import type { Services } from '../../../src/operations/services.ts';
import { importSessions } from '../../../src/operations/transferOperations.ts';
import { list } from '../../../src/operations/viewOperations.ts';
import { SessionStore } from '../../../src/store/sessionStore.ts';
import {
  activeSession,
  at,
  childId,
  completedSession,
  minute,
  parentId,
  parkedSession,
} from '../../support/builders.ts';
import { instrument, systemError } from '../../support/instrumentedFileSystem.ts';
import { temporaryFolder } from '../../support/temporaryHome.ts';
import { ancestorFolder, servicesAt, treeOf } from './transferSupport.ts';

const page: Page = { now: minute(60), staleHours: 24, width: 80, style: plainStyle, table: () => '' };

function run(services: Services, folder: string, dryRun = false): Promise<ImportResult> {
  return importSessions.run(services, { folder, dryRun }) as Promise<ImportResult>;
}

function exportOf(...sessions: Session[]): string {
  const file = join(temporaryFolder(), 'export.json');
  writeFileSync(file, JSON.stringify({ format: 'work-sessions', version: 1, projects: [], sessions }));
  return file;
}

const agent = { name: 'claude', sessionId: 'agent-9' };
const parent = transitions.resume(parkedSession(), { newId: childId, agent }, at(20));
const beginning = transitions.continuationOf(parent) as Session;
/** The continuation as it was exported: somebody worked in it. */
const child: Session = {
  ...transitions.log(beginning, { message: 'the work of an afternoon' }, at(30)),
  revision: 5,
};

/** The same home on a disk that refuses to write one session. */
function refusing(services: Services, id: string): Services {
  const { fs } = instrument(call => {
    if (call.name === 'rename' && call.to?.endsWith(`${id}.json`)) throw systemError('ENOSPC', call);
  });
  const store = new SessionStore({ home: services.store.home, fs, now: services.now });
  return { ...services, store };
}

describe('an import in which the continuation could not be written', () => {
  async function halfImported(): Promise<{ services: Services; file: string }> {
    const services = servicesAt();
    const file = exportOf(parent, child);
    const result = await run(refusing(services, childId), file);
    expect(result).toMatchObject({ added: [parentId], failed: [{ message: expect.stringMatching(/full/) }] });
    return { services, file };
  }

  it('keeps what is known of it, and the next import brings the whole of it', async () => {
    const { services, file } = await halfImported();
    expect(await services.store.read(parentId)).toEqual(parent);
    const result = await run(services, file);
    expect(result).toMatchObject({ added: [childId], present: [parentId], failed: [] });
    expect(await services.store.read(childId)).toEqual(child);
    const again = (await start.run(services, {
      intent: 'again',
      agent: agent.name,
      agentSession: agent.sessionId,
    })) as Session;
    expect(again.id).toBe(childId);
  });

  it('and was made anew by a list meanwhile: the next import brings the whole of it', async () => {
    const { services, file } = await halfImported();
    await list.run(services, { all: true });
    expect(await services.store.read(childId)).toEqual(beginning);
    const before = treeOf(services.store.home.root);
    expect(await run(services, file, true)).toMatchObject({ joined: [childId], present: [parentId] });
    expect(treeOf(services.store.home.root)).toEqual(before);
    expect(await run(services, file)).toMatchObject({ joined: [childId], present: [parentId], failed: [] });
    expect(await services.store.read(childId)).toEqual({ ...child, revision: 2 });
    const done = treeOf(services.store.home.root);
    expect(await run(services, file)).toMatchObject({ joined: [], present: [childId, parentId] });
    expect(treeOf(services.store.home.root)).toEqual(done);
  });

  it('and somebody works in the one that was made anew: both are joined, and nothing is lost', async () => {
    const { services, file } = await halfImported();
    await list.run(services, { all: true });
    const changed = await services.store.update(childId, (session, now) =>
      transitions.log(session, { message: 'here' }, now),
    );
    expect(await run(services, file)).toMatchObject({ added: [], joined: [childId], present: [parentId] });
    const joined = await services.store.read(childId);
    expect(joined.events).toEqual(expect.arrayContaining([...changed.events, ...child.events]));
    expect(joined.events).toHaveLength(2);
    expect(joined.lastHeartbeatAt).toBe(changed.lastHeartbeatAt);
  });
});

it('a parent that is there as it was before it was resumed gets what it lacks', async () => {
  const services = servicesAt();
  await services.store.create(parkedSession());
  const result = await run(services, exportOf(parent, child));
  expect(result).toMatchObject({ added: [childId], joined: [parentId], failed: [] });
  expect(await services.store.read(childId)).toEqual(child);
  const joined = await services.store.read(parentId);
  expect(joined).toMatchObject({ status: 'completed', resumedAs: childId, claims: parent.claims });
});

it('a parent without the continuation that it names does not make it anew, unless it was claimed here', async () => {
  const [here, there] = [servicesAt(), servicesAt()];
  // Resumed elsewhere: what was made there did not come along.
  await here.store.create(parkedSession());
  expect(await run(here, exportOf(parent))).toMatchObject({ joined: [parentId] });
  expect(await here.store.rollForward(await here.store.read(parentId))).toBeNull();
  // Resumed here, and not yet made, as after a crash.
  await there.store.create(parent);
  expect(await run(there, exportOf(parent))).toMatchObject({ present: [parentId] });
  expect(await there.store.rollForward(await there.store.read(parentId))).toEqual(beginning);
});

it('a parent that was resumed otherwise here goes on where it did, and knows of both', async () => {
  const services = servicesAt();
  const other = transitions.resume(parkedSession(), { newId: 'sess_other' }, at(15));
  await services.store.create(other);
  await run(services, exportOf(parent, child));
  const joined = await services.store.read(parentId);
  expect(joined).toMatchObject({ status: 'completed', resumedAs: 'sess_other' });
  expect(joined.claims).toEqual([...other.claims, ...parent.claims]);
  expect(await services.store.read(childId)).toEqual(child);
});

it("the ancestor's: of two linked sessions the one that could not be written comes with the next import", async () => {
  const services = servicesAt();
  const [from, to] = ['sess_20260228T1005_b7e9', 'sess_20260302T1412_c4d1'];
  const folder = ancestorFolder();
  const first = await run(refusing(services, to), folder);
  expect(first.failed).toHaveLength(1);
  expect(await services.store.read(from)).toMatchObject({ resumedAs: to });
  expect(await run(services, folder)).toMatchObject({ added: [to], failed: [] });
  expect(await services.store.read(to)).toMatchObject({ resumedFrom: from });
});

describe('what is there already and in no list', () => {
  it('is told with where it lies, and how it comes back from the trash', async () => {
    const services = servicesAt();
    const sessions = [activeSession('sess_here'), completedSession('sess_away'), activeSession('sess_gone')];
    for (const session of sessions) await services.store.create(session);
    await services.store.update('sess_away', (session, now) => transitions.archive(session, {}, now));
    await services.store.update('sess_gone', (session, now) => transitions.moveToTrash(session, {}, now));
    for (const dryRun of [true, false]) {
      const result = await run(services, exportOf(...sessions), dryRun);
      expect(result).toMatchObject({
        added: [],
        present: ['sess_here', 'sess_away', 'sess_gone'],
        inArchive: ['sess_away'],
        inTrash: ['sess_gone'],
        failed: [],
      });
      expect(importSessions.show(result, page)).toContain(
        '3 sessions already there, 1 in the archive, 1 in the trash.',
      );
      expect(importSessions.warnings?.(result)).toEqual([
        'sess_gone is in the trash; bring it back: work-sessions restore sess_gone',
      ]);
      expect(importSessions.exitCode?.(result)).toBe(0);
    }
  });
});
