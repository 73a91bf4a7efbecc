import { EventEmitter } from 'node:events';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { FolderWatch, type FolderWatchOptions, type WatchSystem } from '../../../src/store/folderWatch.ts';
import { onWindows, temporaryFolder } from '../../support/temporaryHome.ts';

vi.setConfig({ testTimeout: 60_000 });

class FakeWatcher extends EventEmitter {
  close(): void {}
}

/** A system without a disk: which folders there are, and which it refuses to watch. */
class FakeSystem implements WatchSystem {
  readonly folders = new Map<string, number>();
  readonly refused = new Map<string, string>();
  readonly watched: string[] = [];
  listeners = new Map<string, (name: string | null) => void>();
  watchers: FakeWatcher[] = [];
  looks = 0;
  changedAt = 0;

  watch(folder: string, _keepAlive: boolean, onEvent: (name: string | null) => void): FakeWatcher {
    this.watched.push(folder);
    const code = this.folders.has(folder) ? this.refused.get(folder) : 'ENOENT';
    if (code) throw Object.assign(new Error(code), { code });
    this.listeners.set(folder, onEvent);
    const watcher = new FakeWatcher();
    this.watchers.push(watcher);
    return watcher;
  }

  async look(folder: string) {
    this.looks++;
    const ino = this.folders.get(folder);
    return ino === undefined ? null : { identity: `${ino}`, changedAt: this.changedAt };
  }
}

const root = process.platform === 'win32' ? 'C:\\' : '/';
const folder = join(root, 'home', 'sessions');

function watching(system: WatchSystem, options: Partial<FolderWatchOptions> = {}) {
  const heard = { names: [] as string[], lost: 0, refused: [] as string[] };
  const watch = new FolderWatch({
    folder,
    system,
    onName: name => heard.names.push(name),
    onLost: () => heard.lost++,
    onRefused: code => heard.refused.push(code),
    ...options,
  });
  onTestFinished(() => watch.close());
  return { watch, heard };
}

function systemWith(...folders: string[]): FakeSystem {
  const system = new FakeSystem();
  for (const each of [root, ...folders]) system.folders.set(each, system.folders.size + 1);
  return system;
}

const settle = async () => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a folder that is there is watched at once, and its names are told', async () => {
  const system = systemWith(dirname(folder), folder);
  const { heard } = watching(system);
  expect(system.watched).toEqual([folder]);
  await settle();
  system.listeners.get(folder)?.('a.json');
  expect(heard).toEqual({ names: ['a.json'], lost: 0, refused: [] });
});

test.for(['EACCES', 'EPERM', 'ENOSPC', 'EMFILE'])(
  'one that cannot be watched (%s) is told once, tried a few times at most, and looked at every 20 s',
  async code => {
    const system = systemWith(dirname(folder), folder);
    system.refused.set(folder, code);
    const { heard } = watching(system);
    await settle();
    expect(heard.refused).toEqual([code]);
    for (let look = 0; look < 20; look++) {
      vi.advanceTimersByTime(20_000);
      await settle();
    }
    expect(heard).toEqual({ names: [], lost: 1, refused: [code] });
    // Nothing that grows: a bounded number of tries and looks for each interval.
    expect(system.watched.length).toBeLessThan(60);
    expect(system.looks).toBeLessThan(200);
    system.changedAt++;
    vi.advanceTimersByTime(20_000);
    await settle();
    expect(heard.lost).toBe(2);
  },
);

test('one whose parents cannot be watched either is left to the looks', async () => {
  const system = systemWith(dirname(folder));
  system.refused.set(dirname(folder), 'EACCES');
  system.refused.set(root, 'EACCES');
  const { heard } = watching(system);
  await settle();
  expect(system.watched.length).toBeLessThan(20);
  system.folders.set(folder, 99);
  vi.advanceTimersByTime(20_000);
  await settle();
  expect(heard.lost).toBe(1);
  system.listeners.get(folder)?.('a.json');
  expect(heard.names).toEqual(['a.json']);
});

test('one that appears in between is watched; one that comes and goes for ever does not hold anybody up', async () => {
  const system = systemWith(dirname(folder));
  const look = system.look.bind(system);
  let turns = 0;
  // Whenever it is looked at it is there, whenever it is to be watched it is gone.
  system.look = async path => {
    if (path !== folder) return look(path);
    turns++;
    return { identity: 'x', changedAt: 0 };
  };
  watching(system);
  await settle();
  expect(turns).toBeLessThan(100);
});

test('errors of a watch without end end: it is watched again, a few times for each look', async () => {
  const system = systemWith(dirname(folder), folder);
  const { heard } = watching(system);
  await settle();
  for (let error = 0; error < 500; error++) {
    system.watchers.at(-1)?.emit('error', new Error('EPERM'));
    await settle();
  }
  expect(system.watched.length).toBeLessThan(600);
  expect(heard.names).toEqual([]);
});

test('a look that never ends holds nothing up, and nothing is told after closing', async () => {
  const system = systemWith(dirname(folder), folder);
  let answer = (_: null) => {};
  system.look = () =>
    new Promise(resolve => {
      answer = resolve;
    });
  const { watch, heard } = watching(system);
  system.listeners.get(folder)?.('a.json');
  expect(heard.names).toEqual(['a.json']);
  for (let look = 0; look < 10; look++) vi.advanceTimersByTime(20_000);
  watch.close();
  answer(null);
  await settle();
  system.listeners.get(folder)?.('b.json');
  expect(heard).toEqual({ names: ['a.json'], lost: 0, refused: [] });
});

/** Changes that another process may make at any moment, on the way to the wanted folder and in it. */
type Act = 'makeParent' | 'makeFolder' | 'write' | 'removeFolder' | 'removeParent';

/**
 * A disk that another process changes before any call to the system and before any answer. Its events are
 * those of Linux: a watch hears the names made and removed in its folder, and the folder's own removal.
 */
class ChangingSystem implements WatchSystem {
  readonly #acts: Act[];
  readonly #before: number[];
  /** The files of each folder that is there, by path; each folder made is another one. */
  readonly #there = new Map<string, { ino: number; files: Map<string, number> }>();
  #watches: { ino: number; onEvent: (name: string | null) => void }[] = [];
  #events: Promise<unknown> = Promise.resolve();
  #clock = 0;

  constructor(acts: Act[], before: number[]) {
    this.#acts = [...acts];
    this.#before = [...before];
    this.#make(root);
  }

  /** What is in the wanted folder; undefined if it is not there. */
  get content(): Map<string, number> | undefined {
    const files = this.#there.get(folder)?.files;
    return files && new Map(files);
  }

  watch(path: string, _keepAlive: boolean, onEvent: (name: string | null) => void): FakeWatcher {
    this.#change();
    const found = this.#there.get(path);
    if (!found) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    const watch = { ino: found.ino, onEvent };
    this.#watches.push(watch);
    const watcher = new FakeWatcher();
    watcher.close = () => {
      this.#watches = this.#watches.filter(each => each !== watch);
    };
    return watcher;
  }

  async look(path: string) {
    this.#change();
    const found = this.#there.get(path);
    const seen = found ? { identity: `${found.ino}`, changedAt: found.files.size } : null;
    await Promise.resolve();
    this.#change();
    return seen;
  }

  /** All that is left to do, one after the other, each heard before the next. */
  async finish(): Promise<void> {
    do {
      await settle();
      await this.#events;
    } while (this.#act());
    await settle();
  }

  #change(): void {
    for (let count = this.#before.shift() ?? 0; count > 0; count--) this.#act();
  }

  #act(): boolean {
    const act = this.#acts.shift();
    if (act === 'makeParent') this.#make(dirname(folder));
    if (act === 'makeFolder' && this.#there.has(dirname(folder))) this.#make(folder);
    if (act === 'write' && this.#there.has(folder)) {
      this.#there.get(folder)?.files.set(`${this.#clock % 2}.json`, ++this.#clock);
      this.#tell(folder, `${(this.#clock - 1) % 2}.json`);
    }
    if (act === 'removeFolder' || act === 'removeParent') this.#remove(folder);
    if (act === 'removeParent') this.#remove(dirname(folder));
    return act !== undefined;
  }

  #make(path: string): void {
    if (this.#there.has(path)) return;
    this.#there.set(path, { ino: ++this.#clock, files: new Map() });
    this.#tell(dirname(path), basename(path));
  }

  #remove(path: string): void {
    const removed = this.#there.get(path);
    if (!removed) return;
    for (const name of removed.files.keys()) this.#tell(path, name);
    this.#tell(path, basename(path));
    this.#there.delete(path);
    this.#tell(dirname(path), basename(path));
  }

  #tell(path: string, name: string): void {
    const ino = this.#there.get(path)?.ino;
    for (const watch of this.#watches.filter(each => each.ino === ino)) {
      this.#events = this.#events.then(() => {
        this.#change();
        if (this.#watches.includes(watch)) watch.onEvent(name);
      });
    }
  }
}

test('whatever is made or removed between any two steps is told, without waiting for the next look', async () => {
  const act = fc.constantFrom<Act>('makeParent', 'makeFolder', 'write', 'removeFolder', 'removeParent');
  const acts = fc.array(act, { maxLength: 6 }).map(some => [...some, 'makeParent', 'makeFolder'] as Act[]);
  const more = fc.array(fc.constant<Act>('write'), { maxLength: 2 });
  const before = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(acts, more, before, async (some, last, counts) => {
      const system = new ChangingSystem([...some, ...last], counts);
      let known: Map<string, number> | undefined;
      const watch = new FolderWatch({
        folder,
        system,
        onName: name => {
          const version = system.content?.get(name);
          known ??= new Map();
          if (version === undefined) known.delete(name);
          else known.set(name, version);
        },
        onLost: () => {
          known = system.content;
        },
      });
      // Whoever watches reads everything after it.
      known = system.content;
      await system.finish();
      watch.close();
      expect(known ?? new Map()).toEqual(system.content ?? new Map());
    }),
    { numRuns: 10_000 },
  );
});

/** On a real disk, with real events. */
async function until(look: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !look(); turn++) await new Promise(resolve => setTimeout(resolve, 20));
  expect(look()).toBe(true);
}

test('on a real disk a folder is waited for, lost, replaced by a file, by a link, and found again', async () => {
  vi.useRealTimers();
  const base = temporaryFolder();
  const wanted = join(base, 'home', 'sessions');
  const names: string[] = [];
  let lost = 0;
  const watch = new FolderWatch({ folder: wanted, onName: name => names.push(name), onLost: () => lost++ });
  onTestFinished(() => watch.close());
  await watch.check();
  mkdirSync(wanted, { recursive: true });
  await until(() => lost > 0);
  await watch.check();
  writeFileSync(join(wanted, 'a.json'), '');
  await until(() => names.includes('a.json'));

  const before = lost;
  renameSync(join(base, 'home'), join(base, 'gone'));
  writeFileSync(join(base, 'home'), 'a file');
  await watch.check();
  await until(() => lost > before);
  rmSync(join(base, 'home'));
  if (!onWindows) {
    symlinkSync('home', join(base, 'home'));
    await watch.check();
    rmSync(join(base, 'home'));
  }
  mkdirSync(wanted, { recursive: true });
  await watch.check();
  writeFileSync(join(wanted, 'b.json'), '');
  await until(() => names.includes('b.json') || lost > before + 1);
});
