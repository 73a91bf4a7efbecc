import {
  type Disposable,
  EventEmitter,
  type FileChangeEvent,
  FileChangeType,
  FileSystemError,
  type FileSystemProvider,
  FileType,
  l10n,
  Uri,
  workspace,
} from 'vscode';
import { errorMessage } from './errors.ts';
import { documentScheme } from './names.ts';
import { sessionMarkdown } from './sessionMarkdown.ts';
import type { SessionsModel } from './sessionsModel.ts';

/**
 * The address of a session's read-only document. The last part is what the tab says; the id before it
 * is what counts.
 */
export function sessionUri(id: string, intent: string): Uri {
  const name =
    intent
      .replace(/[\\/:*?"<>|#%\s]+/g, ' ')
      .trim()
      .slice(0, 60) || id;
  return Uri.from({ scheme: documentScheme, path: `/${id}/${name}.md` });
}

export function idOfUri(uri: Uri): string {
  return uri.path.split('/')[1] ?? '';
}

/** Of so many documents, those read last, changes are told: a window may stay open for weeks. */
const mostShown = 100;

/**
 * Sessions as read-only Markdown files of a scheme of their own: rendered, searched and read aloud by
 * VS Code itself, with links from one to the next, and following changes while they are open.
 */
export function registerSessionDocuments(model: SessionsModel): Disposable {
  const changed = new EventEmitter<FileChangeEvent[]>();
  // What was looked at: the preview reads a document, and VS Code closes it although it goes on being shown.
  const shown = new Map<string, Uri>();
  const read = async (uri: Uri): Promise<Uint8Array> => {
    const id = idOfUri(uri);
    shown.delete(uri.toString());
    shown.set(uri.toString(), uri);
    const [oldest] = shown.keys();
    if (shown.size > mostShown && oldest !== undefined) shown.delete(oldest);
    try {
      return new TextEncoder().encode(sessionMarkdown(await model.session(id), model));
    } catch (error) {
      // Shown in the document's place: a tab that was open when the session was deleted says so.
      return new TextEncoder().encode(`${errorMessage(error)}\n`);
    }
  };
  const refuse = (): never => {
    throw FileSystemError.NoPermissions(l10n.t('Sessions are changed by commands'));
  };
  const provider: FileSystemProvider = {
    onDidChangeFile: changed.event,
    watch: () => ({ dispose: () => {} }),
    async stat(uri) {
      const { length } = await read(uri);
      const revision = model.summary(idOfUri(uri))?.revision ?? 0;
      // Any number that changes with the document does as its time.
      return { type: FileType.File, ctime: 0, mtime: revision, size: length };
    },
    readFile: read,
    readDirectory: () => [],
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  };
  const subscriptions = [
    changed,
    workspace.registerFileSystemProvider(documentScheme, provider, {
      isReadonly: true,
      isCaseSensitive: true,
    }),
    model.onDidChange(change => {
      const concerned = [...shown.values()].filter(uri => change === 'all' || change.ids.has(idOfUri(uri)));
      if (concerned.length > 0) changed.fire(concerned.map(uri => ({ type: FileChangeType.Changed, uri })));
    }),
  ];
  return {
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
