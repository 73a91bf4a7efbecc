import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeFileSystem } from '../../../src/store/fileSystem.ts';
import { updateSettings } from '../../../src/store/records.ts';
import {
  defaultSettings,
  readSettings,
  type SettingName,
  settingNames,
  settingRange,
} from '../../../src/store/settings.ts';
import { activeSession, parentId } from '../../support/builders.ts';
import { note } from '../../support/operationKinds.ts';
import { openStore, temporaryHome } from '../../support/temporaryHome.ts';

const ranges: Record<SettingName, readonly [least: number, most: number]> = {
  staleHours: [0.01, 8_760],
  archiveAfterDays: [0, 36_500],
  lockWaitSeconds: [0.1, 600],
  lockStaleSeconds: [2, 600],
  gitTimeoutSeconds: [0.1, 600],
};

test('there are defaults where there is no file, and for what is not in it', async () => {
  expect(await readSettings(nodeFileSystem, temporaryHome())).toEqual(defaultSettings);
  expect(await readSettings(nodeFileSystem, temporaryHome({}))).toEqual(defaultSettings);
  expect(await readSettings(nodeFileSystem, temporaryHome({ staleHours: 3, later: true }))).toEqual({
    ...defaultSettings,
    staleHours: 3,
  });
});

describe.for(settingNames)('%s', name => {
  const [least, most] = ranges[name];

  test.for([least, most])('takes %d', async value => {
    const store = openStore(temporaryHome());
    expect(await updateSettings(store, name, value)).toMatchObject({ [name]: value });
  });

  test.for([least - 0.001, most + 1, 'soon', null, Number.NaN])('does not take %j', async value => {
    const store = openStore(temporaryHome({ later: 1 }));
    await expect(updateSettings(store, name, value)).rejects.toMatchObject({
      code: 'invalid_input',
      details: { field: name, problem: settingRange(name) },
    });
    expect(readFileSync(store.home.config, 'utf8')).toBe('{"later":1}');
  });

  test('out of range in the file is shown, not replaced', async () => {
    const home = temporaryHome({ [name]: most + 1 });
    await expect(readSettings(nodeFileSystem, home)).rejects.toMatchObject({
      code: 'invalid_settings',
      details: { path: home.config, name },
    });
  });
});

test('a setting survives the settings of a later version around it', async () => {
  const store = openStore(temporaryHome({ later: { deep: [1] } }));
  await updateSettings(store, 'staleHours', 4);
  expect(JSON.parse(readFileSync(store.home.config, 'utf8'))).toEqual({
    later: { deep: [1] },
    staleHours: 4,
  });
});

test('a file that is not JSON is shown and stays, also when a setting is set', async () => {
  const home = temporaryHome({});
  writeFileSync(home.config, '{staleHours: 3}');
  await expect(readSettings(nodeFileSystem, home)).rejects.toMatchObject({ code: 'unreadable' });
  await expect(updateSettings(openStore(home), 'staleHours', 4)).rejects.toMatchObject({
    code: 'unreadable',
  });
  expect(readFileSync(home.config, 'utf8')).toBe('{staleHours: 3}');
});

test('settings that make no sense keep nobody from writing, nor from mending them', async () => {
  const home = temporaryHome({ lockWaitSeconds: -1 });
  const store = openStore(home);
  await store.create(activeSession());
  expect((await store.update(parentId, note('x'))).revision).toBe(2);
  await expect(readSettings(nodeFileSystem, home)).rejects.toMatchObject({ code: 'invalid_settings' });
  expect(await updateSettings(store, 'lockWaitSeconds', 5)).toMatchObject({ lockWaitSeconds: 5 });
  expect(settingRange('nothing')).toContain('staleHours');
});

test('a folder in the place of the file is an error, not the defaults', async () => {
  const home = temporaryHome();
  mkdirSync(home.config, { recursive: true });
  await expect(readSettings(nodeFileSystem, home)).rejects.toMatchObject({ code: 'unreadable' });
});
