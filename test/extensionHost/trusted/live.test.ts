import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { TreeItemCollapsibleState } from 'vscode';
import { SessionsModel } from '../../../src/extension/sessionsModel.ts';
import type { Node } from '../../../src/extension/tree/nodes.ts';
import { SessionsProvider } from '../../../src/extension/tree/provider.ts';
import { log } from '../../../src/operations/noteOperations.ts';
import { Desk, repository } from '../support/desk.ts';
import { FakeMemento } from '../support/memento.ts';
import { modelOf, testLog, untilSeen } from '../support/model.ts';
import { atEnd, own } from '../support/replace.ts';
import { until } from '../support/until.ts';

/** The nodes that the tree shows, down to the rows of sessions. */
async function rows(provider: SessionsProvider) {
  const groups = await provider.getChildren();
  return (await Promise.all(groups.map(group => provider.getChildren(group)))).flat();
}

describe('changes by others', () => {
  it('a command in a terminal is seen at once', async () => {
    const desk = Desk.scratch();
    const session = await desk.start('mend the till');
    const model = await modelOf(desk);
    const times: number[] = [];
    for (let round = 1; round <= 5; round++) {
      let seenAt = 0;
      const listening = model.onDidChange(() => {
        if (model.summary(session.id)?.counts.events === round) seenAt = performance.now();
      });
      await desk.cli('log', `event ${round}`, '--session', session.id);
      const ended = performance.now();
      await until('the event', () => seenAt > 0);
      listening.dispose();
      // Mostly it is seen before the process that wrote it has ended.
      times.push(seenAt - ended);
    }
    console.log(
      `      seen after the end of the command: ${times.map(time => `${time.toFixed(1)} ms`).join(', ')}`,
    );
  });

  it('many changes to many sessions: none is missed, and no row loses its place', async () => {
    const desk = Desk.scratch();
    const ids: string[] = [];
    for (let index = 0; index < 20; index++) ids.push((await desk.start(`session ${index}`)).id);
    const model = await modelOf(desk);
    const provider = new SessionsProvider(model);
    own(model.onDidChange(change => provider.follow(change)));
    const before = await rows(provider);
    assert.equal(before.length, 20);
    const redrawn = new Set<Node | undefined>();
    const counted = provider.onDidChangeTreeData(nodes => {
      for (const node of [nodes].flat()) redrawn.add(node);
    });
    atEnd(() => counted.dispose());
    const started = performance.now();
    const others = ids
      .slice(0, 4)
      .map((id, index) => desk.cli('log', `by the command line ${index}`, '--session', id));
    for (let round = 0; round < 5; round++) {
      await Promise.all(ids.map(session => desk.do(log, { session, message: `event ${round}` })));
    }
    await Promise.all(others);
    const written = performance.now();
    await Promise.all(ids.map(id => untilSeen(model, desk.document(id))));
    console.log(
      `      104 changes in ${Math.round(written - started)} ms, all seen ${Math.round(performance.now() - written)} ms later`,
    );
    const after = await rows(provider);
    assert.deepEqual(new Set(after), new Set(before));
    for (const node of after) assert.ok(before.includes(node), 'it is the very same object');
    for (const node of before) {
      const group = provider.getParent(node) ?? undefined;
      assert.ok(
        [node, group, undefined].some(each => redrawn.has(each)),
        'its row was drawn anew',
      );
    }
  });

  it('the order of rows follows what happened last', async () => {
    const desk = Desk.scratch();
    const older = await desk.when(new Date(Date.now() - 120_000)).start('older');
    const newer = await desk.when(new Date(Date.now() - 60_000)).start('newer');
    const model = await modelOf(desk);
    const provider = new SessionsProvider(model);
    const order = async () =>
      (await rows(provider)).map(node => (node.kind === 'session' ? node.session : node.id));
    assert.deepEqual(await order(), [newer.id, older.id]);
    await untilSeen(model, await desk.cli('log', 'still alive', '--session', older.id));
    assert.deepEqual(await order(), [older.id, newer.id]);
  });

  it('a change of one session redraws its row only', async () => {
    const desk = Desk.scratch();
    await desk.when(new Date(Date.now() - 60_000)).start('older');
    const { id } = await desk.start('newer');
    const model = await modelOf(desk);
    const provider = new SessionsProvider(model);
    own(model.onDidChange(change => provider.follow(change)));
    const row = (await rows(provider)).find(node => node.kind === 'session' && node.session === id);
    const redrawn: unknown[] = [];
    const listening = provider.onDidChangeTreeData(node => redrawn.push(node));
    atEnd(() => listening.dispose());
    await untilSeen(model, await desk.cli('log', 'an event', '--session', id));
    assert.deepEqual(redrawn, [row]);
  });

  it('a change of the order redraws one group, and one of the groups their project', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.when(new Date(Date.now() - 60_000)).start('older');
    await desk.start('newer');
    await desk.at(repository('warehouse')).start('elsewhere');
    const model = await modelOf(desk);
    await model.setScope('all');
    const provider = new SessionsProvider(model);
    own(model.onDidChange(change => provider.follow(change)));
    const [shop] = await provider.getChildren();
    const [active] = await provider.getChildren(shop);
    const before = await provider.getChildren(active);
    provider.refresh();
    const redrawn: unknown[] = [];
    const listening = provider.onDidChangeTreeData(node => redrawn.push(node));
    atEnd(() => listening.dispose());
    await untilSeen(model, await desk.cli('log', 'an event', '--session', id));
    assert.deepEqual(redrawn.splice(0), [active]);
    assert.deepEqual(await provider.getChildren(active), before.reverse());
    await untilSeen(model, await desk.cli('park', id));
    assert.deepEqual(redrawn.splice(0), [shop]);
  });

  it('a row that is gone is forgotten, with all that was under it', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till', { tasks: ['oil it'] });
    const model = await modelOf(desk);
    const provider = new SessionsProvider(model);
    own(model.onDidChange(change => provider.follow(change)));
    const [row] = await rows(provider);
    assert.ok(row);
    provider.setOpen(row, true);
    const isExpanded = (node: Node) =>
      provider.getTreeItem(node).collapsibleState === TreeItemCollapsibleState.Expanded;
    assert.ok(isExpanded(row));
    const [task] = await provider.getChildren(row);
    await desk.cli('delete', id);
    await until('it is gone', () => model.isEmpty);
    assert.deepEqual(await rows(provider), []);
    await desk.cli('restore', id);
    await until('it is back', () => !model.isEmpty);
    const [again] = await rows(provider);
    assert.ok(again && again !== row && again.id === row.id);
    assert.ok(!isExpanded(again));
    assert.notEqual((await provider.getChildren(again))[0], task);
    assert.deepEqual(await provider.getChildren(row), [], 'what is asked of the old one has no answer');
  });

  it('a home that appears later is seen, with its first session', async () => {
    const desk = Desk.scratch();
    const model = await modelOf(desk);
    assert.equal(existsSync(desk.home), false, 'looking made nothing');
    assert.equal(model.isEmpty, true);
    await untilSeen(model, await desk.cli('start', 'the first of all'));
    await until('its project is known', () => model.summaries.every(summary => model.isHere(summary)));
  });

  it('a project that is new is known to all who wait for it, also where it is asked for again meanwhile', async () => {
    const desk = Desk.scratch();
    const model = await modelOf(desk);
    const session = await desk.start('the first of all');
    const answers = [model.belongsHere(session), model.belongsHere(session)];
    await model.rescan();
    assert.deepEqual(await Promise.all(answers), [true, true]);
  });

  it('a home that is removed and made again is seen', async () => {
    const desk = Desk.scratch();
    await desk.start('before');
    const model = await modelOf(desk);
    rmSync(desk.home, { recursive: true, maxRetries: 10 });
    await until('nothing is left', () => model.isEmpty);
    await untilSeen(model, await desk.cli('start', 'after'));
    assert.deepEqual(intents(model), ['after']);
  });

  it('a session that is archived or deleted elsewhere leaves the list, and comes back', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const model = await modelOf(desk);
    await desk.cli('delete', id);
    await until('it is gone', () => model.isEmpty);
    await desk.cli('restore', id);
    await until('it is back', () => intents(model).length === 1);
  });

  it('a list that could not be read is there after the next look', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const folder = `${desk.home}/sessions`;
    renameSync(folder, `${folder}.aside`);
    writeFileSync(folder, 'in the way');
    const model = own(new SessionsModel(desk.home, new FakeMemento(), testLog()));
    await assert.rejects(model.load(), { code: 'io' });
    assert.equal(model.loaded, false);
    rmSync(folder);
    renameSync(`${folder}.aside`, folder);
    await model.rescan();
    assert.deepEqual([model.loaded, model.summary(id)?.intent], [true, 'mend the till']);
    await untilSeen(model, await desk.cli('log', 'and it goes on', '--session', id));
  });
});

function intents(model: SessionsModel): string[] {
  return model.summaries.map(summary => summary.intent);
}
