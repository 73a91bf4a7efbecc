import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundled } from './loadStore.mjs';
import { interleave, ratioRow } from './measure.mjs';
import { temporaryFolder } from './temporary.mjs';

/** How long the list must have been still before a change, or before it counts as over, in milliseconds. */
const restMs = 60;

/**
 * What a change of one session costs the process that the extension runs in, from the event of the folder to the last
 * row that is drawn anew, in a window that shows all projects: beside one sort of as many sessions as there are.
 *
 * @param {import('./loadStore.mjs').Bundle} bundle
 * @param {import('./sampleHome.mjs').SampleHome} home
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureViews(bundle, { root, ids, worktrees }) {
  const { activate, byLastActivity, editor } = await bundled(
    'extension',
    `
    export { activate } from './src/extension/extension.ts';
    export { byLastActivity } from './src/model/queries.ts';
    export * as editor from './bench/fakeEditor.mjs';`,
    { vscode: './bench/fakeEditor.mjs' },
  );
  Object.assign(editor.chosen, { home: root, folder: worktrees[0] });
  const context = fakeContext();
  activate(context);
  const writer = fork(fileURLToPath(new URL('./feedWriter.mjs', import.meta.url)), [bundle.file, root], {
    serialization: 'advanced',
  });
  try {
    await untilStill(editor);
    const active = ids.filter((_, index) => index % 20 === 0);
    const summaries = await shuffledSummaries(bundle, root);
    let rows = 0;
    const rounds = 30;
    const times = await interleave(rounds, {
      change: async round => {
        await untilStill(editor);
        const before = editor.list.rows;
        const busy = await oneChange(editor, writer, active[(round * 7) % active.length]);
        rows += editor.list.rows - before;
        return busy;
      },
      sort: () => void [...summaries].sort(byLastActivity),
    });
    const what = 'window of 100 projects, 10,000 sessions: one change';
    return [
      ratioRow(what, times.change, { name: 'one sort of 10,000 rows', times: times.sort }, 4),
      {
        what: 'rows drawn for it',
        measured: rows / (rounds + 1),
        reference: editor.list.rows,
        to: 'rows drawn in all',
      },
    ];
  } finally {
    writer.kill();
    for (const each of context.subscriptions) each.dispose();
  }
}

/** A window that was set to show all projects, and was asked about an import already. */
function fakeContext() {
  const memory = {
    get: (/** @type {string} */ key, /** @type {unknown} */ value) => (/scope/i.test(key) ? 'all' : value),
    update: async () => {},
  };
  return {
    /** @type {{ dispose(): void }[]} */
    subscriptions: [],
    workspaceState: memory,
    globalState: { ...memory, get: () => true },
    extensionPath: temporaryFolder(),
    environmentVariableCollection: { clear() {}, prepend() {}, replace() {} },
  };
}

/**
 * The milliseconds that this process was at work for a change that another one makes.
 *
 * @param {any} editor
 * @param {import('node:child_process').ChildProcess} writer
 * @param {string} id
 */
async function oneChange(editor, writer, id) {
  const drawn = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('a change was not drawn')), 20_000);
    editor.list.onRow = (/** @type {string} */ session) => {
      if (session !== id) return;
      clearTimeout(timer);
      resolve(undefined);
    };
  });
  const before = performance.eventLoopUtilization();
  writer.send(id);
  await drawn;
  await untilStill(editor);
  return performance.eventLoopUtilization(before).active;
}

/** @param {any} editor */
async function untilStill(editor) {
  for (let rows = -1; rows !== editor.list.rows || rows === 0; ) {
    rows = editor.list.rows;
    await new Promise(resolve => setTimeout(resolve, restMs));
  }
}

/**
 * All summaries in an order that is none, the same in every run.
 *
 * @param {import('./loadStore.mjs').Bundle} bundle
 * @param {string} root
 */
async function shuffledSummaries({ Summaries, nodeFileSystem, homeAt }, root) {
  const { entries } = await new Summaries(nodeFileSystem, homeAt(root)).list('sessions');
  // Ids end with the number of the session: read backwards, neighbours are far apart.
  const keyed = entries.map(({ summary }) => ({ summary, key: [...summary.id].reverse().join('') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ summary }) => summary);
}
