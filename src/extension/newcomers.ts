import { type Disposable, l10n, window } from 'vscode';
import { SessionError } from '../model/errors.ts';
import type { Summary } from '../model/queries.ts';
import { report } from './errors.ts';
import type { Log } from './log.ts';
import type { SessionsModel } from './sessionsModel.ts';
import type { WindowSession } from './windowSession.ts';
import { inMessage } from './words.ts';

/** Offers a session that a terminal or an agent has started in this window's worktree; nothing is imposed. */
export function registerNewcomers(model: SessionsModel, windowSession: WindowSession, log: Log): Disposable {
  return windowSession.onDidAppear(newcomer => {
    offer(newcomer, model, windowSession).catch(error => report(error, log));
  });
}

async function offer(
  { id, intent, agent }: Summary,
  model: SessionsModel,
  windowSession: WindowSession,
): Promise<void> {
  const use = l10n.t('Use in This Window');
  const message = agent
    ? l10n.t('{0} started a session here: “{1}”.', inMessage(agent.name), inMessage(intent))
    : l10n.t('A session was started here: “{0}”.', inMessage(intent));
  if ((await window.showInformationMessage(message, use)) !== use) return;
  // The offer may have stood there for hours. What is over by now must not take the place of what is not.
  const status = model.summary(id)?.status;
  if (status === undefined) throw new SessionError('not_found', { what: 'session', query: id });
  if (status !== 'active')
    throw new SessionError('wrong_status', { id, status, wanted: ['active'], action: 'use' });
  await windowSession.choose(id);
}
