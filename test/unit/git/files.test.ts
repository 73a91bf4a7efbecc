import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kindOf, readText, realPath } from '../../../src/git/files.ts';
import { useTemporaryFolder } from './repository.ts';

const temporary = useTemporaryFolder();

test('a text is read whole or not at all', async () => {
  const path = join(temporary(), 'text');
  writeFileSync(path, 'größe\n');
  expect(await readText(path, 8)).toBe('größe\n');
  expect(await readText(path, 7)).toBeNull();
  writeFileSync(path, '');
  expect(await readText(path, 0)).toBe('');
});

test('what cannot be read is not there', async () => {
  const nowhere = join(temporary(), 'nowhere');
  for (const path of [nowhere, 'nul\0byte', '']) {
    expect(await readText(path, 100)).toBeNull();
    expect(await kindOf(path)).toBeNull();
    expect(await realPath(path)).toBeNull();
  }
  mkdirSync(join(temporary(), 'folder'));
  expect(await readText(join(temporary(), 'folder'), 1_000_000)).toBeNull();
});

test('links are followed', async () => {
  const folder = join(temporary(), 'folder');
  mkdirSync(folder);
  symlinkSync(folder, join(temporary(), 'link'), 'junction');
  expect(await realPath(join(temporary(), 'link'))).toBe(folder);
  expect(await kindOf(join(temporary(), 'link'))).toBe('folder');
});
