import { commands, l10n, window } from 'vscode';
import {
  type ErrorCode,
  type ErrorDetails,
  isSessionError,
  SessionError,
  type Unconfirmed,
} from '../model/errors.ts';
import type { Log } from './log.ts';
import type { CommandId } from './manifest.ts';
import { commandId } from './names.ts';
import { wholeMessage } from './words.ts';

/** A way on from an error: a button and the command behind it, ours or (`editor`) the editor's own. */
type Way = { title: string; args?: unknown[] } & ({ command: CommandId } | { editor: string });

/** Goes the way that was chosen. Nobody waits for it: where it fails, that is told like any error. */
async function follow(way: Way | undefined, log: Log): Promise<void> {
  if (way === undefined) return;
  const id = 'editor' in way ? way.editor : commandId(way.command);
  try {
    await commands.executeCommand(id, ...(way.args ?? []));
  } catch (error) {
    await report(error, log);
  }
}

interface Report {
  message: string;
  ways?: Way[];
}

type Describe<C extends ErrorCode> = (details: ErrorDetails[C]) => Report;

const diskWords: Record<string, () => string> = {
  ENOSPC: () => l10n.t('the disk is full'),
  EDQUOT: () => l10n.t('your quota on this disk is used up'),
  EROFS: () => l10n.t('the disk is read-only'),
  EACCES: () => l10n.t('permission was denied'),
  EPERM: () => l10n.t('permission was denied'),
};

/** Something to tell a person that is no failure: why a command cannot do anything just now. */
export class Notice extends Error {}

/** Every error in the editor's own words: here the ways on are buttons, not commands to type. */
const table: { [C in ErrorCode]: Describe<C> } = {
  already_resumed: d => ({
    message: l10n.t('This session was already resumed. The work goes on in its continuation.'),
    ways: [{ title: l10n.t('Go to Continuation'), command: 'goToSession', args: [d.resumedAs] }],
  }),
  wrong_status: d => wrongStatus(d),
  gone: () => ({ message: l10n.t('The session was removed from the trash for good.') }),
  in_trash: d => ({
    message: l10n.t('This session is in the trash.'),
    ways: [{ title: l10n.t('Restore'), command: 'restore', args: [d.id] }],
  }),
  wrong_place: () => ({
    message: l10n.t('The session was archived, deleted or restored in the meantime. Try again.'),
  }),
  already_exists: () => ({ message: l10n.t('A session with this ID already exists. Try again.') }),
  duplicate_subject: d => ({
    message: l10n.t('The session already has a task “{0}”. Choose another subject.', d.subject),
  }),
  already_answered: d => ({ message: l10n.t('The question “{0}” was already answered.', d.question) }),
  wrong_branch: d => ({
    message: l10n.t(
      'The session works on branch {0}, but {1} is checked out.',
      d.wanted,
      d.actual ?? l10n.t('no branch'),
    ),
  }),
  usage: d => ({ message: d.message }),
  invalid_input: d => ({ message: l10n.t('{0}: {1}', d.field, d.problem) }),
  over_limit: d => ({ message: l10n.t('{0} is over its limit of {1}. Shorten it.', d.field, d.limit) }),
  not_found: d => ({
    message:
      d.what === 'session' ? l10n.t('There is no session {0}.', d.query) : l10n.t('Not found: {0}', d.query),
    ways: [{ title: l10n.t('Search'), command: 'search' }],
  }),
  ambiguous: d => ({
    message: l10n.t('More than one matches: {0}', d.candidates.map(each => each.label || each.id).join(', ')),
  }),
  no_session_here: () => ({
    message: l10n.t('There is no active session here.'),
    ways: [{ title: l10n.t('Start Session'), command: 'start' }],
  }),
  folder_gone: () => ({ message: l10n.t('The folder of this window is gone.') }),
  nothing_parked: () => ({ message: l10n.t('No session is parked in this project.') }),
  busy: d => ({
    message: l10n.t(
      'Another program is writing to this session ({0}). Nothing was changed. Try again.',
      d.holder ?? l10n.t('unknown'),
    ),
  }),
  lock_blocked: d => ({
    message: l10n.t('The session cannot be written: something that is no lock stands at {0}.', d.path),
    ways: [{ title: l10n.t('Run Doctor'), command: 'runDoctor' }],
  }),
  unconfirmed: d => ({
    message:
      d.reason === 'follows'
        ? l10n.t(
            'The session {0} exists from now on. Its document could not be written yet and follows.',
            d.id,
          )
        : l10n.t(
            'This is done, but the disk did not confirm that {0} will outlive a power cut. Look at the disk.',
            d.id,
          ),
  }),
  unreadable: d => ({
    message: l10n.t('The document {0} cannot be read. It was left as it is.', d.path),
    ways: [
      { title: l10n.t('Show File'), command: 'openSessionFile', args: [{ path: d.path }] },
      { title: l10n.t('Run Doctor'), command: 'runDoctor' },
    ],
  }),
  newer_schema: d => ({
    message: l10n.t(
      'This session was written by a newer Work Sessions (format {0}). Update the extension to change it.',
      d.version,
    ),
  }),
  settings_unreadable: d => ({
    message: l10n.t('The shared settings cannot be read ({0}). Defaults are used.', d.path),
    ways: [{ title: l10n.t('Show File'), command: 'openSessionFile', args: [{ path: d.path }] }],
  }),
  invalid_settings: d => ({
    message: l10n.t(
      'In the shared settings ({0}) a value makes no sense: {1}. Its default is used.',
      d.path,
      d.name,
    ),
    ways: [{ title: l10n.t('Show File'), command: 'openSessionFile', args: [{ path: d.path }] }],
  }),
  io: d => {
    const why = diskWords[d.code]?.() ?? d.code;
    // Nothing is said of what was changed: a resume may be decided before its continuation fails to be written.
    return {
      message:
        d.action === 'read'
          ? l10n.t('Cannot read {0}: {1}.', d.path, why)
          : l10n.t('Cannot write to {0}: {1}.', d.path, why),
    };
  },
  output: d => ({ message: l10n.t('The output could not be written: {0}', d.code) }),
  no_home: () => ({
    message: l10n.t(
      'Your own folder is not known here. Name a home for sessions in the setting “{0}”.',
      'workSessions.home',
    ),
  }),
  git: d => ({
    message:
      d.problem === 'git_missing'
        ? l10n.t('Git was not found.')
        : l10n.t('Git could not answer: {0}', d.message),
  }),
};

function wrongStatus({ id, status }: ErrorDetails['wrong_status']): Report {
  switch (status) {
    case 'completed':
      return {
        message: l10n.t('The session is completed. Reopen it first.'),
        ways: [{ title: l10n.t('Reopen'), command: 'reopen', args: [id] }],
      };
    case 'parked':
      return {
        message: l10n.t('The session is parked. Resume it first.'),
        ways: [{ title: l10n.t('Resume'), command: 'resume', args: [id] }],
      };
    default:
      return { message: l10n.t('The session is active. Park or complete it first.') };
  }
}

/**
 * The one place where an error becomes words: what happened, and buttons to go on. `retry` adds a
 * button that does it again with what was typed, so that nothing is lost from a form.
 */
export async function report(error: unknown, log: Log, retry?: () => Thenable<unknown>): Promise<void> {
  if (error instanceof Notice) {
    await window.showInformationMessage(wholeMessage(error.message));
    return;
  }
  const { message, ways = [] } = describe(error);
  log.error(error instanceof Error ? error : String(error));
  const again = l10n.t('Try Again');
  const details = l10n.t('Show Log');
  const mayRetry = retry !== undefined && isSessionError(error) && ['busy', 'io'].includes(error.code);
  const titles = [
    ...(mayRetry ? [again] : []),
    ...ways.map(way => way.title),
    ...(ways.length === 0 ? [details] : []),
  ];
  const choice = await window.showErrorMessage(wholeMessage(message), ...titles);
  if (choice === again) await retry?.();
  else if (choice === details) log.show();
  await follow(
    ways.find(({ title }) => title === choice),
    log,
  );
}

/** Tells what is done without the disk having confirmed it. There is no trying again: it is done. */
export function tellUnconfirmed(unconfirmed: Unconfirmed, log: Log): void {
  showWarning(new SessionError('unconfirmed', unconfirmed), log);
}

/** A window may stay open for weeks: of so many warnings it is known that they were told. */
const mostTold = 200;
const told = new Set<string>();

/** Tells of what cannot be read and stops nobody: once in a window. */
export function warnOnce(problem: SessionError, log: Log): void {
  const message = errorMessage(problem);
  if (!told.has(message)) showWarning(problem, log);
  // Put last: what was not come across for longest is forgotten first.
  told.delete(message);
  told.add(message);
  const [oldest] = told;
  if (told.size > mostTold && oldest !== undefined) told.delete(oldest);
}

function showWarning(problem: SessionError, log: Log): void {
  const { message, ways = [] } = describe(problem);
  log.warn(message);
  const details = l10n.t('Show Log');
  const titles = [...ways.map(({ title }) => title), details];
  void window.showWarningMessage(wholeMessage(message), ...titles).then(choice => {
    if (choice === details) log.show();
    return follow(
      ways.find(({ title }) => title === choice),
      log,
    );
  });
}

/** Tells that nothing of the extension is there, and why: the editor itself tells nobody. */
export async function reportFailedStart(error: unknown, log: Log): Promise<void> {
  log.error(error instanceof Error ? error : String(error));
  const details = l10n.t('Show Log');
  const message = l10n.t('Work Sessions could not start. {0}', errorMessage(error));
  if ((await window.showErrorMessage(wholeMessage(message), details)) === details) log.show();
}

/** The sentence of an error, for places that show it themselves. */
export function errorMessage(error: unknown): string {
  return describe(error).message;
}

function describe(error: unknown): Report {
  if (isSessionError(error)) return describeTyped(error);
  // An update has taken away the files of the version that this window runs.
  if (isMissingPart(error)) {
    return {
      message: l10n.t('A part of Work Sessions is missing. It may have been updated: reload the window.'),
      ways: [{ title: l10n.t('Reload Window'), editor: 'workbench.action.reloadWindow' }],
    };
  }
  return {
    message: l10n.t('Something went wrong: {0}', error instanceof Error ? error.message : String(error)),
  };
}

/** A part that was never looked for is not found; where one was, is remembered, and then it cannot be opened. */
function isMissingPart(error: unknown): boolean {
  const { code, path = '' } = (error ?? {}) as { code?: unknown; path?: string };
  return (
    code === 'MODULE_NOT_FOUND' ||
    (code === 'ENOENT' && /[\\/]dist[\\/]extension[\\/][^\\/]+\.cjs$/.test(path))
  );
}

function describeTyped<C extends ErrorCode>(error: SessionError<C>): Report {
  return table[error.code](error.details);
}
