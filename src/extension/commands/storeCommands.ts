import { commands, type Disposable, l10n, Uri, window, workspace } from 'vscode';
import type { Session } from '../../model/session.ts';
import { oneLine, safe } from '../../operations/page.ts';
import * as storing from '../../operations/storeOperations.ts';
import { exportSessions, importSessions } from '../../operations/transferOperations.ts';
import type { Finding } from '../../store/doctor.ts';
import { Summaries } from '../../store/summaries.ts';
import { ancestorFolder } from '../ancestorOffer.ts';
import { Notice } from '../errors.ts';
import { pickSession } from '../sessionPick.ts';
import { chooseSession, type CommandContext, isAny, isCompleted, registerCommands, run, sessionOf } from './context.ts';

/** Putting sessions away and bringing them back, out and in, and the doctor. */
export function registerStoreCommands(context: CommandContext): Disposable[] {
  const { model } = context;

  /** Tells what was done, with the way back. Not awaited: the command is done, the message may stand. */
  function offerUndo(message: string, undo: () => Promise<unknown>): void {
    const title = l10n.t('Undo');
    void window.showInformationMessage(message, title).then(async choice => {
      if (choice === title) await undo();
    });
  }

  async function archive(argument: unknown): Promise<void> {
    const id = await chooseSession(context, argument, { fits: isCompleted, ask: l10n.t('Archive which session?') });
    if (id === undefined) return;
    const intent = oneLine(model.summary(id)?.intent ?? id);
    await run(context, storing.archive, { session: id });
    offerUndo(l10n.t('Archived “{0}”.', intent), () => run(context, storing.unarchive, { session: id }));
  }

  async function remove(argument: unknown): Promise<void> {
    // From the keyboard no row is handed over: then it is the selected one that is meant.
    const id = sessionOf(argument) ?? context.tree.selectedSession ?? (await chooseSession(context, undefined, { fits: isAny, ask: l10n.t('Delete which session?') }));
    if (id === undefined) return;
    const intent = oneLine(model.summary(id)?.intent ?? id);
    if (workspace.getConfiguration('workSessions').get('confirmDelete', false)) {
      const sure = l10n.t('Move to Trash');
      const choice = await window.showWarningMessage(l10n.t('Delete “{0}”?', intent), { modal: true, detail: l10n.t('It goes to the trash and can be restored.') }, sure);
      if (choice !== sure) return;
    }
    await run(context, storing.remove, { session: id });
    offerUndo(l10n.t('Deleted “{0}”.', intent), () => run(context, storing.restore, { session: id }));
  }

  async function restore(argument: unknown): Promise<void> {
    const given = sessionOf(argument);
    if (given !== undefined) {
      await run(context, storing.restore, { session: given });
      return;
    }
    const { entries } = await new Summaries(model.services().store.fs, model.home).list('trash');
    if (entries.length === 0) throw new Notice(l10n.t('The trash is empty'));
    const id = await pickSession(entries.map(entry => entry.summary), l10n.t('Restore which session?'));
    if (id === undefined) return;
    const session = await run<Session>(context, storing.restore, { session: id });
    await context.tree.reveal(session.id);
  }

  async function exportSession(argument: unknown): Promise<void> {
    const id = await chooseSession(context, argument, { fits: isAny, ask: l10n.t('Export which session?'), preferWindow: true });
    if (id === undefined) return;
    const target = await window.showSaveDialog({
      defaultUri: Uri.file(`${model.folder ?? model.home.root}/${id}.md`),
      filters: { Markdown: ['md'], JSON: ['json'] },
      title: l10n.t('Export Session'),
    });
    if (target === undefined) return;
    const format = target.path.endsWith('.json') ? 'json' : 'markdown';
    await run(context, exportSessions, { session: id, format, output: target.fsPath });
    const open = l10n.t('Open');
    const choice = await window.showInformationMessage(l10n.t('Exported to {0}.', target.fsPath), open);
    if (choice === open) await commands.executeCommand('vscode.open', target);
  }

  async function importAncestor(argument: unknown): Promise<void> {
    const folder = typeof argument === 'string' ? argument : ((await ancestorFolder()) ?? (await askFolder()));
    if (folder === undefined) return;
    const result = await run<{ added: unknown[]; present: unknown[]; failed: { file: string; message: string }[] }>(context, importSessions, { folder });
    for (const { file, message } of result.failed) context.log.warn(`${file}: ${message}`);
    const summary = l10n.t('Imported {0} sessions; {1} were there already; {2} could not be read.', result.added.length, result.present.length, result.failed.length);
    if (result.failed.length === 0) void window.showInformationMessage(summary);
    else void window.showWarningMessage(summary, l10n.t('Show Log')).then(choice => choice && context.log.show());
  }

  async function askFolder(): Promise<string | undefined> {
    const [folder] = (await window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title: l10n.t('The folder of Claude Sessions Dashboard') })) ?? [];
    return folder?.fsPath;
  }

  async function runDoctor(): Promise<void> {
    const findings = await run<Finding[]>(context, storing.doctor, {});
    const wrong = findings.filter(({ state }) => state !== 'info');
    if (wrong.length === 0) {
      void window.showInformationMessage(l10n.t('All is well with your sessions.'));
      return;
    }
    showFindings(findings);
    const mend = l10n.t('Mend What Can Be Mended');
    const show = l10n.t('Show Findings');
    const fixable = wrong.some(({ state }) => state === 'fixable');
    const choice = await window.showWarningMessage(l10n.t('The doctor found {0} things.', wrong.length), ...(fixable ? [mend, show] : [show]));
    if (choice === show) context.log.show();
    if (choice !== mend) return;
    const after = await run<Finding[]>(context, storing.doctor, { fix: true });
    showFindings(after);
    const left = after.filter(({ state }) => state === 'manual').length;
    void window.showInformationMessage(left === 0 ? l10n.t('Everything is mended.') : l10n.t('{0} things need a person; the log names them.', left));
    await model.rescan();
  }

  function showFindings(findings: readonly Finding[]): void {
    for (const { kind, path, detail, state, copy } of findings) {
      context.log.info(`${kind} (${state}): ${safe(path)} ${safe(detail)}${copy ? ` → ${safe(copy)}` : ''}`);
    }
  }

  return registerCommands(context, { archive, delete: remove, restore, export: exportSession, importAncestor, runDoctor });
}

