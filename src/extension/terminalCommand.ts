import { chmod } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type ExtensionContext, l10n, MarkdownString, workspace } from 'vscode';
import type { Log } from './log.ts';

/**
 * Puts the command line on the PATH of new terminals. The editor's own executable runs it, so no Node
 * has to be installed: the launchers in `bin` read where it is from WORK_SESSIONS_NODE.
 */
export function registerTerminalCommand(context: ExtensionContext, log: Log): void {
  const bin = join(context.extensionPath, 'bin');
  const variables = context.environmentVariableCollection;
  // Made anew by every window: an update moves the folder.
  variables.persistent = false;
  variables.clear();
  variables.description = new MarkdownString(l10n.t('Adds the command `work-sessions`'));
  // Shells whose start-up files set the PATH anew get it again by shell integration.
  variables.prepend('PATH', bin + delimiter, { applyAtProcessCreation: true, applyAtShellIntegration: true });
  variables.replace('WORK_SESSIONS_NODE', process.execPath);
  const home = workspace.getConfiguration('workSessions').get<string>('home', '');
  if (home !== '') variables.replace('WORK_SESSIONS_HOME', home);
  // Some ways of packing and unpacking lose the mode of a file.
  if (process.platform !== 'win32') {
    for (const name of ['work-sessions', 'wks']) {
      chmod(join(bin, name), 0o755).catch(error => log.warn(`${name} may not run in terminals: ${error}`));
    }
  }
}
