import { isSessionError, SessionError } from '../model/errors.ts';
import { maxDocumentBytes } from '../model/limits.ts';
import { parseSession, serializeDocument } from '../model/parseSession.ts';
import type { Session } from '../model/session.ts';
import { describeError, unreadableWords } from './describeError.ts';

export interface ImportResult {
  readonly source: 'ancestor' | 'work-sessions';
  readonly dryRun: boolean;
  /** Ids of sessions that were not there yet. */
  readonly added: string[];
  /** Ids of sessions that were there, and got something that they had not. */
  readonly joined: string[];
  readonly present: string[];
  /** Those of `present` and `joined` that no list shows, by where they lie. */
  readonly inTrash: string[];
  readonly inArchive: string[];
  /** Those that were removed for good, and were left so. */
  readonly gone: string[];
  readonly failed: { file: string; message: string }[];
  /** Keys of projects. */
  readonly projects: { readonly added: string[]; readonly present: string[] };
}

/** A session to be imported, and the file it is from, for telling about it. */
export interface Incoming {
  readonly file: string;
  readonly session: Session;
}

export function emptyResult(source: ImportResult['source'], dryRun: boolean): ImportResult {
  const projects = { added: [], present: [] };
  return {
    source,
    dryRun,
    added: [],
    joined: [],
    present: [],
    inTrash: [],
    inArchive: [],
    gone: [],
    failed: [],
    projects,
  };
}

/** Runs what concerns one item; if it fails, that is told, and the others go on. */
export async function attempt(result: ImportResult, file: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    result.failed.push({ file, message: reasonOf(error) });
  }
}

/** Why an item could not be imported, as a sentence. */
export function reasonOf(error: unknown): string {
  if (isSessionError(error, 'unreadable')) {
    const words = unreadableWords[error.details.reason] ?? 'it cannot be read';
    return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
  }
  return describeError(error).message;
}

/** Everything that a session must be to be stored and read again, checked before anything is written. */
export function checked(session: unknown, id: string, file: string): Session {
  let text: string;
  try {
    text = serializeDocument(session as object);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SessionError('unreadable', { path: file, reason: 'too_deep' }, { cause: error });
  }
  if (Buffer.byteLength(text) > maxDocumentBytes) {
    throw new SessionError('over_limit', { field: 'session', limit: maxDocumentBytes, unit: 'bytes' });
  }
  return parseSession(text, id, file);
}
