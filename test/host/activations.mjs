import { patience } from '../support/pace.mjs';

/**
 * Learns from the messages between the extension host and the window which extensions are active: no element of
 * the window tells, and every command that would tell changes the window.
 *
 * @param {import('playwright-core').Page} page
 * @returns {(id: string, timeout?: number) => Promise<void>} Waits until the extension's `activate` has returned.
 */
export function watchActivations(page) {
  /** @type {Set<string>} */
  const active = new Set();
  /** @type {Set<() => void>} */
  const waiting = new Set();
  page.on('websocket', socket => {
    let rest = '';
    socket.on('framereceived', ({ payload }) => {
      // A message may lie across two frames.
      const text = rest + (typeof payload === 'string' ? payload : payload.toString('latin1'));
      for (const match of text.matchAll(/\$onDidActivateExtension[^{]{0,20}\{"value":"([^"]+)"/g)) {
        active.add((match[1] ?? '').toLowerCase());
      }
      rest = text.slice(-200);
      for (const check of [...waiting]) check();
    });
  });
  return (id, timeout = patience(60_000)) =>
    new Promise((resolve, reject) => {
      const check = () => {
        if (!active.has(id.toLowerCase())) return;
        clearTimeout(timer);
        waiting.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(check);
        reject(
          new Error(`${id} did not become active within ${timeout} ms. Active: ${[...active].join(', ')}`),
        );
      }, timeout);
      waiting.add(check);
      check();
    });
}
