import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Log } from '../../../src/extension/log.ts';
import { registerNewcomers } from '../../../src/extension/newcomers.ts';
import { SessionsModel } from '../../../src/extension/sessionsModel.ts';
import { WindowSession } from '../../../src/extension/windowSession.ts';
import { park, resume } from '../../../src/operations/lifeOperations.ts';
import { Desk, git, repository, scratchFolder, windowFolder } from '../support/desk.ts';
import { FakeMemento } from '../support/memento.ts';
import { testLog, untilSeen, windowAt } from '../support/model.ts';
import { Person } from '../support/person.ts';
import { atEnd, own, replace } from '../support/replace.ts';
import { until } from '../support/until.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe('the session of the window', () => {
  it('is at first the most recent active one of this worktree', async () => {
    const desk = Desk.scratch();
    await desk.when(minutesAgo(9)).start('older');
    const { id } = await desk.when(minutesAgo(5)).start('newer');
    await desk.parked('parked');
    await desk.at(repository()).start('another project’s');
    const { windowSession } = await windowAt(desk);
    assert.equal(windowSession.current?.id, id);
  });

  it('of another worktree of the same project is not this window’s', async () => {
    const desk = Desk.scratch();
    const other = join(scratchFolder(), 'worktree');
    git(windowFolder(), 'worktree', 'add', '-q', '-b', `try-${Date.now()}`, other);
    atEnd(() => git(windowFolder(), 'worktree', 'remove', '--force', other));
    const { id } = await desk.at(other).start('over there');
    const { windowSession, model } = await windowAt(desk);
    assert.equal(windowSession.current, undefined);
    await until('it is of this project', () =>
      model.summaries.some(each => each.id === id && model.isHere(each)),
    );
  });

  it('is kept across a reload, also when another one is newer by then', async () => {
    const desk = Desk.scratch();
    const chosen = await desk.when(minutesAgo(9)).start('chosen');
    await desk.when(minutesAgo(5)).start('newer');
    const before = await windowAt(desk);
    await before.windowSession.choose(chosen.id);
    before.windowSession.dispose();
    before.model.dispose();
    await desk.cli('log', 'busy', '--session', (await desk.start('newest')).id);
    const after = await windowAt(desk, before.memento);
    assert.equal(after.windowSession.current?.id, chosen.id);
    await desk.cli('complete', chosen.id);
    const later = await windowAt(desk, before.memento);
    assert.equal(later.windowSession.current?.intent, 'newest', 'one that has ended is not kept');
  });

  it('is there also where the editor cannot remember it, which the log says', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const memento = new FakeMemento();
    replace(memento, 'update', () => Promise.reject(new Error('no room')));
    const warnings: string[] = [];
    const log = { warn: (message: string) => warnings.push(message) } as unknown as Log;
    const model = own(new SessionsModel(desk.home, memento, testLog()));
    const windowSession = own(new WindowSession(model, memento, log));
    await model.load();
    assert.equal(windowSession.current?.id, id);
    assert.match(await until('the warning', () => warnings[0]), /will not remember.*no room/);
  });

  it('one that a terminal starts here is offered, not imposed', async () => {
    const desk = Desk.scratch();
    const { windowSession, model } = await windowAt(desk);
    own(registerNewcomers(model, windowSession, testLog()));
    const person = new Person();
    const first = await desk.cli('start', 'from a [terminal](command:x)');
    await until('the offer', () => person.offers[0]);
    assert.match(person.offers[0]?.text ?? '', /from a \[terminal\]\u200b\(command:x\)/);
    await untilSeen(model, first);
    assert.equal(windowSession.current, undefined);
    person.willPress(/Use in This Window/);
    const agent = await desk.cli('start', 'by an agent', '--agent', 'robot', '--agent-session', 'r1');
    await until('it is taken', () => windowSession.current?.id === agent.id);
    assert.match(person.offers[1]?.text ?? '', /robot started a session here/);
    assert.equal(person.offers.length, 2, 'each is offered once');
  });

  it('an offer that is taken up when its session is over leaves the window’s session as it is', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('in hand');
    const { windowSession, model } = await windowAt(desk);
    own(registerNewcomers(model, windowSession, testLog()));
    const person = new Person();
    person.willPress(/Use in This Window/, async () => {
      const [newcomer] = model.activeHere;
      await desk.do(park, { session: newcomer?.id });
      await until('it is parked', () => model.parkedHere.length === 1);
    });
    await desk.cli('start', 'somebody else’s');
    assert.match(await until('a message', () => person.told[0]), /parked/);
    assert.equal(windowSession.current?.id, id);
  });

  it('one of another project is neither offered nor taken', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('own');
    const { windowSession, model } = await windowAt(desk);
    const offered: string[] = [];
    own(windowSession.onDidAppear(session => offered.push(session.intent)));
    const other = await desk.at(repository()).cli('start', 'elsewhere');
    await untilSeen(model, other);
    await windowSession.adopt(async () => other);
    assert.equal(windowSession.current?.id, id);
    assert.deepEqual(offered, []);
  });

  it('one that this window starts is its own at once, and not offered', async () => {
    const desk = Desk.scratch();
    await desk.start('before');
    const { windowSession, model } = await windowAt(desk);
    const offered: string[] = [];
    own(windowSession.onDidAppear(session => offered.push(session.intent)));
    const session = await windowSession.adopt(() => desk.start('own'));
    await until('it is the window’s', () => windowSession.current?.id === session.id);
    await untilSeen(model, session);
    assert.deepEqual(offered, []);
  });

  it('ends with the session, wherever that is parked', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const { windowSession, model } = await windowAt(desk);
    assert.equal(windowSession.current?.id, id);
    await untilSeen(model, await desk.cli('park', id));
    assert.equal(windowSession.current, undefined);
    const continuation = await windowSession.adopt(() => desk.do(resume, { session: id }));
    await until('the continuation is the window’s', () => windowSession.current?.id === continuation.id);
  });
});
