// Stands in the place of `vscode`, as far as the extension asks for it: an editor that draws what it is told at once.
// Its list asks for rows as the editor does: for what was announced, and all that is open under it.

const nothing = { dispose() {} };
const noEvent = () => nothing;

export class EventEmitter {
  /** @type {Set<(value: any) => void>} */
  #listeners = new Set();
  event = (/** @type {(value: any) => void} */ listener) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(/** @type {any} */ value) {
    for (const listener of this.#listeners) listener(value);
  }
  dispose() {
    this.#listeners.clear();
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const TreeItemCheckboxState = { Unchecked: 0, Checked: 1 };
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const FileType = { File: 1 };
export const FileChangeType = { Changed: 1 };
export class FileSystemError extends Error {}
export class ThemeIcon {
  constructor(/** @type {string} */ id, /** @type {unknown} */ color) {
    Object.assign(this, { id, color });
  }
}
export class ThemeColor {
  constructor(/** @type {string} */ id) {
    Object.assign(this, { id });
  }
}
export class MarkdownString {
  constructor(/** @type {string} */ value) {
    Object.assign(this, { value });
  }
}
export class TreeItem {
  constructor(/** @type {string} */ label, /** @type {number} */ collapsibleState) {
    Object.assign(this, { label, collapsibleState });
  }
}
export const Uri = { from: (/** @type {object} */ parts) => parts };
export const QuickInputButtons = { Back: {} };

export const l10n = {
  t: (/** @type {string} */ text, /** @type {unknown[]} */ ...values) =>
    text.replace(/\{(\d)\}/g, (_, index) => String(values[index])),
};
export const extensions = {};
export const env = { language: 'en' };
export const commands = { registerCommand: () => nothing, executeCommand: async () => undefined };

/** What the benchmark decides: the home, and the folder of the window. */
export const chosen = { home: '', folder: '' };

export const workspace = {
  isTrusted: true,
  get workspaceFolders() {
    return [{ uri: { scheme: 'file', fsPath: chosen.folder } }];
  },
  getWorkspaceFolder: () => undefined,
  getConfiguration: () => ({
    get: (/** @type {string} */ name, /** @type {unknown} */ value) =>
      name === 'home' ? chosen.home : value,
  }),
  registerFileSystemProvider: () => nothing,
  onDidChangeWorkspaceFolders: noEvent,
  onDidChangeConfiguration: noEvent,
  onDidChangeTextDocument: noEvent,
};

/** The one list: its redrawing, and how many rows that took. */
export const list = {
  rows: 0,
  /** Called with every row of a session that was drawn. */
  onRow: (/** @type {string} */ _session) => {},
};

export const window = {
  state: { focused: true },
  activeTextEditor: undefined,
  createOutputChannel: () => ({ debug() {}, warn() {}, error: console.error, dispose() {} }),
  createStatusBarItem: () => ({ show() {}, hide() {}, dispose() {} }),
  showErrorMessage: async (/** @type {string} */ text) => console.error(text),
  showWarningMessage: async (/** @type {string} */ text) => console.error(text),
  showInformationMessage: async () => undefined,
  registerUriHandler: () => nothing,
  onDidChangeWindowState: noEvent,
  onDidChangeTextEditorSelection: noEvent,
  onDidChangeActiveTextEditor: noEvent,
  onDidChangeActiveTerminal: noEvent,
  createTreeView(/** @type {string} */ _id, /** @type {{ treeDataProvider: any }} */ { treeDataProvider }) {
    /** @param {any} node */
    const draw = async node => {
      const item = node && treeDataProvider.getTreeItem(node);
      if (node) list.rows++;
      if (!node || item.collapsibleState === TreeItemCollapsibleState.Expanded)
        for (const child of await treeDataProvider.getChildren(node)) await draw(child);
      if (node?.kind === 'session') list.onRow(node.session);
    };
    treeDataProvider.onDidChangeTreeData(async (/** @type {any} */ nodes) => {
      for (const node of Array.isArray(nodes) ? nodes : [nodes]) await draw(node);
    });
    return {
      selection: [],
      visible: true,
      onDidExpandElement: noEvent,
      onDidCollapseElement: noEvent,
      onDidChangeVisibility: noEvent,
      onDidChangeCheckboxState: noEvent,
      dispose() {},
    };
  },
};
