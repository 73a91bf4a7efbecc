/** How many files are read at once: enough to keep the disk busy, far from what a process may have open. */
const atOnce = 16;

/** `Promise.all` over `items.map(run)`, a few at a time. */
export async function few<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += atOnce)
    results.push(...(await Promise.all(items.slice(at, at + atOnce).map(run))));
  return results;
}
