import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { nodeFileSystem } from '../../../src/store/fileSystem.ts';
import type { Home } from '../../../src/store/home.ts';
import { updateSettings } from '../../../src/store/records.ts';
import {
  defaultSettings,
  readSettings,
  type SettingName,
  settingNames,
  settingRange,
} from '../../../src/store/settings.ts';
import { activeSession, parentId } from '../../support/builders.ts';
import { instrument, systemError } from '../../support/instrumentedFileSystem.ts';
import { foreignLock, lockRemains } from '../../support/locks.ts';
import { note } from '../../support/operationKinds.ts';
import { onWindows, openStore, temporaryHome } from '../../support/temporaryHome.ts';

const ranges: Record<SettingName, readonly [least: number, most: number]> = {
  staleHours: [0.01, 8_760],
  archiveAfterDays: [0, 36_500],
  lockWaitSeconds: [0.1, 600],
  lockStaleSeconds: [2, 600],
  gitTimeoutSeconds: [0.1, 600],
};

test('there are defaults where there is no file, and for what is not in it', async () => {
  const read = async (home: Home) => {
    const { settings, problems } = await readSettings(nodeFileSystem, home);
    expect(problems).toEqual([]);
    return settings;
  };
  expect(await read(temporaryHome())).toEqual(defaultSettings);
  expect(await read(temporaryHome({}))).toEqual(defaultSettings);
  expect(await read(temporaryHome({ staleHours: 3, later: true }))).toEqual({
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

  test('out of range in the file is told, and its default is used', async () => {
    const other = name === 'staleHours' ? 'archiveAfterDays' : 'staleHours';
    const home = temporaryHome({ [name]: most + 1, [other]: 7 });
    expect(await readSettings(nodeFileSystem, home)).toMatchObject({
      settings: { ...defaultSettings, [other]: 7 },
      problems: [{ code: 'invalid_settings', details: { path: home.config, name } }],
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

/** Ways in which the file is not as it should be; what becomes of it when a setting is set. */
const broken: Record<string, (home: Home) => void> = {
  'cut short': home => writeFileSync(home.config, '{"staleHours": 3'),
  'no JSON': home => writeFileSync(home.config, '{staleHours: 3}'),
  'no object': home => writeFileSync(home.config, '[]'),
  empty: home => writeFileSync(home.config, ''),
  'a folder': home => mkdirSync(home.config),
};

test.for(Object.entries(broken))(
  'a file that is %s is told, stops nobody, and is put aside when a setting is set',
  async ([, make]) => {
    const home = temporaryHome({});
    rmSync(home.config);
    make(home);
    expect(await readSettings(nodeFileSystem, home)).toMatchObject({
      settings: defaultSettings,
      problems: [{ code: 'settings_unreadable', details: { path: home.config } }],
    });
    const store = openStore(home);
    await store.create(activeSession());
    expect((await store.update(parentId, note('x'))).revision).toBe(2);
    const before = statSync(home.config);
    expect(await updateSettings(store, 'staleHours', 4)).toMatchObject({ staleHours: 4 });
    const [aside, ...more] = readdirSync(home.unreadable);
    expect(more).toEqual([]);
    expect(statSync(join(home.unreadable, aside ?? '')).ino).toBe(before.ino);
    expect(await readSettings(nodeFileSystem, home)).toMatchObject({
      settings: { staleHours: 4 },
      problems: [],
    });
  },
);

test('a file with a byte order mark is read', async () => {
  const home = temporaryHome({});
  writeFileSync(home.config, '\ufeff{"staleHours": 12}');
  expect(await readSettings(nodeFileSystem, home)).toMatchObject({
    settings: { staleHours: 12 },
    problems: [],
  });
});

test.runIf(!onWindows)(
  'a link is followed: what it leads to is replaced, with its mode, and the link stays',
  async () => {
    const home = temporaryHome({});
    const real = join(home.root, '..', 'dotfiles.json');
    rmSync(home.config);
    writeFileSync(real, '{"staleHours": 12, "later": 1}', { mode: 0o640 });
    chmodSync(real, 0o640);
    symlinkSync(join('..', 'dotfiles.json'), home.config);
    expect(await readSettings(nodeFileSystem, home)).toMatchObject({
      settings: { staleHours: 12 },
      problems: [],
    });
    await updateSettings(openStore(home), 'staleHours', 4);
    expect(lstatSync(home.config).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual({ staleHours: 4, later: 1 });
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(await lockRemains(home)).toEqual([]);
  },
);

describe.runIf(!onWindows)('where the file is a link', () => {
  function linked(content: string | null): { home: Home; real: string } {
    const home = temporaryHome({});
    const real = join(home.root, '..', 'dotfiles.json');
    rmSync(home.config);
    if (content !== null) writeFileSync(real, content);
    symlinkSync(join('..', 'between.json'), home.config);
    symlinkSync('dotfiles.json', join(home.root, '..', 'between.json'));
    return { home, real };
  }

  test('what it leads to is made, if nothing stands there yet', async () => {
    const { home, real } = linked(null);
    expect(await updateSettings(openStore(home), 'staleHours', 4)).toMatchObject({ staleHours: 4 });
    expect(lstatSync(home.config).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(home.root, '..', 'between.json')).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual({ staleHours: 4 });
  });

  test('what cannot be read is copied aside, as it may be on another disk, and keeps its mode', async () => {
    const { home, real } = linked('{"staleHours": 3');
    chmodSync(real, 0o640);
    const { fs } = instrument(call => {
      if (call.name === 'rename' && call.to?.includes('unreadable')) throw systemError('EXDEV', call);
    });
    expect(await updateSettings(openStore(home, fs), 'staleHours', 4)).toMatchObject({ staleHours: 4 });
    const [aside, ...more] = readdirSync(home.unreadable);
    expect(more).toEqual([]);
    expect(readFileSync(join(home.unreadable, aside ?? ''), 'utf8')).toBe('{"staleHours": 3');
    expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual({ staleHours: 4 });
    expect(statSync(real).mode & 0o777).toBe(0o640);
  });

  test('one that leads to itself is told, and stops nobody from working', async () => {
    const home = temporaryHome({});
    rmSync(home.config);
    symlinkSync('config.json', home.config);
    expect(await readSettings(nodeFileSystem, home)).toMatchObject({
      settings: defaultSettings,
      problems: [{ code: 'settings_unreadable' }],
    });
    await expect(updateSettings(openStore(home), 'staleHours', 4)).rejects.toMatchObject({
      code: 'io',
      details: { code: 'ELOOP' },
    });
  });
});

test('settings that make no sense keep nobody from writing, nor from mending them', async () => {
  const home = temporaryHome({ lockWaitSeconds: -1 });
  const store = openStore(home);
  await store.create(activeSession());
  expect((await store.update(parentId, note('x'))).revision).toBe(2);
  expect(await updateSettings(store, 'lockWaitSeconds', 5)).toMatchObject({ lockWaitSeconds: 5 });
  expect(settingRange('nothing')).toContain('staleHours');
});

test('what the settings say of locks is followed by a window that lives for days', async () => {
  const home = temporaryHome({ lockWaitSeconds: 600 });
  const store = openStore(home);
  await store.create(activeSession());
  foreignLock(home, parentId);
  writeFileSync(home.config, '{"lockWaitSeconds": 0.1, "lockStaleSeconds": 600}');
  const real = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => real() + 6_000);
  try {
    await expect(store.update(parentId, note('x'))).rejects.toMatchObject({ code: 'busy' });
  } finally {
    vi.mocked(performance.now).mockRestore();
  }
});
