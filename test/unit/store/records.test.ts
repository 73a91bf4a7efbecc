import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionError } from '../../../src/model/errors.ts';
import { newProject } from '../../../src/model/project.ts';
import * as transitions from '../../../src/model/transitions.ts';
import {
  claimForAgent,
  readProjectRecords,
  readProjects,
  updateProject,
  updateSettings,
} from '../../../src/store/records.ts';
import { SessionStore } from '../../../src/store/sessionStore.ts';
import { activeSession, childId, minute, parentId } from '../../support/builders.ts';
import { instrument, systemError } from '../../support/instrumentedFileSystem.ts';
import { namesIn, openStore, temporaryHome } from '../../support/temporaryHome.ts';

const project = (key: string) =>
  newProject({ key, name: key, root: '/w', commonDir: null, remote: null }, minute(0));

describe('a project', () => {
  test('is made, changed and read', async () => {
    const store = openStore(temporaryHome());
    expect(await readProjects(store)).toEqual([]);
    expect(await updateProject(store, 'a', () => project('a'))).toMatchObject({ key: 'a', revision: 1 });
    await updateProject(store, 'b', () => project('b'));
    const changed = await updateProject(store, 'a', current => current && { ...current, phase: 'beta' });
    expect(changed).toMatchObject({ phase: 'beta', revision: 2 });
    expect((await readProjects(store)).map(each => each.key).sort()).toEqual(['a', 'b']);
  });

  test('that is left as it is is not written', async () => {
    const store = openStore(temporaryHome());
    await updateProject(store, 'a', () => project('a'));
    expect(await updateProject(store, 'a', current => current)).toMatchObject({ revision: 1 });
    expect(await updateProject(store, 'a', () => null)).toMatchObject({ revision: 1 });
    expect(await updateProject(store, 'missing', () => null)).toBeNull();
  });

  test('keeps what it does not know', async () => {
    const store = openStore(temporaryHome());
    await updateProject(store, 'a', () => ({ ...project('a'), later: [1] }));
    expect(await updateProject(store, 'a', current => current && { ...current, phase: 'x' })).toMatchObject({
      later: [1],
    });
  });

  test('that cannot be read is refused, not overwritten, and hides no other', async () => {
    const store = openStore(temporaryHome());
    await updateProject(store, 'a', () => project('a'));
    await updateProject(store, 'b', () => project('b'));
    await updateProject(store, 'c', () => project('c'));
    const path = (key: string) => join(store.home.projects, `${key}.json`);
    writeFileSync(path('a'), '{"key": ');
    writeFileSync(path('b'), JSON.stringify({ ...project('b'), schemaVersion: 5 }));
    await expect(updateProject(store, 'a', () => project('a'))).rejects.toMatchObject({ code: 'unreadable' });
    await expect(updateProject(store, 'b', () => project('b'))).rejects.toMatchObject({
      code: 'newer_schema',
    });
    // One of a newer version is read, to find sessions by; what cannot be read is told.
    const { projects, unreadable } = await readProjectRecords(store);
    expect(projects.map(each => each.key)).toEqual(['b', 'c']);
    expect([...unreadable]).toEqual(['a']);
    expect(readFileSync(path('a'), 'utf8')).toBe('{"key": ');
  });

  test('records are read a few at a time, and what cannot be read for want of files is told', async () => {
    const home = temporaryHome();
    const plain = openStore(home);
    for (let index = 0; index < 60; index++)
      await updateProject(plain, `p${index}`, () => project(`p${index}`));
    let open = 0;
    let most = 0;
    const { fs } = instrument(async call => {
      if (call.name === 'open') most = Math.max(most, ++open);
      if (call.name === 'close') open--;
      if (call.name === 'open' && call.path.endsWith('p7.json')) throw systemError('EMFILE', call);
    });
    const told: SessionError[] = [];
    const store = new SessionStore({ home, fs, now: () => minute(0), warn: problem => told.push(problem) });
    const { projects, unreadable } = await readProjectRecords(store);
    expect([projects.length, [...unreadable]]).toEqual([59, ['p7']]);
    expect(told).toMatchObject([{ code: 'io', details: { code: 'EMFILE' } }]);
    expect(most).toBeLessThan(40);
  });

  test('with a key that is no file name is not found', async () => {
    const store = openStore(temporaryHome());
    await expect(updateProject(store, '../a', () => project('a'))).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(namesIn(store.home.root)).toEqual([]);
  });
});

describe('a session claimed for an agent', () => {
  const agent = { name: 'claude', sessionId: '../../etc/passwd' };

  test('is the same at every call, and another for another agent', async () => {
    const store = openStore(temporaryHome());
    const first = await claimForAgent(store, agent, () => activeSession());
    expect(await claimForAgent(store, agent, () => activeSession(childId))).toEqual(first);
    const other = await claimForAgent(store, { ...agent, name: 'codex' }, () => activeSession(childId));
    expect(other.id).toBe(childId);
    expect(namesIn(store.home.agents)).toHaveLength(2);
    for (const name of namesIn(store.home.agents)) expect(name).toMatch(/^[0-9a-f]{32}\.json$/);
  });

  test('is as it is now, not as it was when it was claimed', async () => {
    const store = openStore(temporaryHome());
    await claimForAgent(store, agent, () => activeSession());
    await store.update(parentId, (session, now) =>
      transitions.setActivity(session, { activity: 'typing' }, now),
    );
    expect(await claimForAgent(store, agent, () => activeSession(childId))).toMatchObject({
      id: parentId,
      activity: { text: 'typing' },
    });
  });

  test('is another one from now on, if that is asked for instead of the one it is', async () => {
    const store = openStore(temporaryHome());
    await claimForAgent(store, agent, () => activeSession());
    const fresh = () => activeSession(childId);
    // Who believes that the claim stands for another session than it does changes nothing.
    expect((await claimForAgent(store, agent, fresh, 'sess_other')).id).toBe(parentId);
    expect((await claimForAgent(store, agent, fresh, parentId)).id).toBe(childId);
    expect((await claimForAgent(store, agent, () => activeSession('sess_late'), parentId)).id).toBe(childId);
    expect((await claimForAgent(store, agent, () => activeSession('sess_late'))).id).toBe(childId);
    expect((await store.ids('sessions')).sort()).toEqual([parentId, childId].sort());
  });

  test('of which the claim cannot be read is refused, and no second one is made', async () => {
    const store = openStore(temporaryHome());
    await claimForAgent(store, agent, () => activeSession());
    const [name] = namesIn(store.home.agents);
    for (const text of [
      '{',
      '{"agent": "claude"}',
      '{"agent":"a","agentSession":"b","session":{"id":"../x"}}',
    ]) {
      writeFileSync(join(store.home.agents, name ?? ''), text);
      for (const insteadOf of [undefined, parentId])
        await expect(
          claimForAgent(store, agent, () => activeSession(childId), insteadOf),
        ).rejects.toMatchObject({ code: 'unreadable' });
    }
    expect(await store.ids('sessions')).toEqual([parentId]);
  });
});

test('many settings set at once are all there', async () => {
  const home = temporaryHome();
  await Promise.all([
    updateSettings(openStore(home), 'staleHours', 1),
    updateSettings(openStore(home), 'archiveAfterDays', 2),
    updateSettings(openStore(home), 'lockWaitSeconds', 3),
    updateSettings(openStore(home), 'gitTimeoutSeconds', 4),
  ]);
  expect(JSON.parse(readFileSync(home.config, 'utf8'))).toEqual({
    staleHours: 1,
    archiveAfterDays: 2,
    lockWaitSeconds: 3,
    gitTimeoutSeconds: 4,
  });
});
