import * as z from 'zod/mini';
import { isSafeId } from './ids.ts';

/** The version this program writes. The ancestor's documents are 1 to 3; they come in by `import` only. */
export const schemaVersion = 4;

export const sessionStatuses = ['active', 'parked', 'completed'] as const;
export const taskStatuses = ['pending', 'in_progress', 'completed', 'skipped'] as const;
/** The folder of the home a document belongs in: it says so itself, and a move follows what it says. */
export const places = ['sessions', 'archive', 'trash'] as const;

export type SessionStatus = (typeof sessionStatuses)[number];
export type TaskStatus = (typeof taskStatuses)[number];
export type Place = (typeof places)[number];

/** A moment as ISO 8601 in UTC, like `2026-11-21T14:30:00.000Z`. */
const moment = z
  .string()
  .check(
    z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/),
  );
const text = z.string();
const orNull = <T extends z.ZodMiniType>(schema: T) => z._default(z.nullable(schema), null);
const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);
const id = z.string().check(z.refine(isSafeId));

// Objects are loose throughout: a field that this version does not know survives a rewrite.
const eventSchema = z.looseObject({ at: moment, message: text });
const taskSchema = z.looseObject({
  id: text,
  subject: text,
  status: z.enum(taskStatuses),
  addedAt: moment,
  updatedAt: moment,
});
/** `from` names the session that took the decision, when it was handed on by a resume. */
const decisionSchema = z.looseObject({ id: text, text, at: moment, from: z.optional(id) });
const questionSchema = z.looseObject({
  id: text,
  text,
  askedAt: moment,
  answer: orNull(text),
  answeredAt: orNull(moment),
});
/** `capturedOn`: found by us on this branch (empty: on none), and taken out again when it is rewritten there. */
const commitSchema = z.looseObject({
  sha: text,
  message: text,
  at: orNull(moment),
  capturedOn: z.optional(text),
});
/** How a session's status changed; `note` is the reason, the outcome or null. */
const historySchema = z.looseObject({ at: moment, to: z.enum(sessionStatuses), note: orNull(text) });

const projectRefSchema = z.looseObject({
  key: id,
  name: text,
  root: text,
  commonDir: orNull(text),
  firstCommit: orNull(text),
  remote: orNull(text),
});
const agentSchema = z.looseObject({ name: text, sessionId: text });

/**
 * What a resume decided, kept in the session that was resumed. Together with that session, which
 * does not change any more, it is everything needed to create the continuation.
 */
const continuationSchema = z.looseObject({
  at: moment,
  intent: text,
  branch: orNull(text),
  worktree: text,
  head: orNull(text),
  agent: orNull(agentSchema),
});

export const sessionSchema = z.looseObject({
  id,
  schemaVersion: z.int().check(z.minimum(schemaVersion)),
  revision: z.int().check(z.minimum(1)),
  place: z._default(z.enum(places), 'sessions'),
  status: z.enum(sessionStatuses),
  intent: text,
  project: projectRefSchema,
  branch: orNull(text),
  worktree: text,
  /** The commit HEAD was at when the session began: what it gained since is the session's own. */
  startHead: orNull(text),
  ref: orNull(text),
  tags: list(text),
  startedAt: moment,
  lastHeartbeatAt: moment,
  endedAt: orNull(moment),
  parkedAt: orNull(moment),
  parkedReason: orNull(text),
  outcome: orNull(text),
  activity: orNull(text),
  needs: orNull(text),
  resumedFrom: orNull(id),
  resumedAs: orNull(id),
  agent: orNull(agentSchema),
  tasks: list(taskSchema),
  events: list(eventSchema),
  decisions: list(decisionSchema),
  questions: list(questionSchema),
  nextSteps: list(text),
  commits: list(commitSchema),
  files: list(text),
  history: list(historySchema),
  context: z._default(z.looseObject({}), {}),
  activeMs: z._default(z.number().check(z.minimum(0)), 0),
  continuation: orNull(continuationSchema),
});

/** Read-only through and through, and without the index signature that stands for unknown fields. */
type DeepReadonly<T> = T extends (infer I)[]
  ? readonly DeepReadonly<I>[]
  : T extends object
    ? { readonly [K in keyof T as string extends K ? never : K]: DeepReadonly<T[K]> }
    : T;

export type Session = DeepReadonly<z.infer<typeof sessionSchema>>;
export type Task = Session['tasks'][number];
export type SessionEvent = Session['events'][number];
export type Decision = Session['decisions'][number];
export type Question = Session['questions'][number];
export type Commit = Session['commits'][number];
export type ProjectRef = Session['project'];
export type Agent = NonNullable<Session['agent']>;
export type Continuation = NonNullable<Session['continuation']>;
