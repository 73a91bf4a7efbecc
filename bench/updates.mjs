import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { interleave, ratioRow } from './measure.mjs';
import { temporaryFolder } from './temporary.mjs';

/** @typedef {import('./loadStore.mjs').Bundle} Bundle */
/** @typedef {import('./sampleHome.mjs').SampleHome} SampleHome */
/** @typedef {import('../src/store/sessionStore.ts').SessionStore} SessionStore */

/**
 * `store.update` in one process, beside the bare durable write, and in homes and sessions of different sizes.
 *
 * @param {Bundle} bundle
 * @param {SampleHome} small
 * @param {SampleHome} large
 */
export async function measureUpdates(bundle, small, large) {
  const open = (/** @type {string} */ root) =>
    new bundle.SessionStore({ home: bundle.homeAt(root), fs: bundle.nodeFileSystem, now: () => new Date() });
  const stores = { small: open(small.root), large: open(large.root) };
  // Changes the document without making it longer.
  const change =
    (/** @type {SessionStore} */ store, /** @type {string} */ id) => (/** @type {number} */ round) =>
      store
        .update(id, (session, now) => bundle.setActivity(session, { activity: `round ${round % 10}` }, now))
        .then(() => {});
  const active = large.ids[0];
  const long = withEvents(bundle, small, 5_000);
  const empty = withEvents(bundle, small, 0);
  const bytes = fs.readFileSync(join(large.root, 'sessions', `${active}.json`));
  const bareFile = join(temporaryFolder(), 'bare.json');

  const times = await interleave(200, {
    update: change(stores.large, active),
    bare: () => writeDurably(bareFile, bytes),
    small: change(stores.small, small.ids[0]),
  });
  const lengths = await interleave(100, {
    long: change(stores.small, long),
    empty: change(stores.small, empty),
  });
  return [
    ratioRow('store.update', times.update, { name: 'the bare durable write', times: times.bare }, 2),
    ratioRow(
      'store.update, 10,000 sessions',
      times.update,
      { name: '100 sessions', times: times.small },
      1.1,
    ),
    ratioRow('store.update, 5,000 events', lengths.long, { name: 'no events', times: lengths.empty }, 4),
  ];
}

/**
 * A session of its own with that many events; returns its id.
 *
 * @param {Bundle} bundle
 * @param {SampleHome} home
 * @param {number} count
 */
function withEvents(bundle, { root, worktrees }, count) {
  const id = `sess_20260101T0000_e${String(count).padStart(7, '0')}`;
  const now = new Date();
  const [worktree] = worktrees;
  const project = {
    key: 'project-00000000',
    name: 'p',
    firstCommit: null,
    remote: null,
  };
  const where = { worktree, root: worktree, commonDir: null };
  const moment = { now, today: now.toISOString().slice(0, 10), machine: 'bench', random: '0'.repeat(12) };
  const session = bundle.start({ id, intent: `A session of ${count} events`, project, where }, moment);
  const message = 'Found out why the test fails only on Windows: the path has another case there.';
  const events = Array.from({ length: count }, (_, index) => ({
    id: index.toString(16).padStart(12, '0'),
    stamp: session.stamp,
    at: now.toISOString(),
    message,
  }));
  fs.writeFileSync(join(root, 'sessions', `${id}.json`), bundle.serializeDocument({ ...session, events }), {
    mode: 0o600,
  });
  return id;
}

/**
 * The least that a durable write costs, through the same functions of Node: write, flush, rename, flush the folder.
 *
 * @param {string} path
 * @param {Buffer} bytes
 */
async function writeDurably(path, bytes) {
  const draft = `${path}.tmp`;
  const fd = await call((/** @type {Done<number>} */ done) => fs.open(draft, 'wx', 0o600, done));
  await call((/** @type {Done<number>} */ done) => fs.write(fd, bytes, done));
  await call(done => fs.fsync(fd, done));
  await call(done => fs.close(fd, done));
  const folder = await call((/** @type {Done<number>} */ done) => fs.open(dirname(path), 'r', done));
  await call(done => fs.rename(draft, path, done));
  await call(done => fs.fsync(folder, done));
  await call(done => fs.close(folder, done));
}

/**
 * What Node gives to a function that it calls when it is done. @template T
 * @typedef {(error: Error | null, value: T) => void} Done
 */

/** @template [T=void] @param {(done: Done<T>) => void} start @returns {Promise<T>} */
function call(start) {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}
