import { expect, test } from 'vitest';
import type { Session } from '../../src/model/session.ts';
import { idsIn, placesOf, walkCrashes } from './support/crash.ts';
import { type Desk, plainDesk } from './support/desk.ts';

/** A command on one session: what is so before it, and how to tell that it has happened. */
interface Crash {
  readonly words: readonly string[];
  readonly before: readonly (readonly string[])[];
  readonly step: number;
  readonly happened: (session: Session) => boolean;
}

const id = '<id>';
const completed = ['complete', id, '--outcome', 'done'];
const isIn = (place: string) => (session: Session) => session.place === place;

const crashes: Record<string, Crash> = {
  log: {
    words: ['log', 'lost?'],
    before: [],
    step: 2,
    happened: session => session.events.some(({ message }) => message === 'lost?'),
  },
  park: {
    words: ['park', '--next', 'a'],
    before: [],
    step: 2,
    happened: session => session.status === 'parked',
  },
  complete: { words: ['complete'], before: [], step: 2, happened: session => session.status === 'completed' },
  archive: { words: ['archive', id], before: [completed], step: 1, happened: isIn('archive') },
  delete: { words: ['delete', id], before: [], step: 2, happened: isIn('trash') },
  restore: { words: ['restore', id], before: [['delete', id]], step: 2, happened: isIn('sessions') },
};

/** The document that counts: in the first place that has one. */
function current(desk: Desk, sessionId: string): Session {
  const [place] = placesOf(desk, sessionId);
  return desk.document(sessionId, place ?? 'none');
}

/** The same command again gets through: it does what it should, or is told that it is done. */
async function again(desk: Desk, words: readonly string[], happened: boolean): Promise<void> {
  const { code, stderr } = await desk.run(...words);
  if (words[0] === 'log' || !happened) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  // Without an id there is no active session any more (3); with one it is refused by its state (1).
  else expect([1, 3]).toContain(code);
}

test.for(Object.entries(crashes))('%s, killed before its calls to the file system', async ([name, crash]) => {
  const before = plainDesk();
  const { id: sessionId } = await before.session('start', 'one', '--task', 'mend');
  const filled = (words: readonly string[]) => words.map(word => (word === id ? sessionId : word));
  for (const words of crash.before) await before.ok(...filled(words));
  const original = current(before, sessionId);
  const outcomes = new Set<boolean>();
  const kills = await walkCrashes({
    before,
    words: filled(crash.words),
    step: crash.step,
    async next(desk) {
      const found = current(desk, sessionId);
      // As before or as after, and nothing lost.
      expect(found).toMatchObject({ id: sessionId, intent: original.intent, tasks: original.tasks });
      const happened = crash.happened(found);
      expect(found.revision).toBe(original.revision + (happened ? 1 : 0));
      outcomes.add(happened);
      await again(desk, filled(crash.words), happened);
      const settled = current(desk, sessionId);
      expect(crash.happened(settled)).toBe(true);
      // What a move towards the list has left behind counts for nothing, and the doctor takes it away.
      if (placesOf(desk, sessionId).length > 1) await desk.run('doctor', '--fix');
      expect(placesOf(desk, sessionId)).toEqual([settled.place]);
      expect(current(desk, sessionId)).toEqual(settled);
    },
  });
  expect({ name, kills, outcomes }).toEqual({
    name,
    kills: expect.toSatisfy(count => count > 10),
    outcomes: new Set([false, true]),
  });
});

test('start, killed before its calls to the file system: one session or none, and the next one begins', async () => {
  const before = plainDesk();
  let made = 0;
  await walkCrashes({
    before,
    words: ['start', 'one', '--task', 'mend'],
    step: 2,
    async next(desk) {
      const there = idsIn(desk, 'sessions');
      made += there.length;
      for (const sessionId of there)
        expect(desk.document(sessionId)).toMatchObject({ intent: 'one', tasks: [{ subject: 'mend' }] });
      const { id: second } = await desk.session('start', 'two');
      expect(idsIn(desk, 'sessions').sort()).toEqual([...there, second].sort());
    },
  });
  expect(made).toBeGreaterThan(0);
});

test('start of an agent, killed before its calls to the file system: the next one gets the same session', async () => {
  const words = ['start', 'one', '--agent', 'claude', '--agent-session', 'a-1'];
  await walkCrashes({
    before: plainDesk(),
    words,
    step: 2,
    async next(desk) {
      const there = idsIn(desk, 'sessions');
      const { id: sessionId } = await desk.session(...words);
      expect(idsIn(desk, 'sessions')).toEqual([sessionId]);
      if (there.length > 0) expect(there).toEqual([sessionId]);
    },
  });
});

test.for(['complete', 'delete'])(
  'start of an agent that comes back after %s, killed before its calls to the file system: one new session',
  { timeout: 240_000 },
  async ending => {
    const words = ['start', 'one', '--agent', 'claude', '--agent-session', 'a-1'];
    const before = plainDesk();
    const { id } = await before.session(...words);
    await before.ok(ending, id);
    await walkCrashes({
      before,
      words,
      step: 3,
      async next(desk) {
        const there = idsIn(desk, 'sessions').filter(each => each !== id);
        const next = await desk.session(...words);
        expect(next).toMatchObject({ status: 'active', resumedFrom: ending === 'delete' ? null : id });
        expect(idsIn(desk, 'sessions').filter(each => each !== id)).toEqual([next.id]);
        if (there.length > 0) expect(there).toEqual([next.id]);
        expect(placesOf(desk, id)).toEqual([ending === 'delete' ? 'trash' : 'sessions']);
      },
    });
  },
);
