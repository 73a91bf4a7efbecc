import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { commands, type InputBox, window } from 'vscode';
import { park, resume } from '../../../src/operations/lifeOperations.ts';
import { type Desk, repository } from '../support/desk.ts';
import { Person } from '../support/person.ts';
import { replace } from '../support/replace.ts';
import { until } from '../support/until.ts';
import { emptiedDesk, execute, rowOf, sessionOfWindow, untilWindowIn } from '../support/window.ts';

/** The only session of a home. */
function onlySession(desk: Desk) {
  const [name, ...others] = readdirSync(join(desk.home, 'sessions')).filter(each => each.endsWith('.json'));
  assert.ok(name !== undefined && others.length === 0, `there are ${others.length + 1} sessions`);
  return desk.document(name.slice(0, -'.json'.length));
}

describe('the commands of a session’s life', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await emptiedDesk();
  });

  it('start: what is typed is checked, and the session becomes the window’s', async () => {
    const person = new Person().will(
      { types: '', refused: /text/ },
      { types: 'x'.repeat(100_000), refused: /at most/ },
      { types: 'two\nlines', refused: /one line/ },
      { types: '  mend the till  ' },
    );
    await execute('start');
    const session = onlySession(desk);
    assert.equal(session.intent, 'mend the till');
    assert.equal(session.where.worktree, desk.folder);
    assert.equal(session.branch, 'main');
    await untilWindowIn(session);
    assert.deepEqual(person.told, []);
  });

  it('start: in VS Code’s own input box', async () => {
    const create = window.createInputBox;
    let box: InputBox | undefined;
    replace(window, 'createInputBox', () => {
      box = create();
      return box;
    });
    const started = execute('start');
    const shown = await until('the input box', () => box);
    shown.value = 'mend the till';
    await until('the session', async () => {
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return existsSync(join(desk.home, 'sessions'));
    });
    await started;
    assert.equal(onlySession(desk).intent, 'mend the till');
  });

  it('start: nothing happens after Escape', async () => {
    new Person().will('escape');
    await execute('start');
    await execute('refresh');
    assert.equal(await sessionOfWindow(), '');
  });

  it('park: a reason and a next step in one flow, with a way back on which nothing is lost', async () => {
    const { id } = await desk.start('mend the till');
    const person = new Person().will(
      { types: 'lunch' },
      { back: 'count the' },
      { types: 'a long lunch' },
      { types: 'count the coins' },
    );
    await execute('park', rowOf({ id }));
    const { status, parkedReason, nextSteps } = desk.document(id);
    assert.deepEqual(
      { status, parkedReason, nextSteps: nextSteps.map(step => step.text) },
      {
        status: 'parked',
        parkedReason: 'a long lunch',
        nextSteps: ['count the coins'],
      },
    );
    assert.deepEqual(
      person.asked.map(asked => asked.value),
      ['', '', 'lunch', 'count the'],
    );
  });

  it('park: both steps can be skipped, and Escape in the second one parks nothing', async () => {
    const { id } = await desk.start('mend the till');
    new Person().will({ types: 'lunch' }, 'escape', { types: '' }, { types: '' });
    await execute('park', id);
    assert.equal(desk.document(id).status, 'active');
    await execute('park', id);
    const { status, parkedReason, nextSteps } = desk.document(id);
    assert.deepEqual(
      { status, parkedReason, nextSteps },
      { status: 'parked', parkedReason: null, nextSteps: [] },
    );
  });

  it('resume: the only parked session, without a question', async () => {
    const parked = await desk.parked('mend the till', 'lunch');
    await execute('refresh');
    const person = new Person();
    await execute('resume');
    const { resumedAs } = desk.document(parked.id);
    assert.ok(resumedAs);
    assert.equal(desk.document(resumedAs).status, 'active');
    await untilWindowIn(parked);
    assert.deepEqual(person.told, []);
  });

  it('resume: of several one is picked, newest first, with its reason and next step', async () => {
    const { id: older } = await desk.parked('older');
    const { id } = await desk.start('newer');
    await desk.do(park, { session: id, reason: 'waits for $(bug) review', nextSteps: ['merge it'] });
    await execute('refresh');
    const person = new Person().will({ picks: /older/ });
    await execute('resume');
    assert.ok(desk.document(older).resumedAs);
    assert.equal(desk.document(id).status, 'parked');
    const [asked] = person.asked;
    assert.deepEqual(asked?.labels, ['newer', 'older']);
    // Stored text is never drawn as an icon.
    assert.match(asked?.items[0]?.detail ?? '', /waits for \$\u200b\(bug\) review.*merge it/);
  });

  it('resume: one of another project says where it is, and the window keeps its own session', async () => {
    const own = await desk.start('own work');
    const other = await desk.at(repository('warehouse')).parked('count the boxes');
    await execute('refresh');
    new Person().will({ picks: /own work/ });
    await execute('switchSession');
    await untilWindowIn(own);
    const person = new Person();
    await execute('resume', other.id);
    assert.match(person.told.join(), /count the boxes.*warehouse/);
    await execute('refresh');
    assert.equal(await sessionOfWindow(), 'own work');
  });

  it('resume: somebody else was first, so the window is told and led to the continuation', async () => {
    const { id } = await desk.parked('mend the till');
    await execute('refresh');
    const resumed = await desk.cli('resume', id);
    const person = new Person().willPress(/Continuation/);
    await execute('resume', id);
    await untilWindowIn(resumed);
    await until('its details', () =>
      window.tabGroups.all.some(group => group.tabs.some(tab => /mend the till/.test(tab.label))),
    );
    assert.equal(person.messages.length, 1);
    assert.match(person.told.join(), /already resumed/);
    const sessions = readdirSync(join(desk.home, 'sessions')).filter(name => name.endsWith('.json'));
    assert.equal(sessions.length, 2, 'there is one continuation');
  });

  it('complete: with an outcome, and Undo makes it active and the window’s again', async () => {
    const session = await desk.start('mend the till');
    await execute('refresh');
    new Person().will({ picks: /mend/ });
    await execute('switchSession');
    await untilWindowIn(session);
    let outcome: string | null = null;
    new Person().will({ types: 'it rings' }).willPress(/Undo/, () => {
      outcome = desk.document(session.id).outcome;
    });
    await execute('complete');
    await until('it is active again', () => desk.document(session.id).status === 'active');
    assert.equal(outcome, 'it rings');
    await untilWindowIn(session);
  });

  it('complete: Undo of a parked session parks it again, with its reason', async () => {
    const { id } = await desk.parked('count the coins', 'lunch');
    new Person().will({ types: '' }).willPress(/Undo/);
    await execute('complete', id);
    await until('it is parked again', () => desk.document(id).status === 'parked');
    assert.equal(desk.document(id).parkedReason, 'lunch');
    assert.equal(desk.document(id).revision, 4, 'in one write: nobody has seen it active');
    await execute('refresh');
    await until('a window without a session', async () => (await sessionOfWindow()) === '');
  });

  it('reopen: a completed session becomes active and the window’s', async () => {
    const session = await desk.completed('mend the till');
    new Person();
    await execute('reopen', session.id);
    assert.equal(desk.document(session.id).status, 'active');
    await untilWindowIn(session);
  });

  it('reopen: one that was resumed is refused', async () => {
    const { id } = await desk.parked('mend the till');
    await desk.do(resume, { session: id });
    const person = new Person();
    await execute('reopen', id);
    await until('a message', () => person.told[0]);
    assert.match(person.told.join(), /already resumed/);
    assert.equal(desk.document(id).status, 'completed');
  });

  it('switchSession: among the active ones of this worktree; another project’s is refused', async () => {
    const first = await desk.start('first');
    const second = await desk.start('second');
    const other = await desk.at(repository()).start('elsewhere');
    await execute('refresh');
    const person = new Person().will({ picks: /first/ }, { picks: /second/ });
    await execute('switchSession');
    await untilWindowIn(first);
    await execute('switchSession');
    await untilWindowIn(second);
    assert.deepEqual(person.asked[0]?.labels, ['second', 'first']);
    await execute('switchSession', rowOf(other));
    assert.match(await until('a message', () => person.told[0]), /elsewhere.*belongs to/);
    assert.equal(await sessionOfWindow(), 'second');
  });

  it('sessionActions: what a click on the status bar offers', async () => {
    const session = await desk.start('mend the till');
    await execute('refresh');
    const person = new Person().will({ picks: /mend/ }, { picks: /Log Event/ }, { types: 'it clicks' });
    await execute('switchSession');
    await untilWindowIn(session);
    person.asked.length = 0;
    await execute('sessionActions');
    assert.equal(desk.document(session.id).events.at(-1)?.message, 'it clicks');
    assert.equal(person.asked[0]?.prompt, 'mend the till');
    assert.equal(person.asked[0]?.labels.length, 7);
  });

  it('a command without anything to do it to says so', async () => {
    const person = new Person();
    for (const id of ['park', 'complete', 'reopen', 'switchSession', 'log', 'clearNeeds'] as const)
      await execute(id);
    await until('six messages', () => person.messages.length === 6);
    assert.deepEqual(new Set(person.messages.map(({ kind }) => kind)), new Set(['information']));
  });
});
