import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Project } from '../../src/model/project.ts';
import { Desk, git, newFolder, repository, scratchFolder } from './support/desk.ts';

interface Layout {
  /** A shell in a worktree of the repository. */
  readonly worktree: Desk;
  /** A shell in the folder that the worktree lies in. */
  readonly beside: Desk;
}

/** A bare repository at a path in a new scratch folder, with a worktree beside it. */
function bare(path: string, { withDotGit = false } = {}): Layout {
  const root = scratchFolder();
  const source = repository(join(root, 'source'));
  const folder = join(root, path);
  git(root, 'clone', '-q', '--bare', source, folder);
  const beside = join(folder, '..');
  if (withDotGit) writeFileSync(join(beside, '.git'), 'gitdir: ./.bare\n');
  git(folder, 'worktree', 'add', '-q', join(beside, 'main'), 'main');
  const desk = new Desk(root, beside);
  return { beside: desk, worktree: desk.at(join(beside, 'main')) };
}

const names = async (desk: Desk) =>
  (await desk.json<Project[]>('project', 'list')).map(({ name }) => name).sort();
const ids = async (desk: Desk) => (await desk.list()).map(({ id }) => id).sort();

test.each([
  ['shop/.bare', { withDotGit: true }],
  ['shop/.bare', {}],
  ['shop/bare', {}],
  ['shop/.git', {}],
])('a repository kept as %s (%o) is called like its folder, which belongs to it', async (path, options) => {
  const { beside, worktree } = bare(path, options);
  const { id } = await worktree.session('start', 'in the worktree');
  await beside.identified();
  expect(await names(worktree)).toEqual(['shop']);
  const inside = beside.at(newFolder(beside.folder, 'notes', 'deep'));
  const inRepository = beside.at(newFolder(beside.root, path, 'hooks'));
  for (const there of [beside, inside, inRepository]) expect(await ids(there)).toEqual([id]);
  // What is done there is a piece of work of its own: no worktree is shared.
  expect(await beside.fails(3, 'log', 'x')).toMatchObject({ code: 'no_session_here' });
  const other = await beside.session('start', 'beside the worktrees');
  expect(other).toMatchObject({
    where: { worktree: beside.folder },
    branch: null,
    project: { name: 'shop' },
  });
  expect((await beside.session('log', 'x')).id).toBe(other.id);
  expect((await worktree.session('log', 'x')).id).toBe(id);
  expect(await ids(worktree)).toEqual([id, other.id].sort());
  expect(await names(worktree)).toEqual(['shop']);
  expect(await beside.fails(5, 'commit', 'capture')).toMatchObject({ code: 'git' });
});

test('the folder that holds the worktrees is the project, also when work begins there', async () => {
  const { beside, worktree } = bare('shop/.bare', { withDotGit: true });
  const { id } = await beside.session('start', 'beside the worktrees');
  const other = await worktree.session('start', 'in the worktree');
  expect(other.project.key).toBe(beside.document(id).project.key);
  expect(await ids(beside)).toEqual([id, other.id].sort());
});

test('a repository kept as shop.git is called shop, and what lies beside it is not its own', async () => {
  const { beside, worktree } = bare('shop.git');
  const { id } = await worktree.session('start', 'in the worktree');
  expect(await names(worktree)).toEqual(['shop']);
  expect(await ids(beside.at(join(beside.root, 'shop.git')))).toEqual([id]);
  expect(await ids(beside)).toEqual([]);
});

test('a project that was called by the folder of its repository gets its name with the next session', async () => {
  const { beside, worktree } = bare('shop/.bare');
  await worktree.ok('start', 'one');
  const [project] = worktree.projects();
  const path = join(worktree.home, 'projects', `${project?.key}.json`);
  writeFileSync(path, JSON.stringify({ ...project, name: '.bare', roots: [worktree.folder] }));
  await worktree.ok('start', 'two');
  expect(worktree.projects()).toMatchObject([
    { key: project?.key, name: 'shop', roots: [beside.folder, worktree.folder] },
  ]);
});
