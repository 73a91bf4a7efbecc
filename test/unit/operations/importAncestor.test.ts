import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/model/session.ts';
import * as transitions from '../../../src/model/transitions.ts';
import type { ImportResult } from '../../../src/operations/importResult.ts';
import { start } from '../../../src/operations/lifeOperations.ts';
import type { Services } from '../../../src/operations/services.ts';
import { importSessions } from '../../../src/operations/transferOperations.ts';
import { list } from '../../../src/operations/viewOperations.ts';
import { readProjects } from '../../../src/store/records.ts';
import { lockRemains } from '../../support/locks.ts';
import { temporaryFolder } from '../../support/temporaryHome.ts';
import { initRepository, useTemporaryFolder } from '../git/repository.ts';
import { ancestorFolder, ancestorIds, servicesAt, spoil, treeOf } from './transferSupport.ts';

const active = 'sess_20260302T1412_c4d1';
const resumed = 'sess_20260228T1005_b7e9';
const archived = 'sess_20251204T1600_77aa';
const unregistered = 'sess_20260301T1900_0dd5';

function run(services: Services, folder: string, dryRun = false): Promise<ImportResult> {
  return importSessions.run(services, { folder, dryRun }) as Promise<ImportResult>;
}

/** Changes a JSON file of the ancestor's. */
function edit(folder: string, file: string, change: (value: Record<string, unknown>) => object): void {
  const path = join(folder, file);
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
}

describe("import of the ancestor's folder", () => {
  it('brings in every version, where it belongs', async () => {
    const services = servicesAt();
    const result = await run(services, ancestorFolder());
    expect(result).toMatchObject({ source: 'ancestor', present: [], failed: [], dryRun: false });
    expect([...result.added].sort()).toEqual(ancestorIds);
    expect(result.projects.added).toHaveLength(3);
    expect(importSessions.exitCode?.(result)).toBe(0);
    expect(await services.store.ids('archive')).toEqual([archived]);
    expect(await services.store.read(active)).toMatchObject({
      status: 'active',
      intent: 'Betaling met iDEAL afmaken',
      needs: { text: 'Keur de betaling van € 0,01 goed op je telefoon' },
      startedAt: '2026-03-02T14:12:40.200Z',
      agent: { name: 'claude', sessionId: '5a0c8d0e-6a2f-4a52-9d3b-0f6f3f1f2c11' },
      where: { worktree: '/Users/robin/Projecten/webwinkel-ideal' },
      ancestor: { energie: { begin: 4, eind: null }, labels: ['betaling', 'kassa'], schema_version: 3 },
    });
    expect(await lockRemains(services.store.home)).toEqual([]);
  });

  it('keeps unknown fields through later changes', async () => {
    const services = servicesAt();
    await run(services, ancestorFolder());
    const changed = await services.store.update(active, (session, moment) =>
      transitions.setActivity(session, { activity: 'klaar' }, moment),
    );
    expect(changed).toMatchObject({ ancestor: { energie: { begin: 4 } } });
    expect(changed.tasks[1]).toMatchObject({ prioriteit: 2 });
    expect(changed.events[0]).toMatchObject({ bron: 'e-mail' });
    expect(changed.decisions[1]).toMatchObject({ reden: 'de klant kan het venster sluiten' });
    expect(changed.commits[0]).toMatchObject({ auteur: 'Robin' });
  });

  it('links a resumed session and its continuation', async () => {
    const services = servicesAt();
    await run(services, ancestorFolder());
    expect((await services.store.read(resumed)).resumedAs).toBe(active);
    expect((await services.store.read(active)).resumedFrom).toBe(resumed);
  });

  it('adds nothing the second time, and overwrites nothing', async () => {
    const services = servicesAt();
    const folder = ancestorFolder();
    await run(services, folder);
    await services.store.update(active, (session, moment) =>
      transitions.setActivity(session, { activity: 'changed since' }, moment),
    );
    await services.store.update(resumed, (session, moment) => transitions.moveToTrash(session, {}, moment));
    const before = treeOf(services.store.home.root);
    const result = await run(services, folder);
    expect(result).toMatchObject({ added: [], failed: [], projects: { added: [] } });
    expect([...result.present].sort()).toEqual(ancestorIds);
    expect(result.projects.present).toHaveLength(3);
    expect(treeOf(services.store.home.root)).toEqual(before);
  });

  it('writes nothing in a dry run, and tells what it would do', async () => {
    const services = servicesAt();
    const folder = ancestorFolder();
    spoil(folder);
    const [home, source] = [treeOf(services.store.home.root), treeOf(folder)];
    const planned = await run(services, folder, true);
    expect(treeOf(services.store.home.root)).toEqual(home);
    const done = await run(services, folder);
    expect(planned).toEqual({ ...done, dryRun: true });
    expect(treeOf(folder)).toEqual(source);
    const filled = treeOf(services.store.home.root);
    await run(services, folder, true);
    expect(treeOf(services.store.home.root)).toEqual(filled);
  });

  it('reports what is not usable by its name, and imports the others', async () => {
    const services = servicesAt();
    const folder = ancestorFolder();
    spoil(folder);
    edit(folder, 'sessions/sess_20260115T0930_a1b2.json', value => ({ ...value, status: 'zombie' }));
    writeFileSync(join(folder, 'sessions', 'sess_20260112T0000_0000.json'), '['.repeat(200_000));
    writeFileSync(
      join(folder, 'sessions', 'copy.json'),
      readFileSync(join(folder, 'sessions', `${active}.json`)),
    );
    writeFileSync(
      join(folder, 'sessions', 'archive', `${active}.json`),
      readFileSync(join(folder, 'sessions', `${active}.json`)),
    );
    const result = await run(services, folder);
    expect(result.failed).toEqual([
      { file: 'sessions/copy.json', message: 'The id in it is not that of its file name.' },
      { file: 'sessions/sess_20260112T0000_0000.json', message: 'It is not complete JSON.' },
      {
        file: 'sessions/sess_20260115T0930_a1b2.json',
        message: 'status must be one of active, parked, completed.',
      },
      { file: 'sessions/sess_20260210T1111_dead.json', message: 'It is not complete JSON.' },
      { file: 'sessions/sess_20260211T1200_1111.json', message: 'It is a link, which is not followed.' },
      { file: `sessions/archive/${active}.json`, message: expect.stringContaining('is there twice') },
    ]);
    expect([...result.added].sort()).toEqual(ancestorIds.filter(id => !id.endsWith('a1b2')));
    expect(importSessions.exitCode?.(result)).toBe(5);
    expect(importSessions.warnings?.(result)).toHaveLength(6);
  });

  it('takes copies that sync programs make for neither sessions nor projects', async () => {
    const services = servicesAt();
    const folder = ancestorFolder();
    const [session, project] = [`sessions/${active}`, 'projects/webwinkel'];
    for (const file of [session, project])
      for (const copy of [' (conflicted copy 2026-11-01)', '.sync-conflict-20261101-101010-ABCDEFG'])
        writeFileSync(join(folder, `${file}${copy}.json`), readFileSync(join(folder, `${file}.json`)));
    const result = await run(services, folder);
    expect(result.failed).toEqual([]);
    expect([...result.added].sort()).toEqual(ancestorIds);
    expect(result.projects.added).toHaveLength(3);
  });

  it('takes the state of a project that something else names, whatever its name is', async () => {
    const services = servicesAt();
    const folder = ancestorFolder();
    edit(folder, `sessions/${active}.json`, value => ({ ...value, project_slug: 'web.winkel 2' }));
    writeFileSync(join(folder, 'projects', 'web.winkel 2.json'), '{"current_phase": "Fase 3"}');
    await run(services, folder);
    const phases = (await readProjects(services.store)).map(({ phase }) => phase);
    expect(phases).toContain('Fase 3');
  });

  it('takes sessions over without config and projects', async () => {
    const services = servicesAt();
    const folder = ancestorFolder();
    rmSync(join(folder, 'config.json'));
    rmSync(join(folder, 'projects'), { recursive: true });
    const result = await run(services, folder);
    expect(result.failed).toEqual([]);
    expect(result.added).toHaveLength(ancestorIds.length);
    // The sessions themselves tell where the project is.
    const { root, worktree } = (await services.store.read('sess_20260115T0930_a1b2')).where;
    expect([root, worktree]).toEqual(Array(2).fill('/Users/robin/Projecten/webwinkel-ideal'));
  });

  it('makes each project once, with its phase and roadmap', async () => {
    const services = servicesAt();
    await run(services, ancestorFolder());
    const projects = await readProjects(services.store);
    const shop = projects.find(({ name }) => name === 'Webwinkel');
    expect(shop).toMatchObject({
      roots: ['/Users/robin/Projecten/webwinkel'],
      registeredAt: '2026-01-12T08:15:02.418Z',
      phase: 'Fase 2: afrekenen',
      done: ["Productpagina's", 'Zoekfunctie'],
      doing: ['Betaling met iDEAL'],
      upcoming: ['Retouren', 'Kortingscodes'],
      ancestor: { webwinkel: { path: '/Users/robin/Projecten/webwinkel', active_sessions: 1 } },
    });
    expect((await services.store.read(active)).project).toMatchObject({ key: shop?.key, name: 'Webwinkel' });
    expect(projects.find(({ name }) => name === 'Facturen API')).toMatchObject({
      ancestor: { 'facturen-api': { kleur: 'blauw' } },
    });
    // Nobody knows where it was: nothing is made up, and no folder holds its sessions.
    const loose = projects.find(({ name }) => name === 'losse-eindjes');
    expect(loose).toMatchObject({ roots: [] });
    expect((await services.store.read(unregistered)).where.worktree).toMatch(/unknown.losse-eindjes$/);
  });

  it('gives the imported session to the agent that had it', async () => {
    const services = servicesAt();
    await run(services, ancestorFolder());
    const agent = { agent: 'claude', agentSession: '5a0c8d0e-6a2f-4a52-9d3b-0f6f3f1f2c11' };
    const session = (await start.run(services, { intent: 'again', ...agent })) as Session;
    expect(session.id).toBe(active);
  });

  it('gives an agent with two sessions the active one', async () => {
    const services = servicesAt();
    const folder = ancestorFolder();
    const parked = 'sessions/sess_20260227T0830_d00f.json';
    edit(folder, parked, value => ({ ...value, claude_session_id: 'one', started_at: '2026-04-01' }));
    edit(folder, `sessions/${active}.json`, value => ({ ...value, claude_session_id: 'one' }));
    await run(services, folder);
    const session = (await start.run(services, {
      intent: 'again',
      agent: 'claude',
      agentSession: 'one',
    })) as Session;
    expect(session.id).toBe(active);
  });

  it('refuses what is not there, or is something else', async () => {
    const services = servicesAt();
    await expect(run(services, '/no/such/folder')).rejects.toMatchObject({ code: 'not_found' });
    await expect(run(services, temporaryFolder())).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('tells that a home of ours is none of the ancestor’s', async () => {
    const services = servicesAt();
    await run(services, ancestorFolder());
    const other = servicesAt();
    const result = await run(other, services.store.home.root);
    expect(result.added).toEqual([]);
    expect(result.failed[0]?.message).toContain('is a document of Work Sessions itself');
  });
});

describe("import of the ancestor's folder, where the repository is still there", () => {
  const folder = useTemporaryFolder();

  it('makes the sessions those of the project that start would make', async () => {
    const root = initRepository(join(folder(), 'webwinkel'));
    const source = ancestorFolder();
    edit(source, 'config.json', value => ({
      ...value,
      projects: { webwinkel: { name: 'Webwinkel', path: root, registered_at: '2026-01-12' } },
    }));
    edit(source, `sessions/${active}.json`, value => ({ ...value, worktree_root: root }));
    const services = servicesAt(root);
    const own = (await start.run(services, { intent: 'my own' })) as Session;
    await run(services, source);
    const { sessions } = (await list.run(services, {})) as { sessions: { id: string }[] };
    expect(sessions.map(({ id }) => id).sort()).toEqual(
      [
        ...ancestorIds.filter(id => ![archived, unregistered, 'sess_20260227T0830_d00f'].includes(id)),
        own.id,
      ].sort(),
    );
    expect(await services.store.read(active)).toMatchObject({
      project: { key: own.project.key },
      where: { worktree: root },
    });
    expect(await readProjects(services.store)).toContainEqual(
      expect.objectContaining({ key: own.project.key, name: 'webwinkel', phase: 'Fase 2: afrekenen' }),
    );
  });

  it('tells two repositories of one name apart by their worktrees', async () => {
    const first = initRepository(join(folder(), 'a', 'api'));
    const second = initRepository(join(folder(), 'b', 'api'));
    mkdirSync(join(second, 'src'));
    const source = ancestorFolder();
    edit(source, 'config.json', () => ({ projects: { webwinkel: { name: 'api', path: first } } }));
    edit(source, `sessions/${active}.json`, value => ({ ...value, worktree_root: join(second, 'src') }));
    const services = servicesAt(first);
    await run(services, source);
    const [other, same] = [await services.store.read(active), await services.store.read(resumed)];
    expect(other).toMatchObject({ where: { root: second, worktree: second } });
    expect(same).toMatchObject({ where: { root: first, worktree: first } });
    expect(other.project.key).not.toBe(same.project.key);
    expect((await readProjects(services.store)).map(({ key }) => key)).toEqual(
      expect.arrayContaining([other.project.key, same.project.key]),
    );
  });

  it('makes one project of two slugs of one repository, which the first one names; a dry run says the same', async () => {
    const root = initRepository(join(folder(), 'shop'));
    mkdirSync(join(root, 'src'));
    const source = ancestorFolder();
    edit(source, 'config.json', () => ({
      projects: {
        webwinkel: { name: 'Webwinkel', path: root },
        'facturen-api': { name: 'Facturen', path: join(root, 'src') },
      },
    }));
    const asked: string[] = [];
    const services: Services = { ...servicesAt(root), identifyLater: ({ key }) => asked.push(key) };
    const told = await run(services, source, true);
    expect(asked).toEqual([]);
    const { projects } = await run(services, source);
    expect(projects).toEqual(told.projects);
    const record = (await readProjects(services.store)).find(({ roots }) => roots.includes(root));
    expect(record).toMatchObject({
      name: 'Webwinkel',
      ancestor: { webwinkel: { path: root }, 'facturen-api': { path: join(root, 'src') } },
    });
    expect(new Set(asked)).toEqual(new Set([record?.key]));
    const sessions = await Promise.all(ancestorIds.map(id => services.store.read(id)));
    const inside = sessions.filter(({ project }) => project.key === record?.key);
    expect(inside.length).toBeGreaterThan(1);
    expect(new Set(inside.map(({ project }) => project.name))).toEqual(new Set(['Webwinkel']));
  });
});
