import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Uri, workspace } from 'vscode';
import { offerImport } from '../../../src/extension/ancestorOffer.ts';
import { resume } from '../../../src/operations/lifeOperations.ts';
import { remove } from '../../../src/operations/storeOperations.ts';
import { type Desk, extensionUnderTest, scratchFolder } from '../support/desk.ts';
import { FakeMemento } from '../support/memento.ts';
import { Person } from '../support/person.ts';
import { atEnd } from '../support/replace.ts';
import { until } from '../support/until.ts';
import { emptiedDesk, execute, rowOf } from '../support/window.ts';

const ancestor = () => join(extensionUnderTest().extensionPath, 'test', 'fixtures', 'ancestor');

describe('the commands that put away and bring back', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await emptiedDesk();
  });

  it('archive: a completed session leaves the list, and Undo brings it back', async () => {
    const { id } = await desk.completed('mend the till');
    new Person();
    await execute('archive', rowOf({ id }));
    assert.deepEqual([desk.has(id), desk.has(id, 'archive')], [false, true]);
    const { id: second } = await desk.completed('count the coins');
    new Person().willPress(/Undo/, () => assert.ok(desk.has(second, 'archive')));
    await execute('archive', second);
    await until('it is back', () => desk.has(second) && !desk.has(second, 'archive'));
  });

  it('archive: an active one is refused', async () => {
    const { id } = await desk.start('mend the till');
    const person = new Person();
    await execute('archive', id);
    assert.match(await until('a message', () => person.told[0]), /active/);
    assert.ok(desk.has(id));
  });

  it('delete: into the trash, and Undo takes it out again', async () => {
    const { id } = await desk.start('mend the till');
    const person = new Person().willPress(/Undo/, () => assert.ok(desk.has(id, 'trash')));
    await execute('delete', rowOf({ id }));
    await until('it is back', () => desk.has(id) && !desk.has(id, 'trash'));
    assert.match(person.told[0] ?? '', /mend the till/);
  });

  it('delete: asks first where the setting says so', async () => {
    const { id } = await desk.start('mend the till');
    const settings = workspace.getConfiguration('workSessions');
    await settings.update('confirmDelete', true, true);
    atEnd(() => settings.update('confirmDelete', undefined, true));
    const person = new Person();
    await execute('delete', id);
    assert.ok(desk.has(id));
    person.willPress(/Trash/);
    await execute('delete', id);
    assert.ok(desk.has(id, 'trash'));
    assert.deepEqual(
      person.messages.map(message => message.kind),
      ['warning', 'warning', 'information'],
    );
  });

  it('delete: an Undo that fails is told, and can be tried again', async () => {
    const { id } = await desk.start('mend the till');
    let release = () => {};
    const person = new Person()
      .willPress(/Undo/, () => {
        release = desk.lock(id);
      })
      .willPress(/Try Again/, () => release());
    await execute('delete', id);
    await until('it is back', () => desk.has(id));
    assert.match(person.told.join('|'), /Deleted.*\|.*Another program/);
  });

  it('emptyTrash: asks, removes for good only then, and says when there is nothing', async () => {
    const { id } = await desk.start('mend the till');
    await execute('delete', id);
    const person = new Person();
    await execute('emptyTrash');
    assert.ok(desk.has(id, 'trash'));
    person.willPress(/Empty Trash/);
    await execute('emptyTrash');
    assert.ok(!desk.has(id, 'trash'));
    await execute('emptyTrash');
    assert.match(
      person.told.join('|'),
      /Remove 1 session for good\?\|Remove 1 session.*\|The trash is empty/,
    );
  });

  it('restore: by id, and out of a list of what is in the trash', async () => {
    const first = await desk.start('first');
    const second = await desk.start('second');
    for (const { id } of [first, second]) await desk.do(remove, { session: id });
    const person = new Person().will({ picks: /second/ });
    await execute('restore', first.id);
    assert.ok(desk.has(first.id));
    await execute('restore');
    assert.ok(desk.has(second.id));
    assert.deepEqual(person.asked[0]?.labels, ['second']);
    await execute('restore');
    assert.match(await until('a message', () => person.told[0]), /trash is empty/);
  });

  it('export: as Markdown or as JSON, by the name of the file', async () => {
    const { id } = await desk.start('mend the till');
    const folder = scratchFolder();
    for (const [name, content] of [
      ['till.md', /mend the till/],
      ['till.json', /"intent": ?"mend the till"/],
    ] as const) {
      const person = new Person().willSaveTo(Uri.file(join(folder, name)));
      await execute('export', id);
      assert.match(readFileSync(join(folder, name), 'utf8'), content);
      assert.match(person.told.join(), new RegExp(name));
    }
  });

  it('importAncestor: a given folder, twice, adds its sessions once', async () => {
    const person = new Person();
    await execute('importAncestor', ancestor());
    const { stdout } = await desk.run('list', '--all', '--json');
    const before = JSON.parse(stdout).length;
    assert.ok(before > 0);
    await execute('importAncestor', ancestor());
    assert.equal(JSON.parse((await desk.run('list', '--all', '--json')).stdout).length, before);
    assert.match(person.told.join('|'), /Imported \d sessions.*\|.*there already/);
  });

  it('importAncestor: what was noted there since comes to the session that is here', async () => {
    const folder = scratchFolder();
    cpSync(ancestor(), folder, { recursive: true });
    await execute('importAncestor', folder);
    const id = 'sess_20260302T1412_c4d1';
    const path = join(folder, 'sessions', `${id}.json`);
    const document = JSON.parse(readFileSync(path, 'utf8')) as { events: object[] };
    const events = [...document.events, { timestamp: '2026-03-03T10:00:00.000Z', message: 'noted since' }];
    writeFileSync(path, JSON.stringify({ ...document, events }));
    const person = new Person();
    await execute('importAncestor', folder);
    assert.match(person.told.join(), /1 that was there got what was new/);
    const { stdout } = await desk.run('show', id, '--json');
    assert.equal(JSON.parse(stdout).events.at(-1).message, 'noted since');
  });

  it('importAncestor: without its folder in the usual place, the folder is asked for', async () => {
    new Person().willOpen(Uri.file(ancestor()));
    await execute('importAncestor');
    assert.ok(existsSync(join(desk.home, 'sessions')));
  });

  it('the import is offered once, when the ancestor’s folder is there', async () => {
    const memento = new FakeMemento();
    const person = new Person();
    await offerImport(memento);
    assert.deepEqual(person.told, []);
    const usual = join(homedir(), '.claude', 'dashboard');
    assert.equal(existsSync(usual), false, 'the home of the test is empty');
    cpSync(ancestor(), usual, { recursive: true });
    atEnd(() => rmSync(dirname(usual), { recursive: true, force: true }));
    person.willPress(/^Import/);
    await offerImport(memento);
    await offerImport(memento);
    assert.equal(person.messages.filter(message => message.buttons.length === 2).length, 1);
    assert.match(person.told.join('|'), /Imported/);
  });

  it('runDoctor: says that all is well, finds what is not, and mends it', async () => {
    const { id } = await desk.start('mend the till');
    const person = new Person();
    await execute('runDoctor');
    assert.match(person.told.join(), /No problems/);
    desk.write('sess_20261121T0900_00000bad', 'not a session');
    await execute('runDoctor');
    assert.deepEqual(person.messages.at(-1)?.buttons, ['Show Findings'], 'nothing of it can be mended');
    // As if the program had been killed in the middle of a resume.
    const parked = await desk.parked('count the coins');
    const { id: continuation } = await desk.do(resume, { session: parked.id });
    rmSync(desk.path(continuation));
    person.willPress(/Repair/);
    await execute('runDoctor');
    assert.ok(desk.has(continuation));
    assert.match(person.told.slice(-2).join('|'), /Found 2 problems.*\|1 problem needs you/);
    assert.ok(existsSync(join(desk.home, 'unreadable')), 'a copy of it is kept');
    assert.ok(desk.has(id));
  });
});
