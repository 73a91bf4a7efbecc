import { commands, type ExtensionContext, l10n, window, workspace } from 'vscode';
import { offerImport } from './ancestorOffer.ts';
import { registerCommands } from './commands/index.ts';
import { report } from './errors.ts';
import { registerHeartbeat } from './heartbeat.ts';
import { createLog, type Log } from './log.ts';
import { registerNewcomers } from './newcomers.ts';
import { registerSessionDocuments } from './sessionDocuments.ts';
import { SessionsModel } from './sessionsModel.ts';
import { registerStatusBar } from './statusBar.ts';
import { registerTerminalCommand } from './terminalCommand.ts';
import { registerTree } from './tree/index.ts';
import { registerUriHandler } from './uriHandler.ts';
import { WindowSession } from './windowSession.ts';

/** The editor tells nobody of an activation that failed: it is told here, with the log. */
export function activate(context: ExtensionContext): void {
  const log = createLog();
  context.subscriptions.push(log);
  try {
    registerEverything(context, log);
  } catch (error) {
    void report(error, log);
  }
}

/** Builds the services and registers one feature after the other. The list is read afterwards. */
function registerEverything(context: ExtensionContext, log: Log): void {
  const home = workspace.getConfiguration('workSessions').get<string>('home', '') || undefined;
  const model = new SessionsModel(home, context.workspaceState, log);
  const windowSession = new WindowSession(model, context.workspaceState, log);
  const tree = registerTree(model, windowSession, log);
  context.subscriptions.push(
    model,
    windowSession,
    tree,
    registerStatusBar(model, windowSession),
    registerSessionDocuments(model),
    registerHeartbeat(model, windowSession, log),
    registerNewcomers(windowSession),
    registerUriHandler(model, log),
    ...registerCommands({ model, windowSession, tree, log }),
    workspace.onDidChangeConfiguration(async event => {
      if (!event.affectsConfiguration('workSessions.home')) return;
      const reload = l10n.t('Reload Window');
      const choice = await window.showInformationMessage(
        l10n.t('Reload the window to use the other home folder.'),
        reload,
      );
      if (choice === reload) await commands.executeCommand('workbench.action.reloadWindow');
    }),
  );
  registerTerminalCommand(context, log);
  const told = (error: unknown): Promise<void> => report(error, log, () => model.rescan().catch(told));
  model.load().catch(told);
  offerImport(context.globalState).catch(error => log.warn(`The import could not be offered: ${error}`));
}
