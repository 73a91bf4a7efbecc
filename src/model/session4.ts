import * as z from 'zod/mini';
import { isSafeId } from './ids.ts';
import { type DeepReadonly, moment, places, sessionStatuses, taskStatuses } from './session.ts';

/*
 * The shape of version 4, which is still read: documents in it are migrated (`migrations.ts`).
 */

let schema: ReturnType<typeof makeSchema> | undefined;

/** The schema, made when the first document of version 4 comes by: mostly none does. */
export function session4Schema() {
  schema ??= makeSchema();
  return schema;
}

function makeSchema() {
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

  const continuationSchema = z.looseObject({
    at: moment,
    intent: text,
    branch: orNull(text),
    worktree: text,
    head: orNull(text),
    agent: orNull(agentSchema),
  });

  return z.looseObject({
    id,
    schemaVersion: z.literal(4),
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
}

export type Session4 = DeepReadonly<z.infer<ReturnType<typeof makeSchema>>>;
