import { SessionError } from './errors.ts';
import { parseJson, stringifyJson } from './json.ts';
import { maxNesting } from './limits.ts';
import { type Session, schemaVersion, sessionSchema } from './session.ts';

/**
 * Reads a document's text as the session `id`. `path` is only for the error's words. A document of a
 * newer schema version is for showing only, and only as far as it still has the shape known here.
 * @throws SessionError `newer_schema` for a document of a later version, unless it is `forShowing`;
 * `unreadable` for anything that is not a session: it is never taken for empty.
 */
export function parseSession(json: string, id: string, path: string, forShowing = false): Session {
  const value = parseDocument(json, path);
  const parsed = sessionSchema.safeParse(value);
  const version = value['schemaVersion'];
  if (typeof version === 'number' && version > schemaVersion && !(forShowing && parsed.success)) {
    throw new SessionError('newer_schema', { path, version, supported: schemaVersion });
  }
  if (!parsed.success) throw new SessionError('unreadable', { path, reason: 'not_a_session' });
  if (parsed.data.id !== id) throw new SessionError('unreadable', { path, reason: 'wrong_id' });
  return parsed.data as Session;
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
