import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import {
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItemCheckboxState,
  TreeItemCollapsibleState,
  workspace,
} from 'vscode';
import { parseFilter } from '../../../src/extension/tree/filter.ts';
import type { Node } from '../../../src/extension/tree/nodes.ts';
import { SessionsProvider } from '../../../src/extension/tree/provider.ts';
import { complete, park, resume } from '../../../src/operations/lifeOperations.ts';
import * as notes from '../../../src/operations/noteOperations.ts';
import { Desk, repository } from '../support/desk.ts';
import { modelOf, untilSeen } from '../support/model.ts';
import { atEnd, replace } from '../support/replace.ts';
import { until } from '../support/until.ts';

const hourMs = 3_600_000;

async function treeOf(desk: Desk) {
  const model = await modelOf(desk);
  const provider = new SessionsProvider(model);
  const children = (node?: Node) => provider.getChildren(node);
  const item = (node: Node) => provider.getTreeItem(node);
  /** The labels of all groups, each with the labels of its rows. */
  const outline = async (parent?: Node) => {
    const groups = await children(parent);
    return Promise.all(
      groups.map(async group => [item(group).label, (await children(group)).map(row => item(row).label)]),
    );
  };
  const rowNamed = async (label: string): Promise<Node> => {
    for (const group of await children()) {
      for (const row of await children(group)) if (item(row).label === label) return row;
    }
    throw new Error(`There is no row ${label}`);
  };
  return { model, provider, children, item, outline, rowNamed };
}

/** A home with a session in each state. */
async function everyState(): Promise<Desk> {
  const desk = Desk.scratch();
  const { id } = await desk.start('needs a hand');
  await desk.do(notes.needs, { session: id, reason: 'say yes or no' });
  await desk.start('in full swing');
  await desk.when(new Date(Date.now() - 48 * hourMs)).start('long quiet');
  await desk.parked('waits', 'lunch');
  await desk.completed('all done');
  const { id: first } = await desk.parked('goes on');
  await desk.do(resume, { session: first, intent: 'went on' });
  await desk.at(repository('warehouse')).start('elsewhere');
  return desk;
}

describe('the tree', () => {
  it('groups what is of this project by what it wants from the person; empty groups are hidden', async () => {
    const { outline, children, provider } = await treeOf(await everyState());
    assert.deepEqual(await outline(), [
      ['Needs you', ['needs a hand']],
      ['Active', ['went on', 'in full swing', 'long quiet']],
      ['Parked', ['waits']],
      ['Recently completed', ['goes on', 'all done']],
    ]);
    for (const group of await children()) {
      assert.equal(provider.getParent(group), null);
      for (const row of await children(group)) assert.equal(provider.getParent(row), group);
    }
  });

  it('shows all projects by name, each with its groups', async () => {
    const { model, children, item, outline } = await treeOf(await everyState());
    await model.setScope('all');
    const projects = await children();
    assert.deepEqual(
      projects.map(node => item(node).label),
      ['shop', 'warehouse'],
    );
    const [, warehouse] = projects;
    assert.ok(warehouse);
    assert.deepEqual(await outline(warehouse), [['Active', ['elsewhere']]]);
    assert.equal(item(warehouse).contextValue, 'project');
  });

  it('says of each state what it is: context value, icon, colour, words read aloud', async () => {
    const { item, rowNamed } = await treeOf(await everyState());
    const states: Record<string, [contextValue: string, icon: string, spoken: RegExp]> = {
      'needs a hand': ['session active needs', 'bell-dot', /needs you: say yes or no/],
      'in full swing': ['session active', 'circle-filled', /active/],
      'long quiet': ['session active stale', 'history', /stale/],
      waits: ['session parked', 'debug-pause', /parked/],
      'all done': ['session completed', 'pass', /completed/],
      'goes on': ['session completed resumed', 'pass', /completed/],
    };
    const colours = new Set<string>();
    for (const [intent, [contextValue, icon, spoken]] of Object.entries(states)) {
      const row = item(await rowNamed(intent));
      assert.equal(row.contextValue, contextValue);
      assert.ok(row.iconPath instanceof ThemeIcon && row.iconPath.color instanceof ThemeColor);
      assert.equal(row.iconPath.id, icon);
      colours.add(row.iconPath.color.id);
      const label = row.accessibilityInformation?.label ?? '';
      assert.match(label, new RegExp(`^${intent}`));
      assert.match(label, spoken);
      assert.match(label, /branch main/);
      assert.match(String(row.description), /\bmain\b/);
      assert.match(String(row.description), /just now|2 days/);
      assert.equal(row.collapsibleState, TreeItemCollapsibleState.Collapsed);
    }
    assert.equal(colours.size, 5, 'each state has a colour of its own');
    assert.match(String(item(await rowNamed('long quiet')).description), /stale/);
  });

  it('has what belongs to a session under it, and under that what is many', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till', { tasks: ['oil it', 'ring it'] });
    await desk.do(notes.taskSet, { session: id, task: 'oil it', status: 'completed' });
    await desk.do(notes.ask, { session: id, question: 'who owns it?' });
    await desk.do(notes.ask, { session: id, question: 'answered?' });
    await desk.do(notes.answer, { session: id, question: 'answered?', answer: 'yes' });
    await desk.do(notes.next, { session: id, steps: ['buy oil'] });
    await desk.do(notes.decide, { session: id, text: 'oil it weekly' });
    await desk.do(notes.log, { session: id, message: 'first' });
    await desk.do(notes.log, { session: id, message: 'second' });
    await desk.do(notes.commitAdd, { session: id, sha: 'c0ffee12345', message: 'oil' });
    const { children, item, rowNamed, provider } = await treeOf(desk);
    const details = await children(await rowNamed('mend the till'));
    const shown = details.map(node => [item(node).label, item(node).contextValue, item(node).description]);
    assert.deepEqual(shown, [
      ['oil it', 'task completed', undefined],
      ['ring it', 'task pending', undefined],
      ['who owns it?', 'question', undefined],
      ['buy oil', 'nextStep', undefined],
      ['Decisions', 'section', '1'],
      ['Commits', 'section', '1'],
      ['Events', 'section', '2'],
    ]);
    const boxes = details.slice(0, 2).map(node => item(node).checkboxState);
    const states = boxes.map(box =>
      typeof box === 'object' ? [box.state, box.accessibilityInformation?.label] : box,
    );
    assert.deepEqual(states, [
      [TreeItemCheckboxState.Checked, 'Task oil it, done'],
      [TreeItemCheckboxState.Unchecked, 'Task ring it, to do'],
    ]);
    const under = await Promise.all(details.slice(4).map(node => children(node)));
    assert.deepEqual(
      under.map(nodes => nodes.map(node => item(node).label)),
      [['oil it weekly'], ['oil'], ['second', 'first']],
    );
    const all = [...details, ...under.flat()];
    const ids = all.map(node => item(node).id);
    assert.equal(new Set(ids).size, ids.length, 'ids are unique in the whole tree');
    for (const node of under.flat()) {
      assert.equal(item(node).command?.command, 'workSessions.openItem');
      assert.ok(details.includes(provider.getParent(node) as Node));
    }
  });

  it('shows all rows of a session whose items share their ids, as an import of before left them', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till', { tasks: ['oil it', 'ring it'] });
    await desk.do(notes.ask, { session: id, question: 'who owns it?' });
    await desk.do(notes.decide, { session: id, text: 'oil it weekly' });
    await desk.do(notes.decide, { session: id, text: 'ring it daily' });
    await desk.do(notes.commitAdd, { session: id, sha: 'c0ffee12345', message: 'oil' });
    const session = desk.document(id);
    const renamed = <T extends object>(items: readonly T[]) => items.map(item => ({ ...item, id: '1' }));
    desk.write(id, {
      ...session,
      tasks: renamed(session.tasks),
      questions: renamed(session.questions),
      decisions: renamed(session.decisions),
      commits: [...session.commits, ...session.commits],
    });
    const { children, item, rowNamed } = await treeOf(desk);
    const details = await children(await rowNamed('mend the till'));
    const under = await Promise.all(details.map(node => children(node)));
    const all = [...details, ...under.flat()];
    assert.equal(new Set(all).size, 9, 'each is a row of its own');
    assert.equal(new Set(all.map(node => item(node).id)).size, 9);
    assert.deepEqual(
      all.map(node => item(node).label),
      [
        ...['oil it', 'ring it', 'who owns it?', 'Decisions', 'Commits'],
        ...['ring it daily', 'oil it weekly', 'oil', 'oil'],
      ],
    );
  });

  it('shows under a session what the setting names', async () => {
    const desk = Desk.scratch();
    await desk.start('mend the till', { tasks: ['oil it'] });
    const { children, rowNamed } = await treeOf(desk);
    const settings = workspace.getConfiguration('workSessions');
    await settings.update('details', ['events'], true);
    atEnd(() => settings.update('details', undefined, true));
    assert.deepEqual(await children(await rowNamed('mend the till')), []);
  });

  it('tells in a tooltip why, what comes next and how much there is, without markup of stored text', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend <b>the</b> [till](command:x)', { tasks: ['oil it'] });
    await desk.do(park, { session: id, reason: 'lunch', nextSteps: ['buy oil'] });
    const { provider, children, item } = await treeOf(desk);
    const [group] = await children();
    const [row] = await children(group);
    assert.ok(row);
    const { tooltip } = await provider.resolveTreeItem(item(row), row);
    assert.ok(tooltip instanceof MarkdownString);
    assert.match(tooltip.value, /lunch.*buy oil.*0 of 1 task done/s);
    assert.doesNotMatch(tooltip.value, /[^\\]<b>|[^\\]\]\(command/);
    assert.ok(!tooltip.isTrusted);
  });

  it('filters by words and tags', async () => {
    const desk = await everyState();
    await desk.start('paint it', { tags: ['urgent'] });
    const { provider, outline } = await treeOf(desk);
    provider.filter = parseFilter('#urg');
    assert.deepEqual(await outline(), [['Active', ['paint it']]]);
    provider.filter = parseFilter('LUNCH wai');
    assert.deepEqual(await outline(), [['Parked', ['waits']]]);
    provider.filter = parseFilter('no such thing');
    assert.deepEqual(await outline(), []);
  });

  it('shows the newest completed ones, and the rest when asked', async () => {
    const desk = Desk.scratch();
    for (let index = 0; index < 23; index++) await desk.completed(`done ${index}`);
    const { provider, children, item } = await treeOf(desk);
    const [group] = await children();
    assert.ok(group);
    const rows = await children(group);
    const more = rows.at(-1);
    assert.ok(more);
    assert.deepEqual(
      [rows.length, item(more).label, item(more).command?.arguments],
      [21, 'Show 3 more…', [more]],
    );
    provider.showAllCompleted(group);
    assert.equal((await children(group)).length, 23);
  });

  it('shows a document that cannot be read as such, and all others', async () => {
    const desk = await everyState();
    desk.write('sess_20261121T0900_00000bad', '{"half": ');
    desk.write('sess_20261121T0900_0000link', '[]');
    const { children, item, outline, model } = await treeOf(desk);
    const last = (await outline()).at(-1);
    assert.deepEqual(last, [
      'Unreadable',
      ['sess_20261121T0900_00000bad.json', 'sess_20261121T0900_0000link.json'],
    ]);
    assert.equal((await outline()).length, 5);
    const group = (await children()).at(-1);
    const [row] = await children(group);
    assert.ok(row);
    const { contextValue, description, accessibilityInformation, tooltip } = item(row);
    assert.deepEqual([contextValue, description], ['unreadable', 'unreadable']);
    assert.match(accessibilityInformation?.label ?? '', /cannot be read/);
    assert.equal(tooltip, accessibilityInformation?.label);
    await model.setScope('all');
    assert.equal(item((await children()).at(-1) as Node).label, 'Unreadable');
  });

  it('shows a session of a newer version', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('from the future', { tasks: ['oil it'] });
    desk.write(id, { ...desk.document(id), schemaVersion: 99 });
    const { children, rowNamed } = await treeOf(desk);
    assert.equal((await children(await rowNamed('from the future'))).length, 1);
  });

  it('a session that turns unreadable moves to its group, and back', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const whole = JSON.stringify(desk.document(id));
    const { outline, model } = await treeOf(desk);
    desk.write(id, whole.slice(0, 100));
    await until('it is unreadable', () => model.snapshot.unreadable.length === 1);
    assert.deepEqual(await outline(), [['Unreadable', [`${id}.json`]]]);
    desk.write(id, whole);
    await until('it is readable', () => model.snapshot.unreadable.length === 0);
    assert.deepEqual(await outline(), [['Active', ['mend the till']]]);
  });

  it('a row of a session that is gone has nothing under it', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const { children, rowNamed, item, model } = await treeOf(desk);
    const row = await rowNamed('mend the till');
    rmSync(desk.path(id));
    await until('it is gone', () => model.isEmpty);
    assert.deepEqual(await children(row), []);
    assert.equal(item(row).label, id);
  });

  it('what is under a row is as new as its session, however long that takes to read', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till', { tasks: ['oil it'] });
    const { children, rowNamed, item, model } = await treeOf(desk);
    const row = await rowNamed('mend the till');
    const read = model.session.bind(model);
    let open = () => {};
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    replace(model, 'session', async asked => {
      const session = await read(asked);
      await gate;
      return session;
    });
    const details = children(row);
    await untilSeen(model, await desk.cli('task', 'add', 'ring it', '--session', id));
    open();
    assert.deepEqual(
      (await details).map(node => item(node).label),
      ['oil it', 'ring it'],
    );
  });

  it('a row keeps its object and its id through its life', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const { model, rowNamed } = await treeOf(desk);
    const row = await rowNamed('mend the till');
    await untilSeen(model, await desk.cli('edit', '--session', id, '--intent', 'mend both tills'));
    assert.equal(await rowNamed('mend both tills'), row);
    await untilSeen(model, await desk.do(complete, { session: id }));
    assert.notEqual(await rowNamed('mend both tills'), row, 'in another group it is another row');
  });
});
