import { patience } from '../../support/pace.mjs';

/** Looks again and again until something is so, for a bounded time; gives what was seen. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  limitMs = patience(30_000),
): Promise<NonNullable<T>> {
  const started = performance.now();
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() - started > limitMs) throw new Error(`Gave up waiting for: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
