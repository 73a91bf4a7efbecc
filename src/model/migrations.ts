import { sha256 } from './hash.ts';
import { canonical, isRegister, settle } from './merge.ts';
import type { Session } from './session.ts';
import type { Session4 } from './session4.ts';
import { type Stamp, stampAt } from './stamp.ts';

/*
 * Documents of earlier versions, brought to today's shape as they are read; their next change writes them.
 * A migration is a pure function of one document and the same on every machine, ids included: two copies of
 * one old document, migrated in two places, join into one. Machine `0` stands for "before version 5".
 */

const before = '0';

/** A document of version 4 as one of version 5; its fields have been checked (`session4.ts`). */
export function migrate4(old: Session4): Session {
  const { id: session, startedAt } = old;
  let latest = 0;
  const stampOf = (at: string | null, atLeast = 0): Stamp => {
    const ms = Math.max(Date.parse(at ?? startedAt), atLeast);
    latest = Math.max(latest, ms);
    return stampAt(ms, before);
  };
  /** The stamps of a list, which keep its order: what is of one time, or of a clock set back, counts on. */
  const inTurn = () => {
    let next = 0;
    return (at: string | null) => {
      const stamp = stampOf(at, next);
      next = Math.max(Date.parse(at ?? startedAt), next) + 1;
      return stamp;
    };
  };
  const turns = {
    tasks: inTurn(),
    events: inTurn(),
    decisions: inTurn(),
    questions: inTurn(),
    nextSteps: inTurn(),
    commits: inTurn(),
    history: inTurn(),
  };
  const idOf = (list: string, index: number, content: unknown) =>
    sha256([session, list, String(index), canonical(content)].join('\0')).slice(0, 12);
  /** What is its own id is there once. */
  const named = (list: readonly string[]) => {
    const turn = inTurn();
    return [...new Set(list)].map(id => ({ id, stamp: turn(null) }));
  };
  /** Of two items with one id, as an import of before left them, the second gets an id of its own. */
  const apart = <T extends { readonly id: string }>(list: string, items: readonly T[]) => {
    const taken = new Set<string>();
    return items.map((item, index) => {
      const isFirst = !taken.has(item.id);
      taken.add(item.id);
      return isFirst ? item : { ...item, id: idOf(list, index, item) };
    });
  };

  const { activeMs, continuation, worktree, project, activity, needs, ...rest } = old;
  const { root, commonDir, ...projectRef } = project;
  const where = { machine: before, worktree, root, commonDir };
  const lists = {
    tasks: apart('tasks', old.tasks).map(({ addedAt, updatedAt, ...task }) => {
      const updated = stampOf(updatedAt);
      return {
        ...task,
        stamp: turns.tasks(addedAt),
        at: addedAt,
        // What of it was changed is not known.
        ...(updatedAt === addedAt ? {} : { edits: { status: updated, subject: updated } }),
      };
    }),
    events: old.events.map((event, index) => ({
      id: idOf('events', index, event),
      stamp: turns.events(event.at),
      ...event,
    })),
    decisions: apart('decisions', old.decisions).map(decision => ({
      ...decision,
      stamp: turns.decisions(decision.at),
    })),
    questions: apart('questions', old.questions).map(({ answer, answeredAt, askedAt, ...question }) => ({
      ...question,
      stamp: turns.questions(askedAt),
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
    // A step is known by its text: others may have been put before it since, or another session have inherited it.
    nextSteps: old.nextSteps.map((text, rank) => ({
      id: sha256(['nextSteps', text, timesBefore(old.nextSteps, rank)].join('\0')).slice(0, 12),
      stamp: turns.nextSteps(null),
      at: startedAt,
      text,
      rank,
      done: null,
    })),
    commits: uniqueBy(old.commits, ({ sha }) => sha).map(({ sha, ...commit }) => ({
      ...commit,
      id: sha,
      stamp: turns.commits(commit.at),
    })),
    files: named(old.files),
    tags: named(old.tags),
    history: saidIn(old).map(({ to, ...change }, index) => ({
      ...change,
      // As a session that begins today has it, so that a continuation is the same whoever makes it.
      id: index === 0 && to === 'active' ? 'start' : idOf('history', index, [change.at, to]),
      stamp: turns.history(change.at),
      what: to,
    })),
    claims: old.resumedAs === null ? [] : [claimOf(old, old.resumedAs, stampOf)],
  };
  const stamp = stampOf(startedAt);
  const registers = {
    ...rest,
    project: projectRef,
    where,
    activity: activity === null ? null : { text: activity, at: old.lastHeartbeatAt },
    needs: needs === null ? null : { text: needs, kind: 'other', since: old.lastHeartbeatAt, by: null },
    desk: null,
    imported: null,
    earlier: null,
  };
  // Every change was a sign of life too: of two copies, the one that was changed later has the later values.
  const changed = stampOf(old.lastHeartbeatAt);
  // But a move was none, and nothing was said after it: which of two was moved last, the revision tells.
  const placed = stampAt(latest + old.revision, before);
  const migrated = {
    ...registers,
    schemaVersion: 5,
    stamp,
    clock: placed,
    edits: {
      ...Object.fromEntries(
        Object.keys(registers)
          .filter(isRegister)
          .map(field => [field, changed]),
      ),
      place: placed,
    },
    ...lists,
    removed: {},
    active: activeMs > 0 ? { [before]: activeMs } : {},
    days: {},
    desks: [],
  };
  return settle(migrated as unknown as Session);
}

/**
 * The history of a session, with what its own fields say of its status where that is not in it (a document that was
 * edited by hand, or came from elsewhere): from now on the status is made of the history.
 */
function saidIn(old: Session4): Session4['history'] {
  const { history, startedAt, lastHeartbeatAt, status } = old;
  const started = history.length > 0 ? history : [{ at: startedAt, to: 'active' as const, note: null }];
  const said = [...started];
  const since = () => said.slice(said.findLastIndex(({ to }) => to === 'active') + 1);
  const wasParked = old.parkedAt !== null || old.parkedReason !== null;
  const isParked = status === 'parked' || (status === 'completed' && wasParked);
  if (isParked && !since().some(({ to }) => to === 'parked')) {
    // Before it was completed, where that is said already.
    const ended = since().filter(({ to }) => to === 'completed').length;
    const parked = { at: old.parkedAt ?? lastHeartbeatAt, to: 'parked', note: old.parkedReason } as const;
    said.splice(said.length - ended, 0, parked);
  }
  if (status === 'completed' && !since().some(({ to }) => to === 'completed'))
    said.push({ at: old.endedAt ?? lastHeartbeatAt, to: 'completed', note: old.outcome });
  const isEnded = since().some(({ to }) => to === 'completed' || (to === 'parked' && status === 'active'));
  if (status !== 'completed' && isEnded) {
    said.push({ at: lastHeartbeatAt, to: 'active', note: null });
    if (status === 'parked')
      said.push({ at: old.parkedAt ?? lastHeartbeatAt, to: 'parked', note: old.parkedReason });
  }
  return said;
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map([...items].reverse().map(item => [keyOf(item), item])).values()].reverse();
}

/** How often the text at a place of a list stands before it. */
function timesBefore(texts: readonly string[], place: number): number {
  return texts.slice(0, place).filter(text => text === texts[place]).length;
}

/** A session that was resumed without a claim came in by an import: then its continuation is not made from it. */
function claimOf(old: Session4, id: string, stampOf: (at: string | null) => Stamp) {
  const { root, commonDir } = old.project;
  const at = old.endedAt ?? old.lastHeartbeatAt;
  const { intent, branch } = old;
  const { worktree, ...claim } = old.continuation ?? {
    ...{ at, intent, branch, worktree: old.worktree, head: null, agent: null, made: true },
  };
  const where = { machine: before, worktree, root, commonDir };
  return { ...claim, id, stamp: stampOf(claim.at), machine: before, order: 1, where };
}
