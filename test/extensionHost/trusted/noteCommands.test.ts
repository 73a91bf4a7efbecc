import assert from 'node:assert/strict';
import type { CommandId } from '../../../src/extension/manifest.ts';
import type { Session } from '../../../src/model/session.ts';
import { ask, needs, taskAdd } from '../../../src/operations/noteOperations.ts';
import { commit, type Desk } from '../support/desk.ts';
import { Person } from '../support/person.ts';
import { until } from '../support/until.ts';
import { emptiedDesk, execute, rowOf } from '../support/window.ts';

describe('the commands that note something', () => {
  let desk: Desk;
  let session: Session;
  before(async () => {
    desk = await emptiedDesk();
    session = await desk.start('mend the till');
    await execute('refresh');
  });

  const texts: [CommandId, (now: Session) => unknown][] = [
    ['log', now => now.events.at(-1)?.message],
    ['addTask', now => now.tasks.at(-1)?.subject],
    ['decide', now => now.decisions.at(-1)?.text],
    ['ask', now => now.questions.at(-1)?.text],
    ['addNextStep', now => now.nextSteps.at(-1)?.text],
    ['addTag', now => now.tags.at(-1)?.id],
    ['setActivity', now => now.activity?.text],
    ['setNeeds', now => now.needs?.text],
    ['editIntent', now => now.intent],
  ];
  for (const [id, noted] of texts) {
    it(`${id}: one text, of a row and without one`, async () => {
      new Person().will({ types: `${id} by row` }, { types: `${id} by palette` }, 'escape');
      await execute(id, rowOf(session));
      assert.equal(noted(desk.document(session.id)), `${id} by row`);
      // The only session there is needs no question.
      await execute(id);
      assert.equal(noted(desk.document(session.id)), `${id} by palette`);
      const before = desk.document(session.id);
      await execute(id, session.id);
      assert.deepEqual(desk.document(session.id), before);
    });
  }

  it('clearNeeds: nothing is needed any more', async () => {
    await desk.do(needs, { session: session.id, reason: 'a decision' });
    await execute('refresh');
    new Person();
    await execute('clearNeeds');
    assert.equal(desk.document(session.id).needs, null);
  });

  it('setTask: the task and its status are picked; a task that is there already is refused', async () => {
    await desk.do(taskAdd, { session: session.id, subjects: ['oil $(gear) it'] });
    const person = new Person().will(
      { picks: /^oil/ },
      { picks: /in progress/ },
      { types: 'oil $(gear) it' },
    );
    await execute('setTask', session.id);
    assert.equal(
      desk.document(session.id).tasks.find(task => task.subject.startsWith('oil'))?.status,
      'in_progress',
    );
    assert.ok(person.asked[0]?.labels.includes('oil $\u200b(gear) it'));
    await execute('addTask', session.id);
    assert.match(await until('a message', () => person.told[0]), /already has a task/);
  });

  it('setTask: of a task’s own row only the status is asked for', async () => {
    const task = desk.document(session.id).tasks[0];
    assert.ok(task);
    new Person().will({ picks: /skipped/ });
    await execute('setTask', { kind: 'task', id: 'x', task, session: session.id, parent: rowOf(session) });
    assert.equal(desk.document(session.id).tasks[0]?.status, 'skipped');
  });

  it('answer: the question is picked and stands above the answer', async () => {
    const question = 'who [owns](command:workbench.action.quit) it?';
    await desk.do(ask, { session: session.id, question });
    const person = new Person().will({ picks: /who/ }, { types: 'the shop' });
    await execute('answer', session.id);
    const answered = desk.document(session.id).questions.find(each => each.text === question);
    assert.deepEqual(
      answered?.answers.map(({ text }) => text),
      ['the shop'],
    );
    // What is stored never becomes a link in an input box.
    assert.doesNotMatch(person.asked[1]?.prompt ?? '', /\]\(/);
  });

  it('setTask and answer say when there is nothing to pick', async () => {
    const { id } = await desk.start('bare');
    const person = new Person();
    await execute('setTask', id);
    await execute('answer', id);
    await until('two messages', () => person.messages.length === 2);
    assert.match(person.told.join(), /no tasks.*no open questions/);
  });

  it('captureCommits: what HEAD has gained since the session began, once', async () => {
    const { id } = await desk.start('commit something');
    await execute('refresh');
    const shas = [commit(desk.folder, 'oil the drawer'), commit(desk.folder, 'ring the bell')];
    const person = new Person();
    await execute('captureCommits', id);
    const { commits, files } = desk.document(id);
    assert.deepEqual(commits.map(each => each.id).sort(), [...shas].sort());
    assert.deepEqual(
      files.map(file => file.id),
      ['notes.txt'],
    );
    await execute('refresh');
    await execute('captureCommits', id);
    assert.equal(desk.document(id).commits.length, 2);
    assert.match(person.told.join('|'), /2 commits.*\|.*no new commits/);
  });

  it('a completed session takes no notes, and the message offers to reopen it', async () => {
    const { id } = await desk.completed('done');
    const person = new Person().will({ types: 'too late' }).willPress(/Reopen/);
    await execute('log', id);
    await until('it is open again', () => desk.document(id).status === 'active');
    assert.equal(person.messages[0]?.kind, 'error');
  });
});
