/**
 * Everything that can be refused or go wrong, as data. Sentences are made at the edge
 * (`operations/describe.ts`), so that every face says the same and can translate it.
 */
export interface ErrorDetails {
  // Refused by the session's state.
  already_resumed: { id: string; resumedAs: string };
  wrong_status: { id: string; status: string; wanted: readonly string[]; action: string };
  in_trash: { id: string };
  wrong_place: { id: string; place: string; action: string };
  already_exists: { id: string };
  duplicate_subject: { id: string; subject: string };
  already_answered: { id: string; question: string };
  wrong_branch: { id: string; wanted: string; actual: string | null; worktree: string };
  // Bad usage or input.
  usage: { message: string };
  invalid_input: { field: string; problem: string };
  over_limit: { field: string; limit: number; unit: 'characters' | 'items' | 'bytes' };
  // Not found or ambiguous.
  not_found: { what: 'session' | 'task' | 'question' | 'project' | 'folder'; query: string };
  ambiguous: {
    what: 'session' | 'task' | 'question' | 'project';
    query: string;
    candidates: readonly Candidate[];
  };
  no_session_here: { folder: string };
  nothing_parked: { project: string };
  // Busy.
  busy: { path: string; holder: string | null; waitedMs: number };
  // Could not read or write.
  unreadable: { path: string; reason: UnreadableReason };
  newer_schema: { path: string; version: number; supported: number };
  /** A value in the shared settings that makes no sense: shown, not silently replaced by a default. */
  invalid_settings: { path: string; name: string; problem: string };
  io: { path: string; code: string; action: 'read' | 'write' };
  // The environment.
  git: { problem: 'git_missing' | 'git_failed' | 'git_timeout'; message: string };
}

export type ErrorCode = keyof ErrorDetails;

/** One of several things an ambiguous query could have meant. */
export interface Candidate {
  id: string;
  label: string;
}

export type UnreadableReason =
  | 'not_json'
  | 'not_an_object'
  | 'not_a_session'
  | 'wrong_id'
  | 'too_large'
  | 'too_deep'
  | 'link'
  | 'not_a_file';

/** A typed refusal or failure: `code` tells which, `details` has the data for its sentence. */
export class SessionError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly details: ErrorDetails[C];

  constructor(code: C, details: ErrorDetails[C], options?: { cause?: unknown }) {
    super(`${code} ${JSON.stringify(details)}`, options);
    this.name = 'SessionError';
    this.code = code;
    this.details = details;
  }
}

/** Tells a `SessionError` of one code from everything else and narrows its details. */
export function isSessionError<C extends ErrorCode>(error: unknown, code?: C): error is SessionError<C> {
  return error instanceof SessionError && (code === undefined || error.code === code);
}
