/**
 * Everything that can be refused or go wrong, as data. Sentences are made at the edge
 * (`operations/describeError.ts`, `extension/errors.ts`), so that every face can say it in its own words.
 */
export interface ErrorDetails {
  // Refused by the session's state.
  already_resumed: { id: string; resumedAs: string };
  wrong_status: { id: string; status: string; wanted: readonly string[]; action: string };
  /** The session was removed from the trash for good. */
  gone: { id: string };
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
  /** The folder that the caller is in has been removed. */
  folder_gone: Record<string, never>;
  nothing_parked: { project: string };
  // Busy.
  busy: { path: string; holder: string | null; waitedMs: number };
  /** Something that is no lock stands where the lock of a document has to be. */
  lock_blocked: { path: string; what: 'file' | 'link' | 'other' };
  // Could not read or write.
  unreadable: { path: string; reason: UnreadableReason };
  newer_schema: { path: string; version: number; supported: number };
  /** The shared settings cannot be read (`reason`: why, or the system's code): defaults are used, and that is told. */
  settings_unreadable: { path: string; reason: string };
  /** A value in the shared settings that makes no sense: its default is used, and that is told. */
  invalid_settings: { path: string; name: string; problem: string };
  io: { path: string; code: string; action: 'read' | 'write' };
  /** Never thrown: told beside what was done. */
  unconfirmed: Unconfirmed;
  // The environment.
  /** Standard output cannot be written; `done` says what was done all the same, if anything was changed. */
  output: { code: string; done: string | null };
  /** The system does not tell the person's own folder, and no other home was named. */
  no_home: Record<string, never>;
  git: { problem: 'git_missing' | 'git_failed' | 'git_timeout'; message: string };
}

export type ErrorCode = keyof ErrorDetails;

/**
 * What is done and can be seen by all, with a reservation. `flush`: the disk did not confirm it, so that it
 * may not outlive a power cut. `follows`: a session that exists from now on, by the claim in the one it goes
 * on from, but whose own document could not be written yet.
 */
export interface Unconfirmed {
  /** A session's id, or the name of the document beside the sessions. */
  id: string;
  reason: 'flush' | 'follows';
}

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
