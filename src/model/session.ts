import * as z from 'zod/mini';
import { isSafeId } from './ids.ts';
import { stampPattern } from './stamp.ts';

/**
 * The version this program writes. Documents of version 4 are migrated as they are read (`migrations.ts`);
 * the ancestor's are 1 to 3 and come in by `import` only.
 */
export const schemaVersion = 5;

export const sessionStatuses = ['active', 'parked', 'completed'] as const;
export const taskStatuses = ['pending', 'in_progress', 'completed', 'skipped'] as const;
/** The folder of the home a document belongs in: it says so itself, and a move follows what it says. */
export const places = ['sessions', 'archive', 'trash'] as const;
/** The lists of a document that are sets of items by id, for joining two versions of it. */
export const sessionLists = [
  'tasks',
  'events',
  'decisions',
  'questions',
  'nextSteps',
  'commits',
  'files',
  'tags',
  'history',
  'claims',
] as const;

export type SessionStatus = (typeof sessionStatuses)[number];
export type TaskStatus = (typeof taskStatuses)[number];
export type Place = (typeof places)[number];
export type SessionList = (typeof sessionLists)[number];

/** A moment as ISO 8601 in UTC, like `2026-11-21T14:30:00.000Z`. */
export const moment = z
  .string()
  .check(
    z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/),
  );
const text = z.string();
const orNull = <T extends z.ZodMiniType>(schema: T) => z._default(z.nullable(schema), null);
const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);
const id = z.string().check(z.refine(isSafeId));
const stamp = z.string().check(z.regex(stampPattern));
/** Field → when it was last written; a field that is not in it was written when its object was made. */
const edits = z.record(z.string(), stamp);

// Objects are loose throughout: a field that this version does not know survives a rewrite.
const item = { id: text, stamp, edits: z.optional(edits) };
const dated = { ...item, at: moment };

const taskSchema = z.looseObject({ ...dated, subject: text, status: z.enum(taskStatuses) });
/** `kind` and `by` tell what it is and who noted it, where that is not a person's plain note. */
const eventSchema = z.looseObject({ ...dated, message: text, kind: z.optional(text), by: z.optional(text) });
/** `from` names the session that took the decision, when it was handed on by a resume. */
const decisionSchema = z.looseObject({ ...dated, text, from: z.optional(id) });
/** Two answers are valid to read (two machines gave one each); the first is meant where one is asked for. */
const questionSchema = z.looseObject({ ...dated, text, answers: list(z.looseObject({ ...dated, text })) });
/** In the order of `rank`, then of stamps; `done` is when it was done. */
const nextStepSchema = z.looseObject({ ...dated, text, rank: z.number(), done: orNull(moment) });
/**
 * The id is the commit's name, as whole as it is known.
 */
const commitSchema = z.looseObject({
  ...item,
  at: orNull(moment),
  message: text,
  /** The branch on which we found it (empty: on none), where it is taken out again when it is rewritten. */
  capturedOn: z.optional(text),
});
/** The id is the path. */
const fileSchema = z.looseObject(item);
/** The id is the tag. */
const tagSchema = z.looseObject(item);
/**
 * What changed: a status (`note` is the reason, the outcome or null), or a correction of the field named
 * (`old` is what it was, `note` what an outcome is since).
 */
const historySchema = z.looseObject({
  ...dated,
  what: text,
  note: orNull(text),
  old: z.optional(z.unknown()),
});

const projectRefSchema = z.looseObject({
  key: id,
  name: text,
  firstCommit: orNull(text),
  remote: orNull(text),
});
/** Where the work is: paths mean something on one machine only. */
const whereSchema = z.looseObject({ machine: text, worktree: text, root: text, commonDir: orNull(text) });
const agentSchema = z.looseObject({ name: text, sessionId: text });

/**
 * What a resume decided, kept in the session that was resumed: with that session it is everything needed to
 * make the continuation, whose id is the claim's. Without a remote a claim is the first (`order` 1) at once;
 * two claims are valid to read.
 */
const claimSchema = z.looseObject({
  ...dated,
  machine: text,
  order: orNull(z.number()),
  intent: text,
  branch: orNull(text),
  where: whereSchema,
  head: orNull(text),
  agent: orNull(agentSchema),
  /** The continuation was made elsewhere: where it is not there, it is not made from this. */
  made: z.optional(z.boolean()),
});

const counts = z.record(z.string(), z.number());
/** What sums up a part of the work before this one. A cache, made of the parts themselves. */
const earlierPartSchema = z.looseObject({
  id,
  startedAt: moment,
  endedAt: orNull(moment),
  activeMs: z.number(),
  counts,
  parkedReason: orNull(text),
});
/** The last hundred parts, and the sum of those before them. */
const earlierSchema = z.looseObject({
  parts: list(earlierPartSchema),
  older: orNull(z.looseObject({ parts: z.number(), activeMs: z.number(), counts })),
});

const deskSchema = z.looseObject({ hash: text, size: z.number(), at: moment, by: z.looseObject({}) });
export const deskReasons = ['parked', 'kept', 'before'] as const;
const keptDeskSchema = z.looseObject({
  hash: text,
  size: z.number(),
  at: moment,
  window: text,
  why: z.enum(deskReasons),
});

export const needsKinds = ['permission', 'question', 'idle', 'other'] as const;
const needsSchema = z.looseObject({ text, kind: text, since: moment, by: orNull(text) });
const activitySchema = z.looseObject({ text, at: moment });

export const sessionSchema = z.looseObject({
  id,
  schemaVersion: z.int().check(z.minimum(schemaVersion)),
  /** How often this home has written it: this home's business, never compared with another's. */
  revision: z.int().check(z.minimum(1)),
  /** When the session began, when it was last written, and when each of its registers was: see `merge.ts`. */
  stamp,
  clock: stamp,
  edits: z._default(edits, {}),
  // Derived: always what `settle` makes of the rest.
  status: z.enum(sessionStatuses),
  endedAt: orNull(moment),
  outcome: orNull(text),
  parkedAt: orNull(moment),
  parkedReason: orNull(text),
  resumedAs: orNull(id),
  // Registers.
  place: z._default(z.enum(places), 'sessions'),
  intent: text,
  project: projectRefSchema,
  where: whereSchema,
  branch: orNull(text),
  /** The commit HEAD was at when the session began: what it gained since is the session's own. */
  startHead: orNull(text),
  ref: orNull(text),
  activity: orNull(activitySchema),
  /** What the person must do, of which kind, since when, and who asks. */
  needs: orNull(needsSchema),
  agent: orNull(agentSchema),
  /** What a resume gives back. */
  desk: orNull(deskSchema),
  startedAt: moment,
  lastHeartbeatAt: moment,
  resumedFrom: orNull(id),
  /** Where a session came from that was imported: the file's kind and the hash of what was there. */
  imported: orNull(z.looseObject({ source: text, hash: text })),
  earlier: orNull(earlierSchema),
  // Sets by id.
  tasks: list(taskSchema),
  events: list(eventSchema),
  decisions: list(decisionSchema),
  questions: list(questionSchema),
  nextSteps: list(nextStepSchema),
  commits: list(commitSchema),
  files: list(fileSchema),
  tags: list(tagSchema),
  history: list(historySchema),
  claims: list(claimSchema),
  /** List → id → when it was taken out. */
  removed: z._default(z.record(z.string(), edits), {}),
  /** Machine → milliseconds at work; machine → day → milliseconds. */
  active: z._default(z.record(z.string(), z.number()), {}),
  days: z._default(z.record(z.string(), z.record(z.string(), z.number())), {}),
  /** The desks that this home keeps of the session. */
  desks: list(keptDeskSchema),
});

/** Read-only through and through, and without the index signature that stands for unknown fields. */
export type DeepReadonly<T> = T extends (infer I)[]
  ? readonly DeepReadonly<I>[]
  : T extends object
    ? string extends keyof T
      ? { readonly [K in keyof T as string extends K ? never : K]: DeepReadonly<T[K]> } extends infer Known
        ? [keyof Known] extends [never]
          ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
          : Known
        : never
      : { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

export type Session = DeepReadonly<z.infer<typeof sessionSchema>>;
export type Task = Session['tasks'][number];
export type SessionEvent = Session['events'][number];
export type Decision = Session['decisions'][number];
export type Question = Session['questions'][number];
export type NextStep = Session['nextSteps'][number];
export type Commit = Session['commits'][number];
export type HistoryItem = Session['history'][number];
export type Claim = Session['claims'][number];
export type ProjectRef = Session['project'];
export type Where = Session['where'];
export type Agent = NonNullable<Session['agent']>;
export type EarlierPart = NonNullable<Session['earlier']>['parts'][number];
