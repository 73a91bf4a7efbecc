import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as transitions from '../../../src/model/transitions.ts';
import { type Change, ChangeFeed } from '../../../src/store/changeFeed.ts';
import { documentPath, type Home, homeAt } from '../../../src/store/home.ts';
import { SummaryEntry } from '../../../src/store/summaries.ts';
import { activeSession, completedSession, parentId } from '../../support/builders.ts';
import { instrument, systemError } from '../../support/instrumentedFileSystem.ts';
import { note } from '../../support/operationKinds.ts';
import { openStore, temporaryFolder, temporaryHome } from '../../support/temporaryHome.ts';
import { until } from '../../support/workers.ts';

/** A feed that is running, and what it announced so far. */
async function startFeed(home: Home, fs = instrument().fs) {
  const feed = new ChangeFeed(openStore(home, fs));
  onTestFinished(() => feed.dispose());
  await feed.start();
  const changes: Change[] = [];
  feed.onDidChange(batch => changes.push(...batch));
  return { feed, changes };
}

const revisionOf = (item: Change['after'] | undefined) =>
  item instanceof SummaryEntry ? item.revision : null;
/** Long enough for events of what was done to have come, had there been any. */
const quiet = () => new Promise(resolve => setTimeout(resolve, 100));

test('a change of another process is announced once, as before and after', async () => {
  // Nobody looks again now and then: it is the system that tells.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const home = temporaryHome();
  const others = openStore(home);
  await others.create(activeSession());
  const { feed, changes } = await startFeed(home);
  expect(revisionOf(feed.items.get(parentId))).toBe(1);

  await others.update(parentId, note('x'));
  await until(() => changes.length > 0, 'the update');
  await others.create(activeSession('sess_new'));
  await until(() => changes.length > 1, 'the new session');
  await quiet();
  expect(changes.map(({ id, before, after }) => [id, revisionOf(before), revisionOf(after)])).toEqual([
    [parentId, 1, 2],
    ['sess_new', null, 1],
  ]);
});

test('archiving, deleting and bringing back are a session going and coming', async () => {
  const home = temporaryHome();
  const others = openStore(home);
  await others.create(completedSession());
  const { feed, changes } = await startFeed(home);
  await others.update(parentId, (session, now) => transitions.archive(session, {}, now));
  await until(() => !feed.items.has(parentId), 'the archiving');
  await others.update(parentId, (session, now) => transitions.unarchive(session, {}, now));
  await until(() => feed.items.has(parentId), 'the return');
  await quiet();
  expect(changes.map(({ before, after }) => [revisionOf(before), revisionOf(after)])).toEqual([
    [1, null],
    [null, 3],
  ]);
});

test('only what changed is read', async () => {
  const home = temporaryHome();
  const others = openStore(home);
  for (let index = 0; index < 50; index++) await others.create(activeSession(`sess_${index}`));
  const { fs, calls } = instrument();
  const { changes } = await startFeed(home, fs);
  const made = calls.length;
  await others.update('sess_7', note('x'));
  await until(() => changes.length > 0, 'the update');
  await quiet();
  const opened = calls.slice(made).filter(call => call.name === 'open');
  expect(new Set(opened.map(call => call.path))).toEqual(new Set([documentPath(home, 'sess_7', 'sessions')]));
});

test('what was missed is found by a rescan', async () => {
  const home = temporaryHome();
  const others = openStore(home);
  await others.create(activeSession());
  await others.create(activeSession('sess_gone'));
  const feed = new ChangeFeed(openStore(home));
  await feed.start();
  // As if the events of what follows were lost: nobody watches, but the feed is asked to look.
  feed.dispose();
  await others.update(parentId, note('x'));
  await others.create(activeSession('sess_new'));
  rmSync(documentPath(home, 'sess_gone', 'sessions'));
  const changes: Change[] = [];
  feed.onDidChange(batch => changes.push(...batch));
  await feed.rescan();
  expect(new Map(changes.map(({ id, after }) => [id, revisionOf(after)]))).toEqual(
    new Map([
      [parentId, 2],
      ['sess_gone', null],
      ['sess_new', 1],
    ]),
  );
  expect(changes).toHaveLength(3);
});

test('a document that becomes unreadable, and readable again, is announced as that', async () => {
  const home = temporaryHome();
  await openStore(home).create(activeSession());
  const { feed, changes } = await startFeed(home);
  const path = documentPath(home, parentId, 'sessions');
  const text = readFileSync(path);
  writeFileSync(path, text.subarray(0, 50));
  await until(() => !(feed.items.get(parentId) instanceof SummaryEntry), 'the broken document');
  expect(feed.items.get(parentId)).toMatchObject({ path, error: { code: 'unreadable' } });
  writeFileSync(path, text);
  await until(() => feed.items.get(parentId) instanceof SummaryEntry, 'the mended document');
  expect(changes.at(-1)?.before).toMatchObject({ path });
});

test('a home that is not there yet is waited for', async () => {
  const home = homeAt(`${temporaryFolder()}/a/b/home`);
  const { feed, changes } = await startFeed(home);
  expect(feed.items.size).toBe(0);
  await openStore(home).create(activeSession());
  await until(() => changes.length > 0, 'the first session');
  await openStore(home).update(parentId, note('x'));
  await until(() => revisionOf(feed.items.get(parentId)) === 2, 'its update');
});

test('a folder that is removed and made again is watched anew', async () => {
  const home = temporaryHome();
  await openStore(home).create(activeSession());
  const { feed } = await startFeed(home);
  rmSync(home.sessions, { recursive: true });
  await until(() => feed.items.size === 0, 'the removal');
  await openStore(home).create(activeSession('sess_again'));
  await until(() => feed.items.has('sess_again'), 'the new folder');
  await openStore(home).update('sess_again', note('x'));
  await until(() => revisionOf(feed.items.get('sess_again')) === 2, 'an update in the new folder');
});

test('a home that is removed step by step and made again is watched anew', async () => {
  const home = temporaryHome();
  await openStore(home).create(activeSession());
  const { feed } = await startFeed(home);
  rmSync(home.sessions, { recursive: true });
  await until(() => feed.items.size === 0, 'the removal');
  await quiet();
  rmSync(home.root, { recursive: true });
  await quiet();
  await openStore(home).create(activeSession('sess_again'));
  await until(() => feed.items.has('sess_again'), 'the new home');
});

test('a folder that is replaced by another is noticed by a rescan', async () => {
  const home = temporaryHome();
  await openStore(home).create(activeSession());
  const { feed } = await startFeed(home);
  renameSync(home.root, `${home.root}.old`);
  await openStore(home).create(activeSession('sess_other'));
  await feed.rescan();
  await until(() => [...feed.items.keys()].join() === 'sess_other', 'the other folder');
});

test('a folder that cannot be read for a while keeps what is known and ends nothing', async () => {
  const home = temporaryHome();
  mkdirSync(home.sessions, { recursive: true });
  let isBroken = false;
  const { fs } = instrument(call => {
    if (isBroken && call.path.startsWith(home.sessions)) throw systemError('EIO', call);
  });
  const { feed, changes } = await startFeed(home, fs);
  const unhandled: unknown[] = [];
  const listener = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', listener);
  onTestFinished(() => void process.off('unhandledRejection', listener));
  isBroken = true;
  // With nothing known yet, and an event that wants everything read.
  rmSync(home.sessions, { recursive: true });
  mkdirSync(home.sessions);
  await quiet();
  await expect(feed.rescan()).rejects.toMatchObject({ code: 'io' });
  isBroken = false;
  await openStore(home).create(activeSession());
  await until(() => feed.items.has(parentId), 'the session');
  isBroken = true;
  await feed.rescan();
  expect(feed.items.has(parentId)).toBe(true);
  expect(changes.map(change => revisionOf(change.after))).toEqual([1]);
  expect(unhandled).toEqual([]);
});

test('nothing is announced after it was disposed of', async () => {
  const home = temporaryHome();
  await openStore(home).create(activeSession());
  const { feed, changes } = await startFeed(home);
  feed.dispose();
  await openStore(home).update(parentId, note('x'));
  await quiet();
  expect(changes).toEqual([]);
});
