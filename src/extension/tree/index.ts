import { commands, type Disposable, l10n, TreeItemCheckboxState, window, workspace } from 'vscode';
import { setTask } from '../../model/transitions.ts';
import { report } from '../errors.ts';
import type { Log } from '../log.ts';
import { contextKeys, viewId } from '../names.ts';
import type { SessionsModel } from '../sessionsModel.ts';
import type { WindowSession } from '../windowSession.ts';
import { parseFilter } from './filter.ts';
import type { Node } from './nodes.ts';
import { SessionsProvider } from './provider.ts';

/** How often the relative times of the rows are looked at, while somebody can see them, in milliseconds. */
const tickMs = 60_000;
/** For how long after a change VS Code may still draw the rows anew, and forget which one is selected, in milliseconds. */
const redrawMs = 2_000;

/** The view in the side bar, for the commands that are about it. */
export interface SessionsTree extends Disposable {
  /** Narrows the list; an empty text shows everything again. */
  setFilter(text: string): void;
  readonly filterText: string;
  showAllCompleted(node: Node): void;
  /** Selects a session's row, if it is in the list. */
  reveal(id: string): Promise<void>;
  /** The session whose own row is selected; undefined where none is. */
  readonly selectedSession: string | undefined;
  /** Selects the row that has the focus, which keys move without selecting: `selectedSession` then. */
  selectFocused(): Promise<string | undefined>;
}

export function registerTree(model: SessionsModel, windowSession: WindowSession, log: Log): SessionsTree {
  const provider = new SessionsProvider(model);
  const view = window.createTreeView(viewId, { treeDataProvider: provider, showCollapseAll: true });
  let filterText = '';

  /** Above the rows, where it has room; without any row it takes the place of the welcome text. */
  const filterMessage = () => {
    if (filterText === '' || !model.loaded) return '';
    return provider.isEmpty
      ? l10n.t('No session matches the filter “{0}”.', filterText)
      : l10n.t('Filter: {0}', filterText);
  };

  const keys = new Map<string, unknown>();
  const drawFrame = () => {
    const needing = model.snapshot.all.needs.length;
    const tooltip = needing === 1 ? l10n.t('1 session needs you') : l10n.t('{0} sessions need you', needing);
    if (needing !== (view.badge?.value ?? 0))
      view.badge = needing > 0 ? { value: needing, tooltip } : undefined;
    const set = (key: string, value: unknown) => {
      if (keys.get(key) === value && keys.has(key)) return;
      keys.set(key, value);
      void commands.executeCommand('setContext', key, value);
    };
    set(contextKeys.loaded, model.loaded);
    set(contextKeys.any, !model.isEmpty);
    set(contextKeys.scope, model.scope);
    set(contextKeys.hasSession, windowSession.current !== undefined);
    set(contextKeys.filtered, filterText !== '');
    const message = filterMessage();
    // Set without need, it would hold up the rows: VS Code gathers what follows within 200 ms.
    if (message !== (view.message ?? '')) view.message = message;
  };

  /** The row that is selected; while it is kept, also between being lost and found again. */
  let selected: Node | undefined;
  let keptUntil = 0;
  const select = async (node: Node) => {
    try {
      if (view.visible) await view.reveal(node, { select: true, focus: false });
    } catch (error) {
      // It may have gone on while it was looked for.
      log.debug(`The selected row was not found again: ${error}`);
    }
  };
  /** What is selected stays so when its session goes to another group. */
  const keepSelection = async () => {
    const before = selected;
    if (before === undefined || !provider.hasMoved(before)) return;
    keptUntil = performance.now() + redrawMs;
    const moved = await provider.moved(before).catch(() => undefined);
    // Meanwhile the person may have selected something else.
    if (moved === undefined || selected !== before) return;
    selected = moved;
    await select(moved);
  };
  const followSelection = (row: Node | undefined) => {
    const isLost = row === undefined && performance.now() < keptUntil;
    if (!isLost) selected = row;
    // While it is looked for where it has gone, nothing is there to be selected yet.
    else if (selected && !provider.hasMoved(selected)) void select(selected);
  };

  const subscriptions = [
    view,
    model.onDidChange(change => {
      provider.follow(change);
      drawFrame();
      void keepSelection();
    }),
    view.onDidChangeSelection(({ selection }) => followSelection(selection[0])),
    view.onDidExpandElement(({ element }) => provider.setOpen(element, true)),
    view.onDidCollapseElement(({ element }) => provider.setOpen(element, false)),
    windowSession.onDidChange(drawFrame),
    workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('workSessions.details')) provider.refresh();
    }),
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
            .store.update(node.session, (session, moment) =>
              setTask(session, { task: node.task.id, status }, moment),
            );
        } catch (error) {
          // The box shows what the person clicked; what is true is drawn again.
          provider.refresh();
          void report(error, log);
        }
      }
    }),
  ];
  const timer = setInterval(() => {
    if (view.visible) provider.followTime();
  }, tickMs);
  drawFrame();

  // A key on a task or a decision means that row, never the session around it.
  const selectedSession = () => {
    const [node] = view.selection;
    return node?.kind === 'session' ? node.session : undefined;
  };

  return {
    get filterText() {
      return filterText;
    },
    setFilter(text) {
      filterText = text.trim();
      provider.filter = parseFilter(filterText);
      drawFrame();
    },
    showAllCompleted: node => provider.showAllCompleted(node),
    async reveal(id) {
      const node = provider.sessionNode(id);
      try {
        if (node) await view.reveal(node, { select: true, focus: false });
      } catch (error) {
        // It may have gone to another group meanwhile; what is shown of it beside the list matters more.
        log.debug(`The row of ${id} was not shown: ${error}`);
      }
    },
    get selectedSession() {
      return selectedSession();
    },
    async selectFocused() {
      await commands.executeCommand('list.select');
      return selectedSession();
    },
    dispose() {
      clearInterval(timer);
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
