import { type ErrorCode, type ErrorDetails, isSessionError, type SessionError } from '../model/errors.ts';
import { leastIdPart } from '../model/sessionRules.ts';
import { oneLine, safe, shortId } from './page.ts';

/** An error as every face shows it: one sentence on what happened, to which session, and what to do. */
export interface ErrorReport {
  readonly code: ErrorCode | 'internal';
  readonly message: string;
  readonly exitCode: number;
  readonly details: object;
}

type Kind = 'state' | 'input' | 'missing' | 'busy' | 'disk' | 'unconfirmed';

/** 1 refused by the session's state, 2 bad usage or input, 3 not found or ambiguous, 4 busy, 5 could not read or write, 6 done, but not confirmed by the disk. */
const exitCodes: Record<Kind, number> = { state: 1, input: 2, missing: 3, busy: 4, disk: 5, unconfirmed: 6 };

type Describe<C extends ErrorCode> = [Kind, (details: ErrorDetails[C]) => string];

const statusWords: Record<string, string> = {
  active: 'active',
  parked: 'parked',
  completed: 'completed',
};

const diskWords: Record<string, string> = {
  ENOSPC: 'the disk is full; free some space and try again',
  EDQUOT: 'your quota on this disk is used up; free some space and try again',
  EROFS: 'the disk is read-only; choose another home with --home or WORK_SESSIONS_HOME',
  EACCES: 'permission was denied; check who owns the folder and its mode',
  EPERM: 'permission was denied; check who owns the folder and its mode',
  EMFILE: 'too many files are open; close some programs and try again',
  ENFILE: 'too many files are open; close some programs and try again',
  ENOTDIR: 'a file stands where a folder is needed; move it away',
  EEXIST: 'a file stands where a folder is needed; move it away',
  ELOOP: 'a link is in the way; replace it by a real folder',
};

/** Why a document or a folder cannot be read, by its reason or the system's code. */
export function readingWords(reason: string): string {
  return unreadableWords[reason] ?? diskWords[reason] ?? reason;
}

export const unreadableWords: Record<string, string> = {
  not_json: 'it is not complete JSON',
  not_an_object: 'it is not a JSON object',
  not_a_session: 'a field is missing or has a wrong type',
  wrong_id: 'the id in it is not that of its file name',
  too_large: 'it is larger than 16 MiB',
  too_deep: 'it is nested too deeply',
  link: 'it is a link, which is not followed',
  not_a_file: 'it is not a regular file',
};

const blockWords = { file: 'a file', link: 'a link', other: 'something that is no lock' };

const table: { [C in ErrorCode]: Describe<C> } = {
  already_resumed: [
    'state',
    d =>
      `Session ${d.id} was already resumed, as ${d.resumedAs}; go on there: work-sessions show ${shortId(d.resumedAs)}`,
  ],
  wrong_status: [
    'state',
    d => `Cannot ${d.action} session ${d.id}: it is ${statusWords[d.status]}. ${advice(d)}`,
  ],
  gone: [
    'state',
    d => `Session ${d.id} was removed from the trash for good; only an import with --again makes it anew.`,
  ],
  in_trash: [
    'state',
    d => `Session ${d.id} is in the trash; bring it back first: work-sessions restore ${shortId(d.id)}`,
  ],
  wrong_place: ['state', d => `Cannot ${d.action} session ${d.id}: ${placeWords(d)}`],
  already_exists: ['state', d => `A session ${d.id} exists already; try again.`],
  duplicate_subject: [
    'state',
    d => `Session ${d.id} already has a task "${oneLine(d.subject)}"; choose another subject.`,
  ],
  already_answered: [
    'state',
    d =>
      `The question "${oneLine(d.question)}" of session ${d.id} was answered before; ask a new one to go on.`,
  ],
  wrong_branch: [
    'state',
    d =>
      `Session ${d.id} works on branch ${d.wanted}, but ${d.worktree} is on ${d.actual ?? 'no branch'}; ` +
      "switch the branch, or set the session's: work-sessions edit --branch",
  ],
  usage: ['input', d => d.message],
  invalid_input: ['input', d => `${d.field} ${d.problem}.`],
  over_limit: [
    'input',
    d => `${d.field} is over its limit of ${d.limit.toLocaleString('en')} ${d.unit}; shorten it.`,
  ],
  not_found: ['missing', d => notFound(d)],
  ambiguous: ['missing', d => ambiguous(d)],
  no_session_here: [
    'missing',
    d =>
      `No active session in ${d.folder}; start one (work-sessions start "…") or name one with --session ID.`,
  ],
  folder_gone: [
    'missing',
    () => 'The folder you are in is gone; go to another one, or name the session with --session ID.',
  ],
  nothing_parked: [
    'missing',
    d => `Nothing is parked in ${oneLine(d.project)}; work-sessions list --all shows the other projects.`,
  ],
  busy: [
    'busy',
    d =>
      `Another program is writing ${fileOf(d.path)}: waited ${(d.waitedMs / 1000).toFixed(1)} s for ` +
      `${d.holder ?? 'its lock'}; try again, or end that program.`,
  ],
  lock_blocked: [
    'disk',
    d =>
      `Session ${fileOf(d.path).replace(/\.json\.lock$/, '')} cannot be written: ${blockWords[d.what]} stands where its lock ` +
      `has to be, ${d.path}; put it right with work-sessions doctor --fix, or move it away.`,
  ],
  unreadable: [
    'disk',
    d =>
      `Cannot read ${d.path}: ${unreadableWords[d.reason]}. It was left as it is; work-sessions doctor tells more.`,
  ],
  newer_schema: [
    'disk',
    d =>
      `${d.path} was written by a newer Work Sessions (format ${d.version}, this one knows ${d.supported}); ` +
      'update this program to change it.',
  ],
  settings_unreadable: [
    'disk',
    d =>
      `Cannot read the settings (${d.path}): ${readingWords(d.reason)}. ` +
      'Defaults are used; mend the file, or begin a new one with work-sessions config set (the old one is put aside).',
  ],
  invalid_settings: [
    'disk',
    d =>
      `In the settings (${d.path}) ${oneLine(d.name)} ${d.problem}; until then its default is used. ` +
      `Set it right: work-sessions config set ${oneLine(d.name)} VALUE`,
  ],
  io: ['disk', d => `Cannot ${d.action} ${d.path}: ${diskWords[d.code] ?? `the system says ${d.code}`}.`],
  unconfirmed: ['unconfirmed', d => unconfirmedWords(d)],
  output: ['disk', d => outputWords(d)],
  no_home: [
    'input',
    () =>
      'Your own folder is not known here (HOME is not set), so there is no home for sessions; ' +
      'name one with --home DIR or WORK_SESSIONS_HOME.',
  ],
  git: ['disk', d => gitWords(d)],
};

/** Any error as its report. What is not one of ours is a defect: it is named as such, without a stack. */
export function describeError(error: unknown): ErrorReport {
  if (isSessionError(error)) return describeTyped(error);
  const message = error instanceof Error ? oneLine(error.message) : String(error);
  return {
    code: 'internal',
    message: `Something unexpected went wrong (${message}); please report it with the command you gave.`,
    exitCode: 5,
    details: {},
  };
}

function describeTyped<C extends ErrorCode>(error: SessionError<C>): ErrorReport {
  const [kind, describe] = table[error.code];
  // Paths, branches and whatever was typed are in it: none of that may steer a terminal or break the line.
  const message = safe(describe(error.details)).replace(/\n/g, ' ');
  return { code: error.code, message, exitCode: exitCodes[kind], details: error.details };
}

function advice({ id, status, wanted, action }: ErrorDetails['wrong_status']): string {
  if (status === 'completed') return `Reopen it first: work-sessions reopen ${shortId(id)}`;
  if (action === 'reopen' && status === 'active') return `Go on with it: work-sessions show ${shortId(id)}`;
  if (action === 'archive') return `Complete it first: work-sessions complete ${shortId(id)} --outcome "…"`;
  if (status === 'parked' && !wanted.includes('parked'))
    return `Resume it first: work-sessions resume ${shortId(id)}`;
  if (wanted.includes('parked')) return `Park it first: work-sessions park ${shortId(id)}`;
  return `Complete it first: work-sessions complete ${shortId(id)} --outcome "…"`;
}

function placeWords({ id, place, action }: ErrorDetails['wrong_place']): string {
  if (place === 'trash') return 'it is already in the trash.';
  if (place === 'sessions') return `it is not in the ${action === 'restore' ? 'trash' : 'archive'}.`;
  if (action === 'archive') return 'it is already in the archive.';
  return `it is in the archive; take it out: work-sessions unarchive ${shortId(id)}`;
}

function notFound({ what, query }: ErrorDetails['not_found']): string {
  const named = `"${oneLine(query).slice(0, 100)}"`;
  switch (what) {
    case 'session':
      if (query.length < leastIdPart)
        return `No session ${named}; name its id, or at least ${leastIdPart} characters of it: work-sessions list --all`;
      return `No session ${named}; work-sessions list --all --archived shows every id.`;
    case 'project':
      return `No project ${named}; work-sessions project list shows them all.`;
    case 'folder':
      return `No folder ${named}; check the path.`;
    default:
      return `No ${what} ${named} in this session; work-sessions show lists them.`;
  }
}

function ambiguous({ what, query, candidates }: ErrorDetails['ambiguous']): string {
  const named = candidates
    .map(({ id, label }) => `${id}${label ? ` (${oneLine(label).slice(0, 60)})` : ''}`)
    .join(', ');
  if (query === '') return `Several ${what}s could be meant; name one of them: ${named}`;
  return `"${oneLine(query)}" could be several ${what}s; say more of it: ${named}`;
}

function unconfirmedWords({ id, reason }: ErrorDetails['unconfirmed']): string {
  if (reason === 'follows')
    return `Session ${id} exists from now on; its document could not be written yet, and follows with the next look: work-sessions list`;
  return (
    `It is done, but the disk did not confirm that ${id} will outlive a power cut; ` +
    'do not do it again: look at the disk first, then at the session.'
  );
}

function outputWords({ code, done }: ErrorDetails['output']): string {
  const why = code === 'EPIPE' ? 'whoever reads it has gone' : (diskWords[code] ?? `the system says ${code}`);
  if (done === null) return `The output could not be written: ${why}.`;
  return `${done.replace(/[.\s]+$/, '')}: that is done, but the output could not be written (${why}); do not do it again.`;
}

function gitWords({ problem, message }: ErrorDetails['git']): string {
  if (problem === 'git_missing') return 'Git was not found; install it, or put it on the PATH.';
  if (problem === 'git_timeout')
    return 'Git took too long to answer; try again, or set a longer gitTimeoutSeconds.';
  return `Git refused: ${oneLine(message).replace(/\.$/, '')}.`;
}

function fileOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/\.json$/, '');
}
