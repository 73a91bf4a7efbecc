import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Worktree } from '../../../src/git/worktree.ts';
import { newProject, type Project } from '../../../src/model/project.ts';
import {
  contains,
  findProject,
  isGone,
  keysOf,
  type Place,
  placeOf,
  projectRef,
  registerProject,
  rootOf,
  whereOf,
} from '../../../src/operations/places.ts';
import { createServices } from '../../../src/operations/services.ts';
import { minute } from '../../support/builders.ts';
import { temporaryFolder } from '../../support/temporaryHome.ts';
import { servicesIn } from './support.ts';

/** A repository as far as reading it goes: nothing here starts git. */
function repository(folder: string, remote?: string): string {
  mkdirSync(join(folder, '.git', 'refs'), { recursive: true });
  writeFileSync(join(folder, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(folder, '.git', 'config'), remote ? `[remote "origin"]\n\turl = ${remote}\n` : '');
  return folder;
}

const record = (key: string, changes: Partial<Project> = {}): Project => ({
  ...newProject({ key, name: key, root: `/work/${key}`, commonDir: null, remote: null }, minute(0)),
  ...changes,
});

test('contains', () => {
  expect(contains('/a', '/a')).toBe(true);
  expect(contains('/a', '/a/b/c')).toBe(true);
  expect(contains('/', '/a')).toBe(true);
  expect(contains('/a', '/ab')).toBe(false);
  expect(contains('/a/b', '/a')).toBe(false);
  expect(contains('/a', '/b')).toBe(false);
  // A folder's name may begin with two dots.
  expect(contains('/a', '/a/..b')).toBe(true);
});

test('the root of a project is the repository’s main folder, else the worktree, else the folder', () => {
  const git = (root: string, commonDir: string): Worktree => ({
    root,
    gitDir: commonDir,
    commonDir,
    branch: null,
    head: null,
  });
  const place = (worktree: Worktree | null): Place => ({
    folder: '/x/y',
    git: worktree,
    commonDir: worktree?.commonDir ?? null,
    project: null,
    keys: new Set(),
  });
  expect(rootOf(place(git('/work/api', '/work/api/.git')))).toBe('/work/api');
  expect(rootOf(place(git('/work/hotfix', '/work/api/.git')))).toBe('/work/api');
  expect(rootOf(place(git('/work/hotfix', '/srv/api.git')))).toBe('/work/hotfix');
  // Kept as NAME/.bare, with the worktrees beside it.
  expect(rootOf(place(git('/work/api/main', '/work/api/.bare')))).toBe('/work/api');
  expect(rootOf(place(null))).toBe('/x/y');
});

describe('a folder', () => {
  test('has no project before one was registered, and looking registers none', async () => {
    const folder = repository(temporaryFolder());
    const services = servicesIn(folder);
    expect(await placeOf(services)).toMatchObject({
      folder,
      git: { root: folder, branch: 'main' },
      project: null,
      keys: new Set(),
    });
    const project = await registerProject(services, await placeOf(services));
    expect(project).toMatchObject({
      roots: [folder],
      commonDirs: [join(folder, '.git')],
      remote: null,
      firstCommit: null,
    });
    expect(await placeOf(services)).toMatchObject({ project, keys: new Set([project.key]) });
    // Registered once: the second time nothing is written.
    expect(await registerProject(services, await placeOf(services))).toEqual(project);
    expect(projectRef(project)).toEqual({
      key: project.key,
      name: project.name,
      firstCommit: null,
      remote: null,
    });
    expect(whereOf(await placeOf(services))).toEqual({
      worktree: folder,
      root: folder,
      commonDir: join(folder, '.git'),
    });
  });

  test('that is not there is refused', async () => {
    await expect(placeOf(servicesIn(), '/nowhere/at/all')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('asks for its first commit to be found later, not now', async () => {
    const asked: string[] = [];
    const folder = repository(temporaryFolder());
    const home = join(temporaryFolder(), 'home');
    const services = createServices({ home, folder, identifyLater: ({ key }) => asked.push(key) });
    const { key } = await registerProject(services, await placeOf(services));
    expect(asked).toEqual([key]);
  });

  test('outside git belongs to the deepest known folder that holds it', async () => {
    const top = temporaryFolder();
    mkdirSync(join(top, 'a', 'b'), { recursive: true });
    const services = servicesIn(top);
    const outer = await registerProject(services, await placeOf(services));
    expect((await placeOf(services, join(top, 'a', 'b'))).project?.key).toBe(outer.key);
    const inner = await registerProject(services, await placeOf(services, join(top, 'a')));
    expect(inner.key).not.toBe(outer.key);
    expect((await placeOf(services, join(top, 'a', 'b'))).project?.key).toBe(inner.key);
    expect((await placeOf(services)).project?.key).toBe(outer.key);
  });

  test('that became a repository later is the same project', async () => {
    const folder = join(temporaryFolder(), 'notes');
    mkdirSync(folder);
    const services = servicesIn(folder);
    const before = await registerProject(services, await placeOf(services));
    repository(folder);
    const place = await placeOf(services);
    expect(place.project?.key).toBe(before.key);
    const after = await registerProject(services, place);
    expect(after).toMatchObject({ key: before.key, commonDirs: [join(folder, '.git')] });
    expect((await placeOf(services)).project?.key).toBe(before.key);
  });

  test('with the remote of a project that is gone from where it was is that project, moved', async () => {
    const top = temporaryFolder();
    const old = repository(join(top, 'old'), 'git@github.com:team/api.git');
    const services = servicesIn(old);
    const project = await registerProject(services, await placeOf(services));
    const copy = repository(join(top, 'copy'), 'https://github.com/team/api');
    // As long as the old one is there, the copy is another.
    expect((await placeOf(services, copy)).project).toBeNull();
    renameSync(old, join(top, 'put aside'));
    renameSync(join(top, 'put aside'), join(top, 'moved'));
    const place = await placeOf(services, join(top, 'moved'));
    expect(place.project?.key).toBe(project.key);
    expect(await registerProject(services, place)).toMatchObject({
      key: project.key,
      roots: [join(top, 'moved'), old],
    });
  });
});

test('isGone: nothing is left at any of its places', async () => {
  const there = temporaryFolder();
  expect(await isGone(record('a', { roots: ['/nowhere'] }))).toBe(true);
  expect(await isGone(record('a', { roots: ['/nowhere', there] }))).toBe(false);
  expect(await isGone(record('a', { roots: [there], commonDirs: ['/nowhere/.git'] }))).toBe(true);
});

test('keysOf follows what was merged, also in circles', () => {
  const projects = [
    record('a'),
    record('b', { mergedInto: 'a' }),
    record('c', { mergedInto: 'b' }),
    record('d'),
  ];
  expect(keysOf(projects, projects[0] as Project)).toEqual(new Set(['a', 'b', 'c']));
  expect(keysOf(projects, projects[3] as Project)).toEqual(new Set(['d']));
  const circle = [record('a', { mergedInto: 'b' }), record('b', { mergedInto: 'a' })];
  expect(keysOf(circle, circle[0] as Project).has('a')).toBe(true);
});

test('findProject: by key, by name, by an unambiguous part', async () => {
  const top = temporaryFolder();
  const services = servicesIn(top);
  const register = async (name: string) => {
    mkdirSync(join(top, name), { recursive: true });
    return registerProject(services, await placeOf(services, join(top, name)));
  };
  const [shop, shopAdmin, api, otherApi] = [
    ...[
      await register('shop'),
      await register('shop-admin'),
      await register('left/api'),
      await register('right/api'),
    ],
  ] as [Project, Project, Project, Project];
  expect((await findProject(services, 'shop')).key).toBe(shop.key);
  expect((await findProject(services, 'admin')).key).toBe(shopAdmin.key);
  expect((await findProject(services, api.key)).key).toBe(api.key);
  await expect(findProject(services, 'api')).rejects.toMatchObject({
    code: 'ambiguous',
    details: { candidates: expect.arrayContaining([expect.objectContaining({ id: otherApi.key })]) },
  });
  await expect(findProject(services, 'nothing')).rejects.toMatchObject({ code: 'not_found' });
});
