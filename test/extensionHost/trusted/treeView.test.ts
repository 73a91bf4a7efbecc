import assert from 'node:assert/strict';
import {
  EventEmitter,
  TreeItemCheckboxState,
  type TreeView,
  type TreeViewOptions,
  window,
  workspace,
} from 'vscode';
import { registerTree } from '../../../src/extension/tree/index.ts';
import type { Node } from '../../../src/extension/tree/nodes.ts';
import { needs } from '../../../src/operations/noteOperations.ts';
import { Desk } from '../support/desk.ts';
import { testLog, untilSeen, windowAt } from '../support/model.ts';
import { Person } from '../support/person.ts';
import { atEnd, own, replace } from '../support/replace.ts';
import { until } from '../support/until.ts';

/** A view as far as the extension uses one; VS Code has one of each id, and that is the extension's. */
class FakeView {
  badge: TreeView<Node>['badge'];
  message: string | undefined;
  readonly visible = true;
  selection: readonly Node[] = [];
  readonly revealed: Node[] = [];
  canReveal = true;
  readonly checked = new EventEmitter<{ items: [Node, TreeItemCheckboxState][] }>();
  readonly visibility = new EventEmitter<{ visible: boolean }>();
  readonly onDidChangeCheckboxState = this.checked.event;
  readonly onDidChangeVisibility = this.visibility.event;

  async reveal(node: Node): Promise<void> {
    // As VS Code says when the row goes while it looks for it.
    if (!this.canReveal) throw new Error('Cannot resolve tree item');
    this.revealed.push(node);
  }

  dispose(): void {}
}

const isEvent = (key: string | symbol) => typeof key === 'string' && key.startsWith('onDid');
/** Of the events that no test fires. */
const noEvent = () => ({ dispose: () => {} });

async function viewAt(desk: Desk) {
  const view = new FakeView();
  let options: TreeViewOptions<Node> | undefined;
  replace(window, 'createTreeView', ((_id: string, given: TreeViewOptions<Node>) => {
    options = given;
    return new Proxy(view, {
      get: (target, key) => Reflect.get(target, key) ?? (isEvent(key) ? noEvent : undefined),
    });
  }) as unknown as typeof window.createTreeView);
  const { model, windowSession } = await windowAt(desk);
  const tree = own(registerTree(model, windowSession, testLog()));
  assert.ok(options);
  const provider = options.treeDataProvider;
  const [group] = (await provider.getChildren()) ?? [];
  const rows = group ? ((await provider.getChildren(group)) ?? []) : [];
  return { view, tree, provider, model, rows };
}

describe('the view around the tree', () => {
  it('a badge counts what needs the person, as it changes', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const { view, model } = await viewAt(desk);
    assert.equal(view.badge?.value, undefined);
    await desk.cli('needs', 'say yes or no', '--session', id);
    await until('the badge', () => view.badge?.value === 1);
    assert.match(view.badge?.tooltip ?? '', /1 session needs you/);
    await untilSeen(model, await desk.do(needs, { session: id, clear: true }));
    await until('no badge', () => view.badge === undefined);
  });

  it('a check box completes its task, and gives it back', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till', { tasks: ['oil it'] });
    const { view, provider, rows } = await viewAt(desk);
    const [task] = (await provider.getChildren(rows[0])) ?? [];
    assert.ok(task);
    view.checked.fire({ items: [[task, TreeItemCheckboxState.Checked]] });
    await until('it is done', () => desk.document(id).tasks[0]?.status === 'completed');
    view.checked.fire({ items: [[task, TreeItemCheckboxState.Unchecked]] });
    await until('it is to do', () => desk.document(id).tasks[0]?.status === 'pending');
  });

  it('a check box that cannot be kept goes back, and says why', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till', { tasks: ['oil it'] });
    const { view, provider, rows } = await viewAt(desk);
    const [task] = (await provider.getChildren(rows[0])) ?? [];
    assert.ok(task);
    const person = new Person();
    let redrawn = 0;
    const listening = provider.onDidChangeTreeData?.(() => redrawn++);
    atEnd(() => listening?.dispose());
    desk.write(id, { ...desk.document(id), schemaVersion: 99 });
    await until('it is seen', () => redrawn > 0);
    redrawn = 0;
    view.checked.fire({ items: [[task, TreeItemCheckboxState.Checked]] });
    assert.match(await until('a message', () => person.told[0]), /newer/);
    assert.ok(redrawn > 0);
    assert.equal(desk.document(id).tasks[0]?.status, 'pending');
  });

  it('a filter that hides everything says so, and a row can be revealed and selected', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const { view, tree, provider, rows } = await viewAt(desk);
    await tree.reveal(id);
    await tree.reveal('sess_20261121T0900_00000000');
    assert.deepEqual(view.revealed, rows);
    view.canReveal = false;
    await tree.reveal(id);
    assert.equal(tree.selectedSession, undefined);
    view.selection = rows;
    assert.equal(tree.selectedSession, id);
    tree.setFilter('  no such thing ');
    assert.equal(tree.filterText, 'no such thing');
    assert.deepEqual(await provider.getChildren(), []);
    // It takes the place of the welcome text, which would say that there are no sessions.
    assert.notEqual(view.message ?? '', '');
    tree.setFilter('');
    assert.equal(view.message ?? '', '');
    assert.equal((await provider.getChildren())?.length, 1);
  });

  it('is drawn anew when it is looked at, and when another setting says what is under a session', async () => {
    const desk = Desk.scratch();
    await desk.start('mend the till');
    const { view, provider } = await viewAt(desk);
    let redrawn = 0;
    const listening = provider.onDidChangeTreeData?.(() => redrawn++);
    atEnd(() => listening?.dispose());
    view.visibility.fire({ visible: false });
    assert.equal(redrawn, 0);
    view.visibility.fire({ visible: true });
    assert.equal(redrawn, 1);
    const settings = workspace.getConfiguration('workSessions');
    await settings.update('details', ['tasks'], true);
    atEnd(() => settings.update('details', undefined, true));
    await until('it is drawn anew', () => redrawn > 1);
  });
});
