import assert from 'node:assert/strict';
import { join } from 'node:path';
import {
  commands,
  env,
  type QuickPick,
  type QuickPickItem,
  TabInputWebview,
  Uri,
  window,
  workspace,
} from 'vscode';
import { sessionUri } from '../../../src/extension/sessionDocuments.ts';
import type { Node } from '../../../src/extension/tree/nodes.ts';
import { commitAdd, decide, log } from '../../../src/operations/noteOperations.ts';
import { commit, type Desk } from '../support/desk.ts';
import { Person } from '../support/person.ts';
import { atEnd, replace } from '../support/replace.ts';
import { until } from '../support/until.ts';
import { emptiedDesk, execute, rowOf, untilWindowIn } from '../support/window.ts';

/** The labels of all open tabs. */
const tabs = () => window.tabGroups.all.flatMap(group => group.tabs.map(tab => tab.label));

describe('the commands that show something', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await emptiedDesk();
  });
  afterEach(() => commands.executeCommand('workbench.action.closeAllEditors'));

  it('showDetails: VS Code’s own preview of the session’s document', async () => {
    const session = await desk.start('mend the till');
    new Person();
    await execute('showDetails', rowOf(session));
    const tab = await until('the preview', () => {
      const active = window.tabGroups.activeTabGroup.activeTab;
      return active && /mend the till/.test(active.label) ? active : undefined;
    });
    assert.ok(tab.input instanceof TabInputWebview);
  });

  it('showBrief: a document that can be edited and saved', async () => {
    const session = await desk.start('mend the till');
    new Person();
    await execute('showBrief', session.id);
    const { document } = await until('an editor', () => window.activeTextEditor);
    assert.equal(document.languageId, 'markdown');
    assert.match(document.getText(), /mend the till/);
    // A changed document would ask before it closes.
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('copyBrief and copyId: into the clipboard', async () => {
    const session = await desk.start('mend the till');
    new Person();
    await execute('copyBrief', session.id);
    assert.match(await env.clipboard.readText(), /mend the till/);
    await execute('copyId', rowOf(session));
    assert.equal(await env.clipboard.readText(), session.id);
  });

  it('search: as the person types, in everything; the chosen one is shown', async () => {
    const session = await desk.start('mend the till');
    await desk.start('count the coins');
    await desk.do(log, { session: session.id, message: 'the spring of the drawer is worn out' });
    new Person();
    let pick: QuickPick<QuickPickItem> | undefined;
    const create = window.createQuickPick;
    replace(window, 'createQuickPick', (() => {
      pick = create();
      return pick;
    }) as typeof window.createQuickPick);
    await execute('search');
    const shown = await until('the list', () => pick);
    atEnd(() => shown.dispose());
    shown.value = 'drawer';
    await until('one result', () => shown.items.length === 1);
    assert.match(JSON.stringify(shown.items[0]), /mend the till.*spring of the drawer/);
    await until('it is chosen', async () => {
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return tabs().some(label => /mend the till/.test(label));
    });
  });

  it('filter, clearFilter and the scope', async () => {
    await desk.start('mend the till');
    const person = new Person().will({ types: 'till #urgent' }, 'escape', 'escape');
    await execute('filter');
    await execute('filter');
    assert.equal(person.asked[1]?.value, 'till #urgent');
    await execute('clearFilter');
    await execute('filter');
    assert.equal(person.asked[2]?.value, '');
    await execute('showAllProjects');
    await execute('showThisProject');
    assert.deepEqual(person.told, []);
  });

  it('openSessionFile: of a session, and of a document that cannot be read', async () => {
    const { id } = await desk.start('mend the till');
    desk.write('broken', 'not a session');
    new Person();
    for (const [argument, name] of [
      [id, id],
      [{ path: desk.path('broken') }, 'broken'],
    ] as const) {
      await execute('openSessionFile', argument);
      assert.equal(window.activeTextEditor?.document.uri.fsPath, desk.path(name));
    }
  });

  it('openItem: a file, a commit’s changes, and the session of anything else', async () => {
    const session = await desk.start('mend the till');
    const sha = commit(desk.folder, 'oil the drawer');
    await desk.do(commitAdd, { session: session.id, sha, message: 'oil the drawer' });
    await desk.do(decide, { session: session.id, text: 'oil it weekly' });
    const { commits, decisions } = desk.document(session.id);
    const [made] = commits;
    const [decision] = decisions;
    assert.ok(made && decision);
    new Person();
    const parent = rowOf(session);
    const base = { id: 'x', session: session.id, parent };
    await execute('openItem', { ...base, kind: 'file', path: 'README.md' } satisfies Node);
    assert.equal(window.activeTextEditor?.document.uri.fsPath, join(desk.folder, 'README.md'));
    await execute('openItem', { ...base, kind: 'commit', commit: made } satisfies Node);
    await until('something about the commit', () =>
      tabs().some(label => /oil the drawer|mend the till/.test(label)),
    );
    await execute('openItem', { ...base, kind: 'decision', decision } satisfies Node);
    await until('the details', () => tabs().some(label => /mend the till/.test(label)));
  });

  it('openFolder: the session’s folder in another window', async () => {
    const { id } = await desk.start('mend the till');
    const opened: unknown[] = [];
    const real = commands.executeCommand;
    replace(commands, 'executeCommand', ((command: string, ...args: unknown[]) =>
      command === 'vscode.openFolder' ? opened.push(args) : real(command, ...args)) as typeof real);
    await execute('openFolder', rowOf({ id }));
    assert.deepEqual(opened, [[Uri.file(desk.folder), { forceNewWindow: true }]]);
  });

  it('showAllCompleted: is about its own row and nothing else', async () => {
    const person = new Person();
    const parent: Node = {
      kind: 'group',
      id: 'here/completed',
      group: 'completed',
      project: null,
      parent: null,
    };
    await execute('showAllCompleted', { kind: 'more', id: 'x', count: 1, parent } satisfies Node);
    await execute('showAllCompleted');
    assert.deepEqual(person.told, []);
  });

  it('editProject: the phase, and items that move along the roadmap', async () => {
    const person = new Person().will(
      { picks: /Phase/ },
      { types: 'Beta' },
      { picks: /Upcoming/ },
      { types: 'gift cards' },
      { picks: /Doing/ },
      { picks: /gift cards/ },
    );
    for (let edit = 0; edit < 3; edit++) await execute('editProject');
    const project = JSON.parse((await desk.run('project', 'show', '--json')).stdout);
    assert.deepEqual(
      { phase: project.phase, doing: project.doing, upcoming: project.upcoming },
      { phase: 'Beta', doing: ['gift cards'], upcoming: [] },
    );
    person.will({ picks: /Remove|Take off/ }, { picks: /gift cards/ });
    await execute('editProject');
    assert.deepEqual(JSON.parse((await desk.run('project', 'show', '--json')).stdout).doing, []);
    assert.deepEqual(person.told, []);
  });

  it('goToSession: shows a session, and makes an active one of this project the window’s', async () => {
    const session = await desk.start('mend the till');
    await execute('refresh');
    new Person();
    await execute('goToSession', session.id);
    await until('the details', () => tabs().some(label => /mend the till/.test(label)));
    await untilWindowIn(session);
  });

  it('a document that is open follows the session, up to its end', async () => {
    const { id, intent } = await desk.start('mend the till');
    await execute('refresh');
    const document = await workspace.openTextDocument(sessionUri(id, intent));
    await window.showTextDocument(document);
    assert.match(document.getText(), /^# mend the till/);
    await desk.cli('log', 'the drawer is stuck', '--session', id);
    await until('the event', () => /the drawer is stuck/.test(document.getText()));
    await desk.cli('delete', id);
    await until('that it was deleted', () => /trash/.test(document.getText()));
  });
});
