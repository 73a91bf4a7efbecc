// The other process of `feed.mjs`: changes the sessions it is told, and says when it began to.
import { pathToFileURL } from 'node:url';

const [file, root] = process.argv.slice(2);
/** @type {import('./loadStore.mjs').Bundle} */
const { SessionStore, homeAt, nodeFileSystem, setActivity } = await import(pathToFileURL(file).href);
const store = new SessionStore({ home: homeAt(root), fs: nodeFileSystem, now: () => new Date() });
let count = 0;

process.on('message', async (/** @type {string} */ id) => {
  const begun = process.hrtime.bigint();
  await store.update(id, (session, now) => setActivity(session, { activity: `change ${++count}` }, now));
  process.send?.({ begun });
});
