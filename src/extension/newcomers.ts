import { type Disposable, l10n, window } from 'vscode';
import type { WindowSession } from './windowSession.ts';
import { inMessage } from './words.ts';

/** Offers a session that a terminal or an agent has started in this window's worktree; nothing is imposed. */
export function registerNewcomers(windowSession: WindowSession): Disposable {
  return windowSession.onDidAppear(async ({ id, intent, agent }) => {
    const use = l10n.t('Use in This Window');
    const message = agent
      ? l10n.t('{0} started a session here: “{1}”.', inMessage(agent.name), inMessage(intent))
      : l10n.t('A session was started here: “{0}”.', inMessage(intent));
    if ((await window.showInformationMessage(message, use)) === use) await windowSession.choose(id);
  });
}
