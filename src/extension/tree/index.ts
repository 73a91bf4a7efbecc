import { commands, type Disposable, l10n, TreeItemCheckboxState, window } from 'vscode';
import { setTask } from '../../model/transitions.ts';
import { report } from '../errors.ts';
import type { Log } from '../log.ts';
import { contextKeys, viewId } from '../manifest.ts';
import type { SessionsModel } from '../sessionsModel.ts';
import type { WindowSession } from '../windowSession.ts';
import { parseFilter } from './filter.ts';
import type { Node } from './nodes.ts';
import { SessionsProvider } from './provider.ts';

/** The view in the side bar, for the commands that are about it. */
export interface SessionsTree extends Disposable {
  /** Narrows the list; an empty text shows everything again. */
  setFilter(text: string): void;
  readonly filterText: string;
  showAllCompleted(node: Node): void;
  /** Selects a session's row, if it is in the list. */
  reveal(id: string): Promise<void>;
  /** The session whose row is selected; undefined where none is. */
  readonly selectedSession: string | undefined;
}

export function registerTree(model: SessionsModel, windowSession: WindowSession, log: Log): SessionsTree {
  const provider = new SessionsProvider(model);
  const view = window.createTreeView(viewId, { treeDataProvider: provider, showCollapseAll: true });
  let filterText = '';

  const drawFrame = () => {
    const needing = model.summaries.filter(summary => summary.status === 'active' && summary.needs !== null).length;
    view.badge = needing > 0 ? { value: needing, tooltip: l10n.t('{0} sessions need you', needing) } : undefined;
    const set = (key: string, value: unknown) => commands.executeCommand('setContext', key, value);
    set(contextKeys.loaded, model.loaded);
    set(contextKeys.any, !model.isEmpty);
    set(contextKeys.scope, model.scope);
    set(contextKeys.hasSession, windowSession.current !== undefined);
    set(contextKeys.filtered, filterText !== '');
  };

  const subscriptions = [
    view,
    model.onDidChange(change => {
      provider.follow(change);
      drawFrame();
    }),
    windowSession.onDidChange(drawFrame),
    view.onDidChangeVisibility(event => {
      // Times are relative: they are drawn anew when somebody looks.
      if (event.visible) provider.refresh();
    }),
    view.onDidChangeCheckboxState(async event => {
      for (const [node, state] of event.items) {
        if (node.kind !== 'task') continue;
        const status = state === TreeItemCheckboxState.Checked ? 'completed' : 'pending';
        try {
          await model
            .services()
            .store.update(node.session, (session, now) => setTask(session, { task: node.task.id, status }, now));
        } catch (error) {
          // The box shows what the person clicked; what is true is drawn again.
          provider.refresh();
          void report(error, log);
        }
      }
    }),
  ];
  drawFrame();

  return {
    get filterText() {
      return filterText;
    },
    setFilter(text) {
      filterText = text.trim();
      provider.filter = parseFilter(filterText);
      view.description = filterText === '' ? '' : filterText;
      drawFrame();
    },
    showAllCompleted: node => provider.showAllCompleted(node),
    async reveal(id) {
      const node = provider.sessionNode(id);
      if (node) await view.reveal(node, { select: true, focus: false });
    },
    get selectedSession() {
      const [node] = view.selection;
      return node && 'session' in node ? node.session : undefined;
    },
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
