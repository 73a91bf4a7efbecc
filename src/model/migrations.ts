import { sha256 } from './hash.ts';
import { canonical, settle } from './merge.ts';
import type { Session } from './session.ts';
import type { Session4 } from './session4.ts';
import { later, type Stamp, stampAt } from './stamp.ts';

/*
 * Documents of earlier versions, brought to today's shape as they are read; their next change writes them.
 * A migration is a pure function of one document and the same on every machine, ids included: two copies of
 * one old document, migrated in two places, join into one. Machine `0` stands for "before version 5".
 */

const before = '0';

/** A document of version 4 as one of version 5; its fields have been checked (`session4.ts`). */
export function migrate4(old: Session4): Session {
  const { id: session, startedAt } = old;
  const stamps: Stamp[] = [];
  /** Items of one time keep their order by counting on. */
  const stampOf = (at: string | null | undefined, n = 0) => {
    const stamp = stampAt(Date.parse(at ?? startedAt) + n, before);
    stamps.push(stamp);
    return stamp;
  };
  const idOf = (list: string, index: number, content: unknown) =>
    sha256([session, list, String(index), canonical(content)].join('\0')).slice(0, 12);
  const named = (list: readonly string[]) => list.map((id, index) => ({ id, stamp: stampOf(null, index) }));

  const { activeMs, continuation, worktree, project, activity, needs, ...rest } = old;
  const { root, commonDir, ...projectRef } = project;
  const where = { machine: before, worktree, root, commonDir };
  const lists = {
    tasks: old.tasks.map(({ addedAt, updatedAt, ...task }) => ({
      ...task,
      stamp: stampOf(addedAt),
      at: addedAt,
      ...(updatedAt === addedAt ? {} : { edits: { status: stampOf(updatedAt) } }),
    })),
    events: old.events.map((event, index) => ({
      id: idOf('events', index, event),
      stamp: stampOf(event.at, index),
      ...event,
    })),
    decisions: old.decisions.map(decision => ({ ...decision, stamp: stampOf(decision.at) })),
    questions: old.questions.map(({ answer, answeredAt, askedAt, ...question }) => ({
      ...question,
      stamp: stampOf(askedAt),
      at: askedAt,
      answers:
        answer === null
          ? []
          : [
              {
                id: idOf('answers', 0, [question.id, answer]),
                stamp: stampOf(answeredAt ?? askedAt),
                at: answeredAt ?? askedAt,
                text: answer,
              },
            ],
    })),
    nextSteps: old.nextSteps.map((text, rank) => ({
      id: idOf('nextSteps', rank, text),
      stamp: stampOf(null, rank),
      at: startedAt,
      text,
      rank,
      done: null,
    })),
    commits: old.commits.map(({ sha, ...commit }, index) => ({
      ...commit,
      id: sha,
      stamp: stampOf(commit.at, index),
    })),
    files: named(old.files),
    tags: named(old.tags),
    history: old.history.map(({ to, ...change }, index) => ({
      ...change,
      id: idOf('history', index, [change.at, to]),
      stamp: stampOf(change.at, index),
      what: to,
    })),
    claims:
      continuation === null || old.resumedAs === null
        ? []
        : [claimOf(continuation, old.resumedAs, stampOf(continuation.at), { root, commonDir })],
  };
  const stamp = stampOf(startedAt);
  const noted = stampOf(old.lastHeartbeatAt);
  const migrated = {
    ...rest,
    schemaVersion: 5,
    stamp,
    clock: stamps.reduce((last, each) => later(last, each), stamp),
    edits: { lastHeartbeatAt: noted },
    project: projectRef,
    where,
    activity: activity === null ? null : { text: activity, at: old.lastHeartbeatAt },
    needs: needs === null ? null : { text: needs, kind: 'other', since: old.lastHeartbeatAt, by: null },
    desk: null,
    imported: null,
    earlier: null,
    ...lists,
    removed: {},
    active: activeMs > 0 ? { [before]: activeMs } : {},
    days: {},
    desks: [],
  };
  return settle(migrated as unknown as Session);
}

function claimOf(
  { worktree, ...continuation }: NonNullable<Session4['continuation']>,
  id: string,
  stamp: Stamp,
  place: { root: string; commonDir: string | null },
) {
  return {
    ...continuation,
    id,
    stamp,
    machine: before,
    order: 1,
    where: { machine: before, worktree, ...place },
  };
}
