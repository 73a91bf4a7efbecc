import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { workspace } from 'vscode';
import { SessionsProvider } from '../../../src/extension/tree/provider.ts';
import { Desk, extensionUnderTest, repository, scratchFolder } from '../support/desk.ts';
import { modelOf, untilSeen, windowAt } from '../support/model.ts';
import { Person } from '../support/person.ts';
import { until } from '../support/until.ts';
import { execute, sessionOfWindow } from '../support/window.ts';

describe('in a window without a folder, at a home that is not there yet', () => {
  it('the extension is active and has made nothing', async () => {
    assert.equal(workspace.workspaceFolders, undefined);
    await until('the extension is active', () => extensionUnderTest().isActive);
    await execute('refresh');
    assert.equal(existsSync(Desk.ofWindow(scratchFolder()).home), false);
  });

  it('start says that a folder is wanted, before it asks anything', async () => {
    const person = new Person();
    await execute('start');
    assert.match(await until('a message', () => person.told[0]), /Open a folder/);
    await execute('editProject');
    await until('another message', () => person.messages[1]);
    assert.deepEqual(person.asked, []);
    assert.equal(existsSync(Desk.ofWindow(scratchFolder()).home), false);
  });

  it('a session started elsewhere appears with its home, and takes notes; it never becomes the window’s', async () => {
    const desk = Desk.ofWindow(repository());
    const session = await desk.cli('start', 'elsewhere');
    // Without an argument the command finds the session only once the window has seen it.
    const person = new Person();
    await until('the window has seen it', async () => {
      person.messages.length = 0;
      const shown = execute('copyId');
      await shown;
      return person.messages.length === 0;
    });
    person.will({ types: 'a note' });
    await execute('log');
    assert.equal(desk.document(session.id).events.at(-1)?.message, 'a note');
    assert.deepEqual(person.offers, []);
    assert.equal(await sessionOfWindow(), '');
  });

  it('resume works, and says where the session is', async () => {
    const desk = Desk.ofWindow(repository('warehouse'));
    const { id } = await desk.parked('count the boxes');
    const person = new Person();
    await execute('resume', id);
    assert.ok(desk.document(id).resumedAs);
    assert.match(await until('a message', () => person.told[0]), /warehouse/);
    assert.equal(await sessionOfWindow(), '');
  });

  it('the tree shows all projects', async () => {
    const desk = Desk.scratch(repository('warehouse'));
    await desk.start('count the boxes');
    await desk.at(repository('office')).start('count the pens');
    const model = await modelOf(desk);
    const provider = new SessionsProvider(model);
    assert.equal(model.scope, 'all');
    const projects = await provider.getChildren();
    assert.deepEqual(
      projects.map(node => provider.getTreeItem(node).label),
      ['office', 'warehouse'],
    );
  });

  it('no session is offered, wherever it is started', async () => {
    const desk = Desk.scratch(repository());
    const { model, windowSession } = await windowAt(desk);
    const offered: string[] = [];
    windowSession.onDidAppear(({ id }) => offered.push(id));
    await untilSeen(model, await desk.cli('start', 'elsewhere'));
    assert.deepEqual([offered, windowSession.current], [[], undefined]);
  });
});
