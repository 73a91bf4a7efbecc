import { SessionError } from '../model/errors.ts';
import { isSafeId } from '../model/ids.ts';
import { isObject, type Json } from '../model/json.ts';
import {
  type Place,
  type SessionStatus,
  sessionStatuses,
  type TaskStatus,
  taskStatuses,
} from '../model/session.ts';
import type { Session4 } from '../model/session4.ts';
import { Fields, momentOf } from './fields.ts';

/*
 * The documents of the ancestor, the Python tool this one descends from, as sessions of ours. Its
 * versions differ in the fields they have, so a document is read by what is in it, not by its version.
 * What has no place in a session is kept as it was: under `ancestor` for the session, in the item
 * itself for an event, a task and so on. The same document always gives the same session.
 */

/** What must be known of a document before it can be mapped: where it belongs, and what it goes on from. */
export interface AncestorHead {
  readonly id: string;
  readonly status: SessionStatus;
  readonly slug: string;
  readonly worktreeRoot: string | null;
  readonly startedAt: string;
  readonly resumedFrom: string | null;
  readonly resumedAs: string | null;
}

/** @throws SessionError `invalid_input` for a document that the ancestor itself could not have read */
export function readAncestorHead(document: Json): AncestorHead {
  const id = document.session_id;
  if (typeof id !== 'string' || !isSafeId(id))
    throw unusable('session_id', 'is missing, or no safe name for a file');
  const status = sessionStatuses.find(each => each === document.status);
  if (status === undefined) throw unusable('status', `must be one of ${sessionStatuses.join(', ')}`);
  for (const name of ['intent', 'project_slug']) {
    if (typeof document[name] !== 'string') throw unusable(name, 'is missing, or no text');
  }
  const fields = new Fields(document);
  const outcome = /^Resumed as ([A-Za-z0-9_-]+)$/.exec(fields.text('outcome') ?? '');
  return {
    id,
    status,
    slug: document.project_slug as string,
    worktreeRoot: fields.text('worktree_root'),
    startedAt: startOf(fields, id),
    resumedFrom: fields.text('resumed_from', 'resumed_from_session', 'parent_session', 'parent_session_id'),
    resumedAs: fields.text('resumed_as', 'resumed_as_session', 'resumed_into') ?? outcome?.[1] ?? null,
  };
}

export interface Lineage {
  readonly resumedFrom: string | null;
  readonly resumedAs: string | null;
}

/**
 * Who goes on from whom, of documents imported together. A link is made only where both ends exist
 * (`exists`: also outside of these documents), and where a session was resumed more than once, which the
 * ancestor let happen, `resumedAs` names the one it named itself, else the first.
 */
export function lineageOf(
  heads: readonly AncestorHead[],
  exists: (id: string) => boolean,
): ReadonlyMap<string, Lineage> {
  const ordered = [...heads].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const completed = new Set(heads.filter(head => head.status === 'completed').map(head => head.id));
  const from = new Map<string, string>();
  const to = new Map<string, string>();
  const link = (parent: string | null, child: string | null) => {
    if (parent === null || child === null || parent === child || !exists(parent) || !exists(child)) return;
    if (!from.has(child)) from.set(child, parent);
    // A session that is still active or parked was not resumed, whatever another one says of it.
    if (completed.has(parent) && !to.has(parent)) to.set(parent, child);
  };
  for (const { id, status, resumedAs } of ordered) if (status === 'completed') link(id, resumedAs);
  for (const { id, resumedFrom } of ordered) link(resumedFrom, id);
  return new Map(
    heads.map(({ id }) => [id, { resumedFrom: from.get(id) ?? null, resumedAs: to.get(id) ?? null }]),
  );
}

export interface AncestorContext extends Lineage {
  readonly place: Place;
  readonly project: Session4['project'];
  readonly worktree: string;
}

/**
 * A document of the ancestor as one of version 4, from which it is migrated like any other: the same wherever it is
 * imported.
 * @throws SessionError `invalid_input`, see `readAncestorHead`
 */
export function mapAncestor(
  document: Json,
  { place, project, worktree, resumedFrom, resumedAs }: AncestorContext,
): Session4 {
  const { id, status } = readAncestorHead(document);
  const fields = new Fields(document);
  fields.text('session_id');
  fields.text('status');
  const startedAt = startOf(fields, id);
  const heartbeat = fields.time('last_heartbeat') ?? startedAt;
  // Parking sets `ended_at` too, and leaves the heartbeat as it was.
  const ended = status === 'active' ? null : (fields.time('ended_at') ?? heartbeat);
  const parkedAt = status === 'parked' ? ended : null;
  const endedAt = status === 'completed' ? ended : null;
  const parkedReason = fields.text('parked_reason');
  const outcome = fields.text('outcome');
  // Ending a session left them as they were; of one that has ended nothing is needed any more.
  const isOpen = status !== 'completed';
  const agentSession = fields.text('claude_session_id');
  const { tasks, events, decisions, questions, nextSteps, commits, files } = listsOf(fields, id, startedAt);
  const root = fields.text('worktree_root');
  const session: Session4 = {
    id,
    schemaVersion: 4,
    revision: 1,
    place,
    status,
    intent: fields.text('intent') ?? '',
    project,
    branch: fields.text('git_branch'),
    worktree,
    startHead: null,
    ref: fields.text('roadmap_ref'),
    tags: [],
    startedAt,
    lastHeartbeatAt: parkedAt !== null && parkedAt > heartbeat ? parkedAt : heartbeat,
    endedAt,
    parkedAt,
    parkedReason,
    outcome,
    activity: isOpen ? fields.text('current_activity') : null,
    needs: isOpen ? fields.text('awaiting_action') : null,
    resumedFrom,
    resumedAs,
    agent: agentSession === null ? null : { name: 'claude', sessionId: agentSession },
    tasks,
    events,
    decisions,
    questions,
    nextSteps,
    commits,
    files,
    history: [
      { at: startedAt, to: 'active', note: null },
      ...(parkedAt === null ? [] : [{ at: parkedAt, to: 'parked' as const, note: parkedReason }]),
      ...(endedAt === null ? [] : [{ at: endedAt, to: 'completed' as const, note: outcome }]),
    ],
    context: {},
    activeMs: 0,
    continuation: null,
  };
  const rest = { ...(root === null || root === worktree ? {} : { worktree_root: root }), ...fields.rest() };
  return { ...session, ancestor: rest } as Session4;
}

function listsOf(fields: Fields, id: string, startedAt: string) {
  const suffix = id.slice(id.lastIndexOf('_') + 1);
  const idsOf = (kind: string) => {
    const taken = new Set<string>();
    // An id that the ancestor gave twice would make two items one; the second gets an id of its own.
    return (own: Fields, index: number) => {
      const given = own.text('id');
      let unique = given ?? `${kind}_${suffix}_${index + 1}`;
      for (let number = index + 1; taken.has(unique); number++) unique = `${kind}_${suffix}_${number}`;
      taken.add(unique);
      return [unique, given === null || given === unique ? {} : { id: given }] as const;
    };
  };
  const [taskId, decisionId, questionId] = [idsOf('task'), idsOf('decision'), idsOf('question')];
  return {
    tasks: fields.items('tasks', ['subject', 'title', 'text', 'description'], (own, subject, index) => {
      const [unique, given] = taskId(own, index);
      const addedAt = own.time('added_at', 'created_at') ?? startedAt;
      const updatedAt = own.time('updated_at') ?? addedAt;
      const status: TaskStatus = own.oneOf('status', taskStatuses) ?? 'pending';
      return own.around({ id: unique, subject, status, addedAt, updatedAt }, given);
    }),
    events: fields.items('events', ['message', 'text', 'description'], (own, message) =>
      own.around({ at: own.time('timestamp', 'at') ?? startedAt, message }),
    ),
    decisions: fields.items(
      'decisions',
      ['decision', 'text', 'message', 'description'],
      (own, text, index) => {
        const [unique, given] = decisionId(own, index);
        return own.around(
          { id: unique, text, at: own.time('timestamp', 'at', 'decided_at', 'date') ?? startedAt },
          given,
        );
      },
    ),
    questions: fields.items(
      'open_questions',
      ['question', 'text', 'message', 'description'],
      (own, text, index) => {
        const [unique, given] = questionId(own, index);
        const askedAt = own.time('timestamp', 'at', 'asked_at', 'date') ?? startedAt;
        const answer = own.text('answer');
        const answeredAt = answer === null ? null : (own.time('answered_at') ?? askedAt);
        return own.around({ id: unique, text, askedAt, answer, answeredAt }, given);
      },
    ),
    commits: fields.items('commits', ['sha', 'hash'], (own, sha) =>
      own.around({
        sha,
        message: own.text('message', 'subject') ?? '',
        at: own.time('timestamp', 'at', 'date'),
      }),
    ),
    nextSteps: fields.texts('next_steps'),
    files: fields.texts('files_changed'),
  };
}

/** A project's state of the ancestor: phase and roadmap, and everything else as it was. */
export interface AncestorRoadmap {
  readonly phase: string | null;
  readonly done: readonly string[];
  readonly doing: readonly string[];
  readonly upcoming: readonly string[];
  readonly rest: Json;
}

export function roadmapOf(state: Json): AncestorRoadmap {
  const fields = new Fields(state);
  const nested = ['roadmap_summary', 'roadmap'].find(name => isObject(state[name]));
  const roadmap = nested === undefined ? fields : new Fields(state[nested] as Json);
  const known = {
    phase: fields.text('current_phase', 'phase'),
    done: roadmap.texts('completed', 'done'),
    doing: roadmap.texts('in_progress', 'doing'),
    upcoming: roadmap.texts('next_up', 'upcoming'),
  };
  if (nested === undefined) return { ...known, rest: fields.rest() };
  const { [nested]: _mapped, ...others } = fields.rest();
  const left = roadmap.rest();
  return { ...known, rest: Object.keys(left).length === 0 ? others : { ...others, [nested]: left } };
}

function startOf(fields: Fields, id: string): string {
  // The ancestor's ids begin with the minute they were made in.
  const [, date, hour, minute] = /^sess_(\d{8})T(\d{2})(\d{2})_/.exec(id) ?? [];
  const dashed = date?.replace(/^(\d{4})(\d{2})/, '$1-$2-');
  const known = fields.time('started_at') ?? momentOf(`${dashed}T${hour}:${minute}`);
  return (
    known ??
    momentOf(fields.peek('last_heartbeat')) ??
    momentOf(fields.peek('ended_at')) ??
    new Date(0).toISOString()
  );
}

function unusable(field: string, problem: string): SessionError {
  return new SessionError('invalid_input', { field, problem });
}
