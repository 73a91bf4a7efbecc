import { expect, test } from 'vitest';
import { gitDesk } from '../endToEnd/support/desk.ts';
import { patience } from '../support/pace.mjs';
import { untilListed, untilStatus } from './support/doing.ts';
import { words } from './support/words.ts';
import { useWorkbench } from './support/workbench.ts';

const bench = useWorkbench();

test('the session that was chosen for a window is still its own after a reload', async () => {
  const desk = gitDesk('shop');
  await desk.run('start', 'Fix the login');
  await desk.run('start', 'Read the new payment API');
  const window = await bench.open(desk);
  await untilStatus(window, words.atWork('Read the new payment API'));

  await window.runCommand('Work Sessions: Switch Session…');
  await window.quickInput.pick('Fix the login');
  await untilStatus(window, words.atWork('Fix the login'));

  // In a browser VS Code stores the state of a workspace some seconds later, and a page that is left cannot
  // make up for it.
  const { id } = await untilListed(desk, 'Fix the login', session => session.status === 'active');
  await expect.poll(() => window.page.evaluate(isStored, id), { timeout: patience(30_000) }).toBe(true);
  await window.reload();
  await window.untilActive('work-sessions.work-sessions');
  await untilStatus(window, words.atWork('Fix the login'));
});

/** Runs in the page: whether any of its databases holds a text. Given as text, as it knows the page's globals only. */
const isStored = new Function(
  'text',
  `return (async () => {
    for (const { name } of await indexedDB.databases()) {
      const open = request => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const database = await open(indexedDB.open(name));
      try {
        for (const store of database.objectStoreNames) {
          const values = await open(database.transaction(store).objectStore(store).getAll());
          if (values.some(value => String(value).includes(text))) return true;
        }
      } finally {
        database.close();
      }
    }
    return false;
  })()`,
) as (text: string) => Promise<boolean>;
