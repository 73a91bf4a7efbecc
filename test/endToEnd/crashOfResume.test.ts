import { expect, test } from 'vitest';
import type { Session } from '../../src/model/session.ts';
import { idsIn, walkCrashes } from './support/crash.ts';
import { type Desk, plainDesk } from './support/desk.ts';

/** A desk with a parked session that has something to hand on. */
async function parkedDesk(): Promise<{ desk: Desk; id: string }> {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', '--task', 'mend', '--tag', 'bug');
  await desk.ok('ask', 'why?');
  await desk.ok('decide', 'keep it');
  await desk.ok('park', '--next', 'one', '--next', 'two', '--next', 'three', '--next', 'four');
  return { desk, id };
}

/** Exactly one continuation, with everything in it. */
function expectOneContinuation(desk: Desk, id: string): void {
  const parent = desk.document(id);
  const others = idsIn(desk, 'sessions').filter(each => each !== id);
  expect({ status: parent.status, others }).toEqual({ status: 'completed', others: [parent.resumedAs] });
  const child = desk.document(parent.resumedAs ?? '');
  expect(child).toMatchObject({
    status: 'active',
    resumedFrom: id,
    nextSteps: [{ text: 'one' }, { text: 'two' }, { text: 'three' }, { text: 'four' }],
    tags: [{ id: 'bug' }],
    tasks: [{ subject: 'mend' }],
    questions: [{ text: 'why?' }],
    decisions: [{ text: 'keep it', from: id }],
  });
}

test('killed at every call, a resume ends in exactly one complete continuation', async () => {
  const { desk: before, id } = await parkedDesk();
  const outcomes = new Set<string>();
  const kills = await walkCrashes({
    before,
    words: ['resume', id],
    step: 1,
    async next(desk) {
      const wasParked = desk.document(id).status === 'parked';
      const { code, stdout, stderr } = await desk.run('resume', id, '--json');
      outcomes.add(wasParked ? 'not begun' : idsIn(desk, 'sessions').length > 1 ? 'rolled forward' : 'lost');
      if (wasParked) {
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect((JSON.parse(stdout) as Session).resumedFrom).toBe(id);
      } else {
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(JSON.parse(stderr)).toMatchObject({
          error: { code: 'already_resumed', resumedAs: desk.document(id).resumedAs },
        });
      }
      expectOneContinuation(desk, id);
    },
  });
  expect(kills).toBeGreaterThan(30);
  expect(outcomes).toEqual(new Set(['not begun', 'rolled forward']));
});

test.for([
  ['list', '--json'],
  ['show', '<id>'],
  ['doctor', '--fix'],
])('after an interrupted resume, %s finishes it', async words => {
  const { desk: before, id } = await parkedDesk();
  await walkCrashes({
    before,
    words: ['resume', id],
    step: 5,
    async next(desk) {
      const { code, stderr } = await desk.run(...words.map(word => (word === '<id>' ? id : word)));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      if (desk.document(id).status !== 'parked') expectOneContinuation(desk, id);
    },
  });
});
