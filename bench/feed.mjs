import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, percentile } from './measure.mjs';

const changes = 60;

/**
 * How long a change made by another process takes to reach a change feed, from before it is written, and what is read
 * for it.
 *
 * @param {import('./loadStore.mjs').Bundle} bundle
 * @param {import('./sampleHome.mjs').SampleHome} home
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureFeed(bundle, { root, ids }) {
  let opened = 0;
  /** @type {typeof bundle.nodeFileSystem} */
  const fs = {
    ...bundle.nodeFileSystem,
    open: (...args) => {
      opened++;
      return bundle.nodeFileSystem.open(...args);
    },
  };
  const store = new bundle.SessionStore({ home: bundle.homeAt(root), fs, now: () => new Date() });
  const feed = new bundle.ChangeFeed(store);
  await feed.start();
  const writer = fork(fileURLToPath(new URL('./feedWriter.mjs', import.meta.url)), [bundle.file, root], {
    serialization: 'advanced',
  });
  try {
    const times = [];
    opened = 0;
    for (let index = 0; index < changes; index++) {
      // A moment of rest, so that each change is one of its own; not always the same, so as not to be in step.
      await new Promise(resolve => setTimeout(resolve, 20 + (index % 7)));
      times.push(await oneChange(feed, writer, ids[(index * 20) % ids.length]));
    }
    const reads = opened / changes;
    const p95 = percentile(times, 0.95);
    const result = { result: `${p95.toFixed(1)} ms`, target: '≤ 100 ms', ok: p95 <= 100 };
    return [
      {
        what: 'another process’s change reaches a feed, 95 %',
        measured: p95,
        reference: median(times),
        to: 'the median',
        ...result,
      },
      {
        what: 'files read for it',
        measured: reads,
        result: `${reads} files`,
        target: '= 1 file',
        ok: reads === 1,
      },
    ];
  } finally {
    feed.dispose();
    writer.kill();
  }
}

/**
 * Milliseconds from the moment the other process begins to write to the moment the feed announces it.
 *
 * @param {import('../src/store/changeFeed.ts').ChangeFeed} feed
 * @param {import('node:child_process').ChildProcess} writer
 * @param {string} id
 */
async function oneChange(feed, writer, id) {
  /** @type {Promise<bigint>} */
  const heard = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the feed did not hear of a change')), 10_000);
    const stop = feed.onDidChange(batch => {
      if (!batch.some(change => change.id === id)) return;
      clearTimeout(timer);
      stop();
      resolve(process.hrtime.bigint());
    });
  });
  /** @type {Promise<bigint>} */
  const begun = new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the writing process ended'));
    writer.once('exit', ended);
    writer.once('message', (/** @type {{ begun: bigint }} */ message) => {
      writer.off('exit', ended);
      resolve(message.begun);
    });
  });
  writer.send(id);
  const [heardAt, begunAt] = await Promise.all([heard, begun]);
  return Number(heardAt - begunAt) / 1e6;
}
