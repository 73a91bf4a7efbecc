import { commands, type Disposable, l10n, window } from 'vscode';
import { resolveId } from '../operations/resolve.ts';
import { report } from './errors.ts';
import type { Log } from './log.ts';
import { commandId } from './names.ts';
import type { SessionsModel } from './sessionsModel.ts';
import { inMessage } from './words.ts';

/** `<scheme>://<publisher>.work-sessions/open?session=ID` shows a session; anything else is refused. */
export function registerUriHandler(model: SessionsModel, log: Log): Disposable {
  return window.registerUriHandler({
    async handleUri(uri) {
      try {
        const query = new URLSearchParams(uri.query).get('session');
        if (uri.path !== '/open' || query === null) {
          void window.showWarningMessage(l10n.t('Work Sessions cannot open this link.'));
          return;
        }
        // Whoever made the link is unknown: only an id gets through, and only showing comes of it.
        const id = await resolveId(model.services(), query);
        await commands.executeCommand(commandId('showDetails'), id);
        const session = await model.session(id);
        const summary = model.summary(id);
        if (summary && model.isHere(summary)) return;
        const open = l10n.t('Open Folder');
        const choice = await window.showInformationMessage(
          l10n.t('“{0}” belongs to {1}.', inMessage(session.intent), inMessage(session.where.worktree)),
          open,
        );
        if (choice === open) await commands.executeCommand(commandId('openFolder'), id);
      } catch (error) {
        void report(error, log);
      }
    },
  });
}
