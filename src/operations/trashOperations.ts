import { SessionError } from '../model/errors.ts';
import { lastActivityAt, type Summary } from '../model/queries.ts';
import type { Session } from '../model/session.ts';
import { closeClaim } from '../model/transitions.ts';
import { sweepDesks } from '../store/desks.ts';
import { closeClaimOf } from '../store/records.ts';
import { Summaries, type Unreadable } from '../store/summaries.ts';
import { describeError } from './describeError.ts';
import { count, flag, optional } from './fields.ts';
import { operation } from './operation.ts';
import { plural } from './page.ts';
import type { Services } from './services.ts';
import { unreadableWarnings } from './viewOperations.ts';

const dayMs = 24 * 3_600_000;

export interface Trash {
  readonly sessions: readonly Summary[];
  readonly unreadable: readonly Unreadable[];
  /** What was removed for good; null if nothing was asked to be. */
  readonly removed: readonly string[] | null;
  readonly failed: readonly { readonly id: string; readonly message: string }[];
}

export const trash = operation({
  name: 'trash',
  title: 'Look into the trash',
  description: 'Lists what was deleted, or removes it for good, which nothing brings back.',
  effects: 'removes',
  fields: {
    empty: flag('Remove it for good'),
    days: optional(count(0, 36_500, 'With --empty: only what was deleted more than N days ago')),
    yes: flag('With --empty: without asking'),
  },
  examples: ['work-sessions trash', 'work-sessions trash --empty --days 30'],
  async run(services, { empty, days, yes }): Promise<Trash> {
    if (!empty && (days !== undefined || yes))
      throw new SessionError('usage', { message: '--days and --yes go with --empty.' });
    const { store } = services;
    const { entries, unreadable } = await new Summaries(store.fs, store.home).list('trash');
    const before = services.now().getTime() - (days ?? 0) * dayMs;
    const sessions = entries
      .filter(entry => days === undefined || deletedAt(entry.summary) < before)
      .map(entry => entry.summary)
      .sort((a, b) => deletedAt(b) - deletedAt(a));
    if (!empty || sessions.length === 0)
      return { sessions, unreadable, removed: empty ? [] : null, failed: [] };
    if (!yes && !(await services.confirm({ what: 'empty_trash', count: sessions.length })))
      return { sessions, unreadable, removed: [], failed: [] };
    const removed: string[] = [];
    const failed: { id: string; message: string }[] = [];
    for (const { id } of sessions) {
      try {
        if (await removeForGood(services, id)) removed.push(id);
      } catch (error) {
        failed.push({ id, message: describeError(error).message });
      }
    }
    // What only they named goes with them, a day later at the earliest.
    await sweepDesks(store).catch(error => failed.push({ id: '', message: describeError(error).message }));
    return { sessions, unreadable, removed, failed };
  },
  changed: ({ removed }) => removed !== null && removed.length > 0,
  json: ({ sessions, removed, failed }) => (removed === null ? sessions : { removed, failed }),
  show: ({ sessions, removed }, page) => {
    if (removed !== null) return `Removed ${plural(removed.length, 'session')} for good.`;
    return sessions.length === 0
      ? 'The trash is empty.'
      : page.table(
          sessions.map(session => ({ ...session, stale: false })),
          true,
        );
  },
  warnings: ({ unreadable, failed }) => [
    ...unreadableWarnings(unreadable),
    ...failed.map(({ message }) => message),
  ],
  exitCode: ({ failed }) => (failed.length > 0 ? 5 : 0),
});

/** When a session was put into the trash, in milliseconds. */
function deletedAt(summary: Summary): number {
  return Date.parse(summary.placedAt ?? lastActivityAt(summary));
}

/**
 * Removes a deleted session for good; false if it was restored meanwhile. What would make it again is closed first:
 * the claim of the session it goes on from, and that of its agent. Each step may be the last, and the next run
 * goes on from there.
 */
async function removeForGood({ store }: Services, id: string): Promise<boolean> {
  const session: Session = await store.read(id);
  if (session.place !== 'trash') return false;
  if (session.resumedFrom !== null)
    await store
      .update(session.resumedFrom, (parent, moment) => closeClaim(parent, { claim: id }, moment))
      .catch(error => {
        // It is gone itself, or deleted, and then it makes nothing.
        if (!(error instanceof SessionError) || error.code !== 'not_found') throw error;
      });
  if (session.agent !== null) await closeClaimOf(store, session.agent, id);
  return store.removeForGood(id);
}
