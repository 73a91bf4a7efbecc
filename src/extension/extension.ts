import {
  type ConfigurationChangeEvent,
  commands,
  type Disposable,
  type ExtensionContext,
  l10n,
  window,
  workspace,
} from 'vscode';
import { offerImport } from './ancestorOffer.ts';
import { registerCommands } from './commands/index.ts';
import { report, reportFailedStart } from './errors.ts';
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
  const features: Disposable[] = [];
  try {
    registerEverything(context, log, features);
    context.subscriptions.push(...features);
  } catch (error) {
    // Half of the features would look as if all were well.
    for (const feature of features.reverse()) feature.dispose();
    void reportFailedStart(error, log);
  }
}

/** Builds the services and registers one feature after the other. The list is read afterwards. */
function registerEverything(context: ExtensionContext, log: Log, features: Disposable[]): void {
  const add = <T extends Disposable>(feature: T): T => {
    features.push(feature);
    return feature;
  };
  const home = workspace.getConfiguration('workSessions').get<string>('home', '') || undefined;
  const model = add(new SessionsModel(home, context.workspaceState, log));
  const windowSession = add(new WindowSession(model, context.workspaceState, log));
  const tree = add(registerTree(model, windowSession, log));
  add(registerStatusBar(model, windowSession));
  add(registerSessionDocuments(model));
  add(registerHeartbeat(model, windowSession, log));
  add(registerNewcomers(model, windowSession, log));
  add(registerUriHandler(model, log));
  for (const command of registerCommands({ model, windowSession, tree, log })) add(command);
  add(workspace.onDidChangeConfiguration(offerReload));
  registerTerminalCommand(context, log);
  const told = (error: unknown): Promise<void> => report(error, log, () => model.rescan().catch(told));
  model.load().catch(told);
  offerImport(context.globalState).catch(error => log.warn(`The import could not be offered: ${error}`));
}

/** The home is read once: another one counts from the next start on. */
async function offerReload(event: ConfigurationChangeEvent): Promise<void> {
  if (!event.affectsConfiguration('workSessions.home')) return;
  const reload = l10n.t('Reload Window');
  const choice = await window.showInformationMessage(
    l10n.t('Reload the window to use the other home folder.'),
    reload,
  );
  if (choice === reload) await commands.executeCommand('workbench.action.reloadWindow');
}
