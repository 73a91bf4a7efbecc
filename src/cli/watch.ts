import { stringifyJson } from '../model/json.ts';
import { describeError } from '../operations/describeError.ts';
import type { Services } from '../operations/services.ts';
import { ChangeFeed, type FeedItem } from '../store/changeFeed.ts';
import { SummaryEntry } from '../store/summaries.ts';
import { print, printError } from './output.ts';

/** Prints a line of JSON for every change of a session, until the process is told to stop. */
export async function watchSessions(services: Services): Promise<number> {
  const feed = new ChangeFeed(services.store, {
    keepAlive: true,
    onRefused: code =>
      printError(
        `work-sessions: The system refuses to watch the sessions (${code}); they are looked at every 20 s.`,
      ),
    onFailure: error => printError(`work-sessions: ${describeError(error).message}`),
  });
  try {
    // What is there already is no change: it is read before anybody listens.
    await feed.start();
    const stopped = new Promise<void>((resolve, reject) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
      feed.onDidChange(changes => {
        const lines = changes.map(({ id, before, after }) => {
          const change = before === null ? 'created' : after === null ? 'removed' : 'changed';
          return stringifyJson({ at: services.now().toISOString(), change, id, ...detail(after) });
        });
        // When nobody can read what happens any more there is nothing left to do.
        print(lines.join('\n')).catch(reject);
      });
    });
    printError(`Watching ${feed.items.size} sessions in ${services.store.home.root}; stop with Ctrl+C.`);
    await stopped;
    return 0;
  } finally {
    feed.dispose();
  }
}

function detail(item: FeedItem | null): object {
  if (item === null) return {};
  return item instanceof SummaryEntry
    ? { session: item.summary }
    : { unreadable: describeError(item.error).message };
}
