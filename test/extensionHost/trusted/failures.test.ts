import assert from 'node:assert/strict';
import { readdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Desk, extensionUnderTest } from '../support/desk.ts';
import { Person } from '../support/person.ts';
import { atEnd } from '../support/replace.ts';
import { until } from '../support/until.ts';
import { emptiedDesk, execute, untilWindowIn } from '../support/window.ts';

describe('what goes wrong', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await emptiedDesk();
  });
  afterEach(() => execute('refresh'));

  /** Puts a file in the place of the sessions’ folder: nothing can be written. Gives the way back. */
  function breakHome(): () => void {
    const folder = join(desk.home, 'sessions');
    renameSync(folder, `${folder}.aside`);
    writeFileSync(folder, 'in the way');
    return () => {
      rmSync(folder);
      renameSync(`${folder}.aside`, folder);
    };
  }

  /** Takes away the file of the commands, as before their first use. Gives the way back. */
  function takeAwayCommands(): () => void {
    const folder = join(realpathSync(extensionUnderTest().extensionPath), 'dist', 'extension');
    const file = join(folder, readdirSync(folder).find(each => each.startsWith('all-')) ?? 'all');
    delete createRequire(file).cache[file];
    renameSync(file, `${file}.aside`);
    return () => renameSync(`${file}.aside`, file);
  }

  it('a command whose file cannot be loaded says so, and is there as soon as the file is', async () => {
    const { id } = await desk.start('mend the till');
    const putBack = takeAwayCommands();
    let isBack = false;
    atEnd(() => isBack || putBack());
    const person = new Person();
    await execute('editProject', id);
    assert.match(await until('a message', () => person.told[0]), /part of Work Sessions is missing/);
    putBack();
    isBack = true;
    person.will('escape');
    await execute('editProject', id);
    assert.equal(person.asked.length, 1);
  });

  it('a note that cannot be written says why, and Try Again writes what was typed', async () => {
    const { id } = await desk.start('mend the till');
    const repair = breakHome();
    const person = new Person().will({ types: 'a long story' }).willPress(/Try Again/, repair);
    await execute('log', id);
    await until('a message', () => person.messages[0]);
    await until('the event', () => desk.document(id).events.at(-1)?.message === 'a long story');
    assert.equal(person.messages.length, 1);
    assert.equal(person.messages[0]?.kind, 'error');
    assert.match(person.told[0] ?? '', /Cannot read .*sessions/);
    assert.equal(person.asked.length, 1, 'nothing is asked twice');
  });

  it('a start that cannot be written keeps the intent for Try Again', async () => {
    await desk.start('something before');
    const repair = breakHome();
    const person = new Person().will({ types: 'mend the till' }).willPress(/Try Again/, repair);
    await execute('start');
    await untilWindowIn({ intent: 'mend the till' });
    assert.equal(person.asked.length, 1);
    assert.equal(person.messages.length, 1);
  });

  it('one that fails again is told again', async () => {
    const { id } = await desk.start('mend the till');
    const repair = breakHome();
    const person = new Person()
      .will({ types: 'a long story' })
      .willPress(/Try Again/)
      .willPress(/Try Again/, repair);
    await execute('log', id);
    await until('both messages', () => person.messages.length === 2);
    await until('the event', () => desk.document(id).events.at(-1)?.message === 'a long story');
  });

  it('a session that a program elsewhere is writing: who it is, and Try Again', async () => {
    const { id } = await desk.start('mend the till');
    const release = desk.lock(id);
    const person = new Person().will({ types: 'after you' }).willPress(/Try Again/, release);
    // It waits no longer than the setting says: the lock is released after that only.
    await execute('log', id);
    await until('the event', () => desk.document(id).events.at(-1)?.message === 'after you');
    assert.match(person.told[0] ?? '', /process 4711 on elsewhere/);
  });

  it('a session of a newer version is refused, and stays as it is', async () => {
    const { id } = await desk.start('mend the till');
    const text = desk.write(id, { ...desk.document(id), schemaVersion: 99, later: { unknown: true } });
    await execute('refresh');
    const person = new Person().will({ types: 'a note' }, { types: '' }, { types: '' });
    await execute('log', id);
    await execute('park', id);
    await until('two messages', () => person.messages.length === 2);
    for (const { kind, text: told, buttons } of person.messages) {
      assert.equal(kind, 'error');
      assert.match(told, /newer Work Sessions \(format 99\)/);
      assert.ok(!buttons.some(button => /Try Again/.test(button)), 'trying again would not help');
    }
    assert.equal(readFileSync(desk.path(id), 'utf8'), text);
    await execute('copyBrief', id);
    assert.equal(person.messages.length, 2, 'it can be looked at');
  });

  it('a document that cannot be read is refused with the way to its file, and stays as it is', async () => {
    const { id } = await desk.start('mend the till');
    const text = desk.write(id, '{"id": "half');
    await execute('refresh');
    const person = new Person().will({ types: 'a note' });
    await execute('log', id);
    await until('a message', () => person.messages[0]);
    assert.deepEqual(person.messages[0]?.buttons, ['Show File', 'Run Doctor']);
    assert.equal(readFileSync(desk.path(id), 'utf8'), text);
  });

  it('a session in the trash takes no note, and the message restores it', async () => {
    const { id } = await desk.start('mend the till');
    await desk.cli('delete', id);
    new Person().will({ types: 'a note' }).willPress(/Restore/);
    await execute('log', id);
    await until('it is restored', () => desk.has(id));
  });

  it('a session that is gone is told as such', async () => {
    const person = new Person().will({ types: 'a note' });
    await execute('log', 'sess_20261121T0900_00000000');
    assert.match(await until('a message', () => person.told[0]), /no session/);
  });

  it('stored text never becomes a link in a message', async () => {
    const { id } = await desk.start('[press me](command:workbench.action.quit)');
    await execute('refresh');
    const person = new Person().will({ types: '' });
    await execute('complete', id);
    await execute('archive', id);
    await execute('delete', id);
    await until('three messages', () => person.messages.length === 3);
    for (const told of person.told) {
      assert.match(told, /press me/);
      assert.doesNotMatch(told, /\]\(/);
    }
  });
});
