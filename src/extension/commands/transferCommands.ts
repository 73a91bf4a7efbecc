import { commands, l10n, Uri, window } from 'vscode';
import { exportSessions, importSessions } from '../../operations/transferOperations.ts';
import { ancestorFolder } from '../ancestorOffer.ts';
import { amount, inMessage } from '../words.ts';
import { type CommandContext, chooseSession, isAny, run } from './context.ts';

/** Sessions out and in. */

export async function exportSession(context: CommandContext, argument?: unknown): Promise<void> {
  const id = await chooseSession(context, argument, {
    fits: isAny,
    ask: l10n.t('Select a session to export'),
    preferWindow: true,
  });
  if (id === undefined) return;
  const { model } = context;
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

export async function importAncestor(context: CommandContext, argument?: unknown): Promise<void> {
  const folder = typeof argument === 'string' ? argument : ((await ancestorFolder()) ?? (await askFolder()));
  if (folder === undefined) return;
  const result = await run<{
    added: unknown[];
    joined: unknown[];
    present: unknown[];
    inTrash: unknown[];
    failed: { file: string; message: string }[];
  }>(context, importSessions, { folder });
  for (const { file, message } of result.failed) context.log.warn(`${file}: ${message}`);
  const summary = importSummary(result);
  if (result.failed.length === 0) void window.showInformationMessage(summary);
  else
    void window.showWarningMessage(summary, l10n.t('Show Log')).then(choice => choice && context.log.show());
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

type ImportCounts = 'added' | 'joined' | 'present' | 'inTrash' | 'failed';

/** What an import did, one short sentence for each kind of thing that happened. */
function importSummary({ added, joined, present, inTrash, failed }: Record<ImportCounts, unknown[]>): string {
  const sentences = [
    amount(
      added.length,
      () => l10n.t('Imported 1 session.'),
      n => l10n.t('Imported {0} sessions.', n),
    ) ?? l10n.t('No new sessions were found.'),
    amount(
      joined.length,
      () => l10n.t('1 that was there got what was new.'),
      n => l10n.t('{0} that were there got what was new.', n),
    ),
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
