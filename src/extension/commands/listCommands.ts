import { commands, type Disposable, l10n, window } from 'vscode';
import type { Summary } from '../../model/queries.ts';
import { search as searchOperation } from '../../operations/viewOperations.ts';
import { commandId } from '../names.ts';
import { sessionItem } from '../sessionPick.ts';
import { isNode } from '../tree/nodes.ts';
import { type CommandContext, run } from './context.ts';

/** Searching, and what the list in the side bar shows. */

/** Searches while the person types; a slower answer to an earlier question is dropped. */
export async function search(context: CommandContext): Promise<void> {
  const pick = window.createQuickPick<ReturnType<typeof sessionItem> & { alwaysShow: true }>();
  pick.placeholder = l10n.t('Search in all sessions');
  pick.matchOnDescription = true;
  let question = 0;
  let timer: NodeJS.Timeout | undefined;
  const ask = async (words: string) => {
    const mine = ++question;
    if (words.trim() === '') {
      pick.items = [];
      return;
    }
    pick.busy = true;
    const { results } = await run<{ results: { session: Summary; matches: string[] }[] }>(
      context,
      searchOperation,
      { words, all: true, limit: 50 },
    );
    if (mine !== question) return;
    pick.busy = false;
    pick.items = results.map(({ session, matches }) => {
      const item = sessionItem(session);
      // What matched is the answer; the list must not filter it again by its own rules.
      return {
        ...item,
        alwaysShow: true,
        ...(matches[0] ? { detail: matches.join(' · ').replace(/\$\(/g, '$\u200b(') } : {}),
      };
    });
  };
  const subscriptions: Disposable[] = [
    pick,
    pick.onDidChangeValue(words => {
      clearTimeout(timer);
      timer = setTimeout(() => ask(words).catch(error => context.log.error(String(error))), 150);
    }),
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      // The answer may still be on its way: then Enter was pressed too early.
      if (item === undefined) return;
      pick.hide();
      void commands.executeCommand(commandId('showDetails'), item.id);
    }),
    pick.onDidHide(() => {
      clearTimeout(timer);
      for (const subscription of subscriptions) subscription.dispose();
    }),
  ];
  pick.show();
}

export async function filter({ tree }: CommandContext): Promise<void> {
  const text = await window.showInputBox({
    title: l10n.t('Filter Sessions'),
    prompt: l10n.t('Words, and tags with # before them. Leave empty to show all.'),
    value: tree.filterText,
  });
  if (text !== undefined) tree.setFilter(text);
}

export async function clearFilter({ tree }: CommandContext): Promise<void> {
  tree.setFilter('');
}

export async function showAllProjects({ model }: CommandContext): Promise<void> {
  await model.setScope('all');
}

export async function showThisProject({ model }: CommandContext): Promise<void> {
  await model.setScope('project');
}

export async function showAllCompleted({ tree }: CommandContext, argument?: unknown): Promise<void> {
  if (isNode(argument) && argument.kind === 'more') tree.showAllCompleted(argument.parent);
}

export async function refresh({ model }: CommandContext): Promise<void> {
  await model.rescan();
}
