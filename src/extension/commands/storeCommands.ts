import { l10n, window, workspace } from 'vscode';
import type { Session } from '../../model/session.ts';
import * as storing from '../../operations/storeOperations.ts';
import { type Trash, trash } from '../../operations/trashOperations.ts';
import { Summaries } from '../../store/summaries.ts';
import { Notice, report } from '../errors.ts';
import { focusedRow } from '../names.ts';
import { pickSession } from '../sessionPick.ts';
import { inMessage } from '../words.ts';
import { type CommandContext, chooseSession, isAny, isCompleted, run, sessionOf } from './context.ts';

/** Putting sessions away and bringing them back. */

export async function archive(context: CommandContext, argument?: unknown): Promise<void> {
  const id = await chooseSession(context, argument, {
    fits: isCompleted,
    ask: l10n.t('Select a session to archive'),
  });
  if (id === undefined) return;
  const { named } = await run<{ named: Session }>(context, storing.archive, { session: id });
  offerUndo(context, l10n.t('Archived “{0}”.', inMessage(named.intent)), () =>
    run(context, storing.unarchive, { session: id }),
  );
}

export async function deleteSession(context: CommandContext, argument?: unknown): Promise<void> {
  const id =
    argument === focusedRow ? await context.tree.selectFocused() : await sessionToDelete(context, argument);
  if (id === undefined) return;
  if (workspace.getConfiguration('workSessions').get('confirmDelete', false)) {
    const sure = l10n.t('Move to Trash');
    const choice = await window.showWarningMessage(
      l10n.t('Delete “{0}”?', inMessage(context.model.summary(id)?.intent ?? id)),
      { modal: true, detail: l10n.t('You can restore it from the trash.') },
      sure,
    );
    if (choice !== sure) return;
  }
  const { intent } = await run<Session>(context, storing.remove, { session: id });
  offerUndo(context, l10n.t('Deleted “{0}”.', inMessage(intent)), () =>
    run(context, storing.restore, { session: id }),
  );
}

async function sessionToDelete(context: CommandContext, argument: unknown): Promise<string | undefined> {
  return (
    sessionOf(argument) ??
    context.tree.selectedSession ??
    chooseSession(context, undefined, { fits: isAny, ask: l10n.t('Select a session to delete') })
  );
}

export async function restore(context: CommandContext, argument?: unknown): Promise<void> {
  const given = sessionOf(argument);
  if (given !== undefined) {
    await run(context, storing.restore, { session: given });
    return;
  }
  const { model } = context;
  const { entries } = await new Summaries(model.services().store.fs, model.home).list('trash');
  if (entries.length === 0) throw new Notice(l10n.t('The trash is empty.'));
  const id = await pickSession(
    entries.map(entry => entry.summary),
    l10n.t('Select a session to restore'),
  );
  if (id === undefined) return;
  const session = await run<Session>(context, storing.restore, { session: id });
  await context.tree.reveal(session.id);
}

export async function emptyTrash(context: CommandContext): Promise<void> {
  const { sessions, failed } = await run<Trash>(context, trash, { empty: true });
  if (sessions.length === 0) throw new Notice(l10n.t('The trash is empty.'));
  const [first] = failed;
  if (first) void window.showWarningMessage(l10n.t('Not everything could be removed: {0}', first.message));
}

/** Tells what was done, with the way back. Not awaited: the command is done, the message may stand. */
function offerUndo({ log }: CommandContext, message: string, undo: () => Promise<unknown>): void {
  const title = l10n.t('Undo');
  const offer = async () => {
    if ((await window.showInformationMessage(message, title)) === title) await tryUndo();
  };
  const tryUndo = (): Promise<unknown> => undo().catch(error => report(error, log, tryUndo));
  void offer();
}
