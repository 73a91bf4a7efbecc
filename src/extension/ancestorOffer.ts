import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { commands, l10n, type Memento, window } from 'vscode';
import { commandId, stateKeys } from './names.ts';

/** Where Claude Sessions Dashboard keeps its sessions; undefined where it was never used. */
export async function ancestorFolder(): Promise<string | undefined> {
  const folder = join(homedir(), '.claude', 'dashboard');
  const hasSessions = await stat(join(folder, 'sessions')).then(
    stats => stats.isDirectory(),
    () => false,
  );
  return hasSessions ? folder : undefined;
}

/** Offers the import once, when there is something to import. An answer, or none, is an answer. */
export async function offerImport(globalState: Memento): Promise<void> {
  if (globalState.get(stateKeys.importOffered)) return;
  const folder = await ancestorFolder();
  if (folder === undefined) return;
  await globalState.update(stateKeys.importOffered, true);
  const yes = l10n.t('Import');
  const choice = await window.showInformationMessage(
    l10n.t(
      'Found sessions of Claude Sessions Dashboard. Import them into Work Sessions? The originals stay as they are.',
    ),
    yes,
    l10n.t('No'),
  );
  if (choice === yes) await commands.executeCommand(commandId('importAncestor'), folder);
}
