import { type Disposable, window, workspace } from 'vscode';
import { beat } from '../model/transitions.ts';
import { following } from '../operations/change.ts';
import type { Transition } from '../store/sessionStore.ts';
import type { Log } from './log.ts';
import type { SessionsModel } from './sessionsModel.ts';
import type { WindowSession } from './windowSession.ts';

/**
 * Signs of life of the person in this window, for its session: only while the window has the focus and
 * something happens in it, and at most one in some minutes. There is no timer.
 */
export function registerHeartbeat(
  model: SessionsModel,
  windowSession: WindowSession,
  log: Log,
  clock: () => number = Date.now,
): Disposable {
  let last = 0;

  const somethingHappened = () => {
    const minutes = workspace.getConfiguration('workSessions').get<number>('heartbeatMinutes', 5);
    const current = windowSession.current;
    if (minutes === 0 || current === undefined || !window.state.focused) return;
    const now = clock();
    // A change by anybody was a sign of life already; one that is ahead was not, its clock was wrong.
    const signs = [last, Date.parse(current.lastHeartbeatAt)];
    if (signs.some(time => Math.abs(now - time) < minutes * 60_000)) return;
    last = now;
    const sign: Transition = (session, moment) =>
      session.status === 'active' ? beat(session, {}, moment) : session;
    const moved = model.movedHere(current.id);
    const services = model.services();
    // A session that was moved with this window's folder says so with its next sign of life.
    (moved ? following(services, moved, sign) : Promise.resolve(sign))
      .then(transition => services.store.update(current.id, transition))
      .catch(error => log.debug(`No heartbeat for ${current.id}: ${error}`));
  };

  const subscriptions = [
    window.onDidChangeTextEditorSelection(somethingHappened),
    window.onDidChangeActiveTextEditor(somethingHappened),
    window.onDidChangeActiveTerminal(somethingHappened),
    window.onDidChangeWindowState(somethingHappened),
    workspace.onDidChangeTextDocument(event => {
      // Output channels are documents too, and write by themselves.
      if (event.document.uri.scheme === 'file' || event.document.uri.scheme === 'untitled')
        somethingHappened();
    }),
  ];
  return {
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
