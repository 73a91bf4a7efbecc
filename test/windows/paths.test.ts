import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, win32 } from 'node:path';
import { expect, test } from 'vitest';
import type { Summary } from '../../src/model/queries.ts';
import { folderOnC, scratchFolder, WindowsDesk, windowsPath } from './support/onWindows.ts';

test('a home on drive C, in whatever case, and by the name that Windows itself uses for it', async () => {
  const home = folderOnC();
  const desk = new WindowsDesk(scratchFolder(), home);
  const { id } = await desk.session('start', 'Fix the login');
  expect(existsSync(desk.path(id))).toBe(true);
  for (const name of [
    home.windows.toUpperCase(),
    home.windows.replaceAll('\\', '/'),
    `\\\\?\\${home.windows}`,
  ]) {
    expect(await desk.json<Summary[]>('list', '--home', name)).toMatchObject([{ id }]);
  }
});

test('a drive and a share that are not there: told as such, not as somebody else’s work', async () => {
  const desk = new WindowsDesk();
  for (const home of ['Q:\\work\\sessions', '\\\\localhost\\no-share\\sessions']) {
    const sentence = await desk.fails(5, 'start', 'Fix the login', '--home', home);
    expect(sentence).toContain(`Cannot write ${win32.parse(home).root}`);
  }
});

test('a folder is the same project in any case and spelling', async () => {
  const root = scratchFolder();
  const desk = new WindowsDesk(root, undefined, join(root, 'Shop'));
  const { id, project } = await desk.session('start', 'Fix the login');
  const shop = windowsPath(desk.folder);
  for (const folder of [shop.toUpperCase(), `${shop.replaceAll('\\', '/')}/`, `\\\\?\\${shop}`]) {
    expect(await desk.json<Summary[]>('list', '--project', folder)).toMatchObject([
      { id, project: { key: project.key } },
    ]);
  }
  const second = await desk.session('start', 'Read the new API', '--project', shop.toLowerCase());
  expect(second.project.key).toBe(project.key);
  expect(readdirSync(join(desk.hostHome, 'projects'))).toHaveLength(1);
});

test('names that Windows keeps for devices are neither ids nor files to export to', async () => {
  const desk = new WindowsDesk();
  await desk.ok('start', 'Fix the login');
  expect(await desk.fails(3, 'show', 'CON')).toContain('CON');
  for (const name of ['NUL', 'con.md', 'aux .txt'])
    expect(await desk.fails(2, 'export', '--all', '-o', name)).toContain('a device');
  expect(readdirSync(desk.folder)).toEqual([]);
});

test('a home and an export that are deeper than 260 characters', async () => {
  const deep = join(scratchFolder(), 'a'.repeat(120), 'b'.repeat(120), 'c'.repeat(120));
  mkdirSync(deep, { recursive: true });
  const home = join(deep, 'home');
  const desk = new WindowsDesk(scratchFolder(), { windows: windowsPath(home), host: home });
  const { id } = await desk.session('start', 'Fix the login');
  await desk.ok('complete');
  await desk.ok('archive', id);
  expect(existsSync(desk.path(id, 'archive'))).toBe(true);
  await desk.ok('export', '--all', '-o', windowsPath(join(deep, 'all.md')));
  expect(readdirSync(deep).sort()).toEqual(['all.md', 'home']);
});
