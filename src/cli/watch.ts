import { stringifyJson } from '../model/json.ts';
import { describeError } from '../operations/describeError.ts';
import type { Services } from '../operations/services.ts';
import { ChangeFeed, type FeedItem } from '../store/changeFeed.ts';
import { SummaryEntry } from '../store/summaries.ts';
import { print, printError } from './output.ts';

/** Prints a line of JSON for every change of a session, until the process is told to stop. */
export async function watchSessions(services: Services): Promise<number> {
  const feed = new ChangeFeed(services.store, { keepAlive: true });
  // What is there already is no change: it is read before anybody listens.
  await feed.start();
  feed.onDidChange(changes => {
    for (const { id, before, after } of changes) {
      const change = before === null ? 'created' : after === null ? 'removed' : 'changed';
      print(stringifyJson({ at: services.now().toISOString(), change, id, ...detail(after) }));
    }
  });
  const stopped = new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  printError(`Watching ${feed.items.size} sessions in ${services.store.home.root}; stop with Ctrl+C.`);
  await stopped;
  feed.dispose();
  return 0;
}

function detail(item: FeedItem | null): object {
  if (item === null) return {};
  return item instanceof SummaryEntry
    ? { session: item.summary }
    : { unreadable: describeError(item.error).message };
}
