import type { Window } from '../../host/window.mjs';
import { patience } from '../../support/pace.mjs';
import { untilSeen } from './inPage.mjs';

/** Where a window shows something. */
const places = {
  row: '.monaco-list-row[role=treeitem]',
  statusBar: '.statusbar-item',
  badge: '.activitybar .badge-content',
} as const;

export type Place = keyof typeof places;

/**
 * Does something and waits until a text is seen at a place. The window itself watches, so that no question is in
 * the way of the measure.
 *
 * @returns From the end of the act to the sight of it, in milliseconds; less than 0 where it was seen before the end.
 */
export async function reaction(window: Window, place: Place, text: string, act: () => Promise<unknown>) {
  const seen = window.page.evaluate(untilSeen, [places[place], text, patience(30_000)] as const);
  // A failure of the one is told without waiting for the other.
  const [at, end] = await Promise.all([seen, act().then(() => Date.now())]);
  return at - end;
}
