import { commands, type Disposable, env, l10n, Uri, window, workspace } from 'vscode';
import { isSessionError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import type { Summary } from '../../model/queries.ts';
import { projectSet, projectShow } from '../../operations/projectOperations.ts';
import { brief, search } from '../../operations/viewOperations.ts';
import { documentPath } from '../../store/home.ts';
import { askText } from '../ask.ts';
import { Notice } from '../errors.ts';
import { commandId } from '../manifest.ts';
import { sessionUri } from '../sessionDocuments.ts';
import { sessionItem } from '../sessionPick.ts';
import { isNode } from '../tree/nodes.ts';
import {
  type CommandContext,
  chooseSession,
  defineCommands,
  isAny,
  run,
  runTyped,
  sessionOf,
} from './context.ts';
import { field } from './lifeCommands.ts';

/** Looking at sessions, and what the list shows. */
export function viewCommands(context: CommandContext) {
  const { model, tree } = context;
  const choose = (argument: unknown) =>
    chooseSession(context, argument, { fits: isAny, ask: l10n.t('Select a session'), preferWindow: true });

  async function showDetails(argument: unknown): Promise<void> {
    const id = await choose(argument);
    if (id === undefined) return;
    const { intent } = model.summary(id) ?? (await model.session(id));
    const uri = sessionUri(id, intent);
    try {
      await commands.executeCommand('markdown.showPreview', uri);
    } catch {
      // Editors without the built-in Markdown preview show the text.
      await window.showTextDocument(uri, { preview: true });
    }
  }

  async function showBrief(argument: unknown): Promise<void> {
    const text = await briefOf(argument);
    if (text === undefined) return;
    const document = await workspace.openTextDocument({ language: 'markdown', content: text });
    await window.showTextDocument(document, { preview: true });
  }

  async function copyBrief(argument: unknown): Promise<void> {
    const text = await briefOf(argument);
    if (text === undefined) return;
    await env.clipboard.writeText(text);
    window.setStatusBarMessage(l10n.t('Brief copied. Paste it for a person or an agent.'), 5_000);
  }

  async function briefOf(argument: unknown): Promise<string | undefined> {
    const session = await choose(argument);
    return session && (await run<{ brief: string }>(context, brief, { session })).brief;
  }

  async function copyId(argument: unknown): Promise<void> {
    const id = await choose(argument);
    if (id !== undefined) await env.clipboard.writeText(id);
  }

  /** Searches while the person types; a slower answer to an earlier question is dropped. */
  async function searchSessions(): Promise<void> {
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
      const { results } = await run<{ results: { session: Summary; matches: string[] }[] }>(context, search, {
        words,
        all: true,
        limit: 50,
      });
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

  async function filter(): Promise<void> {
    const text = await window.showInputBox({
      title: l10n.t('Filter Sessions'),
      prompt: l10n.t('Words, and tags with # before them. Leave empty to show all.'),
      value: tree.filterText,
    });
    if (text !== undefined) tree.setFilter(text);
  }

  async function openSessionFile(argument: unknown): Promise<void> {
    const path = pathOf(argument) ?? (await pathOfSession(argument));
    if (path !== undefined) await window.showTextDocument(Uri.file(path));
  }

  async function pathOfSession(argument: unknown): Promise<string | undefined> {
    const id = await choose(argument);
    if (id === undefined) return undefined;
    const { place } = model.summary(id) ?? (await model.session(id));
    return documentPath(model.home, id, place);
  }

  /** Opens what a row names: a commit's changes, a file, else the session's details. */
  async function openItem(node: unknown): Promise<void> {
    if (!isNode(node) || !('session' in node)) return;
    const { worktree } = await model.session(node.session);
    if (node.kind === 'file') {
      await commands.executeCommand('vscode.open', Uri.joinPath(Uri.file(worktree), node.path));
    } else if (node.kind === 'commit') {
      await openCommit(worktree, node.commit.sha, node.session);
    } else {
      await showDetails(node.session);
    }
  }

  /** Through VS Code's own git, if it is there and knows the commit; else the details, which name it. */
  async function openCommit(worktree: string, sha: string, session: string): Promise<void> {
    const known = await commands.getCommands(true);
    if (workspace.isTrusted && known.includes('git.viewCommit')) {
      try {
        await commands.executeCommand('git.viewCommit', await gitRepository(worktree), sha);
        return;
      } catch (error) {
        context.log.info(`The commit could not be shown by the built-in git: ${error}`);
      }
    }
    await showDetails(session);
  }

  async function openFolder(argument: unknown): Promise<void> {
    const id = sessionOf(argument);
    if (id === undefined) return;
    const { worktree } = await model.session(id);
    await commands.executeCommand('vscode.openFolder', Uri.file(worktree), { forceNewWindow: true });
  }

  async function editProject(): Promise<void> {
    if (model.folder === undefined)
      throw new Notice(l10n.t('Open a folder first. A project belongs to a folder.'));
    const project = await run<Project | null>(context, projectShow, {}).catch(error => {
      if (isSessionError(error, 'not_found')) return null;
      throw error;
    });
    const what = [
      { label: l10n.t('Phase'), description: project?.phase ?? '', name: 'phase' },
      { label: l10n.t('Doing'), description: String(project?.doing.length ?? 0), name: 'doing' },
      { label: l10n.t('Upcoming'), description: String(project?.upcoming.length ?? 0), name: 'upcoming' },
      { label: l10n.t('Done'), description: String(project?.done.length ?? 0), name: 'done' },
      { label: l10n.t('Remove from roadmap'), description: '', name: 'remove' },
    ];
    const picked = await window.showQuickPick(what, {
      placeHolder: l10n.t('Select the phase or a list of the roadmap'),
    });
    if (picked === undefined) return;
    const all = project ? [...project.doing, ...project.upcoming, ...project.done] : [];
    const isMove = picked.name === 'remove' || (picked.name !== 'phase' && all.length > 0);
    const added = l10n.t('New Item…');
    const chosen = isMove
      ? await window.showQuickPick(picked.name === 'remove' ? all : [added, ...all], {
          placeHolder: picked.label,
        })
      : added;
    if (chosen === undefined) return;
    const text =
      chosen === added
        ? await askText({
            title: picked.label,
            prompt:
              picked.name === 'phase'
                ? l10n.t('Which phase is the project in?')
                : l10n.t('What is the item?'),
            field: field(projectSet, picked.name),
            value: picked.name === 'phase' ? (project?.phase ?? '') : '',
          })
        : chosen;
    if (text === undefined) return;
    await runTyped(context, projectSet, { [picked.name]: picked.name === 'phase' ? text : [text] });
  }

  return defineCommands({
    showDetails,
    showBrief,
    copyBrief,
    copyId,
    search: searchSessions,
    filter,
    clearFilter: async () => tree.setFilter(''),
    showAllProjects: () => model.setScope('all'),
    showThisProject: () => model.setScope('project'),
    showAllCompleted: async argument => {
      if (isNode(argument) && argument.kind === 'more') tree.showAllCompleted(argument.parent);
    },
    refresh: () => model.rescan(),
    openSessionFile,
    openItem,
    openFolder,
    editProject,
  });
}

/** The path that an unreadable row, or an error about a document, stands for. */
function pathOf(argument: unknown): string | undefined {
  const path = (argument as { path?: unknown } | undefined)?.path;
  return typeof path === 'string' ? path : undefined;
}

interface GitApi {
  getRepository(uri: Uri): unknown;
}

/** The built-in git's own object for a worktree, asked for when it is needed: it may be missing or disabled. */
async function gitRepository(worktree: string): Promise<unknown> {
  const { extensions } = await import('vscode');
  const extension = extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git');
  const api = (await extension?.activate())?.getAPI(1);
  return api?.getRepository(Uri.file(worktree));
}
