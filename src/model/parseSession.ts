import { SessionError } from './errors.ts';
import { parseJson, stringifyJson } from './json.ts';
import { maxNesting } from './limits.ts';
import { migrate4 } from './migrations.ts';
import { type Session, schemaVersion, sessionSchema } from './session.ts';
import { type Session4, session4Schema } from './session4.ts';
import { stampAt } from './stamp.ts';

/**
 * Reads a document's text as the session `id`; one of version 4 as the session of today that it is. `path` is only
 * for the error's words. A document of a newer version is for showing only: what is not understood is left out.
 * @throws SessionError `newer_schema` for a document of a later version, unless it is `forShowing`;
 * `unreadable` for anything that is not a session: it is never taken for empty.
 */
export function parseSession(json: string, id: string, path: string, forShowing = false): Session {
  const value = parseDocument(json, path);
  const version = value['schemaVersion'];
  const isNewer = typeof version === 'number' && version > schemaVersion;
  const session = isNewer ? understoodOf(value) : sessionOf(value, version);
  if (isNewer && !(forShowing && session)) {
    throw new SessionError('newer_schema', { path, version, supported: schemaVersion });
  }
  if (session === null) throw new SessionError('unreadable', { path, reason: 'not_a_session' });
  if (session.id !== id) throw new SessionError('unreadable', { path, reason: 'wrong_id' });
  return session;
}

function sessionOf(value: Record<string, unknown>, version: unknown): Session | null {
  if (version === 4) {
    const old = session4Schema.safeParse(value);
    return old.success ? migrate4(old.data as Session4) : null;
  }
  const parsed = sessionSchema.safeParse(value);
  return parsed.success ? (parsed.data as Session) : null;
}

/** What a newer version has to keep for a row to be shown at all. */
const core = ['id', 'status', 'intent', 'startedAt', 'lastHeartbeatAt'] as const;

/** A newer document as far as it is understood; null if not even what it is for is. */
function understoodOf(value: Record<string, unknown>): Session | null {
  const { shape } = sessionSchema;
  if (core.some(field => !shape[field].safeParse(value[field]).success)) return null;
  const stamp = stampAt(Date.parse(value['startedAt'] as string), '0');
  const where = { machine: '0', worktree: '', root: '', commonDir: null };
  const project = { key: 'unknown', name: '', firstCommit: null, remote: null };
  const instead: Record<string, unknown> = { revision: 1, stamp, clock: stamp, where, project };
  const understood: Record<string, unknown> = { ...value };
  for (const [field, schema] of Object.entries(shape)) {
    if (schema.safeParse(value[field]).success) continue;
    const list = value[field];
    // Of a list, what is understood; of anything else, what stands for "not said".
    const known = Array.isArray(list) ? list.filter(item => schema.safeParse([item]).success) : undefined;
    understood[field] = [known, instead[field], null].find(each => schema.safeParse(each).success);
  }
  const parsed = sessionSchema.safeParse(understood);
  return parsed.success ? (parsed.data as Session) : null;
}

/** Reads any JSON object of bounded nesting; see `json.ts` for what is kept of it. @throws SessionError `unreadable` */
export function parseDocument(json: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(json);
  } catch {
    throw new SessionError('unreadable', { path, reason: 'not_json' });
  }
  if (isTooDeep(value)) throw new SessionError('unreadable', { path, reason: 'too_deep' });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SessionError('unreadable', { path, reason: 'not_an_object' });
  }
  return value as Record<string, unknown>;
}

/** Level by level instead of by recursion: a document of 200,000 nested brackets must not end the program. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxNesting) return true;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      for (const key in item) {
        const child = (item as Record<string, unknown>)[key];
        if (typeof child === 'object' && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return false;
}

/**
 * The text of a document: one field a line, so that a person can read it and tools can compare it,
 * at the cost of one `JSON.stringify` a field whatever the length of the lists.
 */
export function serializeDocument(document: object): string {
  const fields: string[] = [];
  for (const [key, value] of Object.entries(document)) {
    if (value !== undefined) fields.push(`${stringifyJson(key)}: ${stringifyJson(value)}`);
  }
  return `{\n${fields.join(',\n')}\n}\n`;
}
