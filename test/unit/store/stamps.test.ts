import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeFileSystem } from '../../../src/store/fileSystem.ts';
import { atOnceFileSystem } from '../../../src/store/stampsAtOnce.ts';
import { temporaryFolder } from '../../support/temporaryHome.ts';

test('stamps are those of regular files, in the order of the names, taken one way or the other', async () => {
  const folder = temporaryFolder();
  const names = Array.from({ length: 300 }, (_, index) => `${index}.json`);
  for (const name of names) writeFileSync(join(folder, name), name);
  mkdirSync(join(folder, 'folder.json'));
  symlinkSync(join(folder, '0.json'), join(folder, 'link.json'));
  const asked = ['missing.json', ...names, 'folder.json', 'link.json', '\0'];
  const stamps = await nodeFileSystem.stamps(folder, asked);
  expect(stamps.map(stamp => stamp?.size ?? null)).toEqual([
    null,
    ...names.map(name => name.length),
    ...[null, null, null],
  ]);
  expect(await atOnceFileSystem.stamps(folder, asked)).toEqual(stamps);
});
