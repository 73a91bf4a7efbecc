import { commands, l10n, Uri, window, workspace } from 'vscode';
import type { Session } from '../../model/session.ts';
import { safe } from '../../operations/page.ts';
import * as storing from '../../operations/storeOperations.ts';
import { exportSessions, importSessions } from '../../operations/transferOperations.ts';
import type { Finding } from '../../store/doctor.ts';
import { Summaries } from '../../store/summaries.ts';
import { ancestorFolder } from '../ancestorOffer.ts';
import { Notice, report } from '../errors.ts';
import { pickSession } from '../sessionPick.ts';
import { amount, inMessage } from '../words.ts';
import {
  type CommandContext,
  chooseSession,
  defineCommands,
  isAny,
  isCompleted,
  run,
  sessionOf,
} from './context.ts';

/** What the key in package.json hands over: it acts on the row that has the focus. */
const fromKey = 'focused';

/** Putting sessions away and bringing them back, out and in, and the doctor. */
export function storeCommands(context: CommandContext) {
  const { model } = context;

  /** Tells what was done, with the way back. Not awaited: the command is done, the message may stand. */
  function offerUndo(message: string, undo: () => Promise<unknown>): void {
    const title = l10n.t('Undo');
    const offer = async () => {
      if ((await window.showInformationMessage(message, title)) === title) await tryUndo();
    };
    const tryUndo = (): Promise<unknown> => undo().catch(error => report(error, context.log, tryUndo));
    void offer();
  }

  async function archive(argument: unknown): Promise<void> {
    const id = await chooseSession(context, argument, {
      fits: isCompleted,
      ask: l10n.t('Select a session to archive'),
    });
    if (id === undefined) return;
    const { named } = await run<{ named: Session }>(context, storing.archive, { session: id });
    offerUndo(l10n.t('Archived “{0}”.', inMessage(named.intent)), () =>
      run(context, storing.unarchive, { session: id }),
    );
  }

  async function remove(argument: unknown): Promise<void> {
    const id = argument === fromKey ? await context.tree.selectFocused() : await sessionToDelete(argument);
    if (id === undefined) return;
    if (workspace.getConfiguration('workSessions').get('confirmDelete', false)) {
      const sure = l10n.t('Move to Trash');
      const choice = await window.showWarningMessage(
        l10n.t('Delete “{0}”?', inMessage(model.summary(id)?.intent ?? id)),
        { modal: true, detail: l10n.t('You can restore it from the trash.') },
        sure,
      );
      if (choice !== sure) return;
    }
    const { intent } = await run<Session>(context, storing.remove, { session: id });
    offerUndo(l10n.t('Deleted “{0}”.', inMessage(intent)), () =>
      run(context, storing.restore, { session: id }),
    );
  }

  async function sessionToDelete(argument: unknown): Promise<string | undefined> {
    return (
      sessionOf(argument) ??
      context.tree.selectedSession ??
      chooseSession(context, undefined, { fits: isAny, ask: l10n.t('Select a session to delete') })
    );
  }

  async function restore(argument: unknown): Promise<void> {
    const given = sessionOf(argument);
    if (given !== undefined) {
      await run(context, storing.restore, { session: given });
      return;
    }
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

  async function exportSession(argument: unknown): Promise<void> {
    const id = await chooseSession(context, argument, {
      fits: isAny,
      ask: l10n.t('Select a session to export'),
      preferWindow: true,
    });
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
    const choice = await window.showInformationMessage(
      l10n.t('Exported to {0}.', inMessage(target.fsPath)),
      open,
    );
    if (choice === open) await commands.executeCommand('vscode.open', target);
  }

  async function importAncestor(argument: unknown): Promise<void> {
    const folder =
      typeof argument === 'string' ? argument : ((await ancestorFolder()) ?? (await askFolder()));
    if (folder === undefined) return;
    const result = await run<{
      added: unknown[];
      present: unknown[];
      inTrash: unknown[];
      failed: { file: string; message: string }[];
    }>(context, importSessions, { folder });
    for (const { file, message } of result.failed) context.log.warn(`${file}: ${message}`);
    const summary = importSummary(result);
    if (result.failed.length === 0) void window.showInformationMessage(summary);
    else
      void window
        .showWarningMessage(summary, l10n.t('Show Log'))
        .then(choice => choice && context.log.show());
  }

  async function askFolder(): Promise<string | undefined> {
    const [folder] =
      (await window.showOpenDialog({
        canSelectFolders: true,
        canSelectFiles: false,
        title: l10n.t('Select the Folder of Claude Sessions Dashboard'),
      })) ?? [];
    return folder?.fsPath;
  }

  async function runDoctor(): Promise<void> {
    const findings = await run<Finding[]>(context, storing.doctor, {});
    const wrong = findings.filter(({ state }) => state !== 'info');
    if (wrong.length === 0) {
      void window.showInformationMessage(l10n.t('No problems found.'));
      return;
    }
    showFindings(findings);
    const mend = l10n.t('Repair');
    const show = l10n.t('Show Findings');
    const fixable = wrong.some(({ state }) => state === 'fixable');
    const problemsFound =
      wrong.length === 1 ? l10n.t('Found 1 problem.') : l10n.t('Found {0} problems.', wrong.length);
    const choice = await window.showWarningMessage(problemsFound, ...(fixable ? [mend, show] : [show]));
    if (choice === show) context.log.show();
    if (choice !== mend) return;
    const after = await run<Finding[]>(context, storing.doctor, { fix: true });
    showFindings(after);
    const left = after.filter(({ state }) => state === 'manual').length;
    void window.showInformationMessage(
      amount(
        left,
        () => l10n.t('1 problem needs you. See the log.'),
        n => l10n.t('{0} problems need you. See the log.', n),
      ) ?? l10n.t('All problems were repaired.'),
    );
    await model.rescan();
  }

  function showFindings(findings: readonly Finding[]): void {
    for (const { kind, path, detail, state, copy } of findings) {
      context.log.info(`${kind} (${state}): ${safe(path)} ${safe(detail)}${copy ? ` → ${safe(copy)}` : ''}`);
    }
  }

  return defineCommands({
    archive,
    delete: remove,
    restore,
    export: exportSession,
    importAncestor,
    runDoctor,
  });
}

type ImportCounts = 'added' | 'present' | 'inTrash' | 'failed';

/** What an import did, one short sentence for each kind of thing that happened. */
function importSummary({ added, present, inTrash, failed }: Record<ImportCounts, unknown[]>): string {
  const sentences = [
    amount(
      added.length,
      () => l10n.t('Imported 1 session.'),
      n => l10n.t('Imported {0} sessions.', n),
    ) ?? l10n.t('No new sessions were found.'),
    amount(
      present.length,
      () => l10n.t('1 was there already.'),
      n => l10n.t('{0} were there already.', n),
    ),
    amount(
      inTrash.length,
      () => l10n.t('1 of these is in the trash and can be restored from there.'),
      n => l10n.t('{0} of these are in the trash and can be restored from there.', n),
    ),
    amount(
      failed.length,
      () => l10n.t('1 could not be read.'),
      n => l10n.t('{0} could not be read.', n),
    ),
  ];
  return sentences.filter(Boolean).join(' ');
}
