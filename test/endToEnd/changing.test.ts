import { beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/model/session.ts';
import { sessionSchema } from '../../src/model/session.ts';
import { type Desk, gitDesk, plainDesk } from './support/desk.ts';

/** A changing command: what brings its session about, its words, what it says, and what is so afterwards. */
interface Changing {
  readonly words: readonly string[];
  readonly before?: readonly (readonly string[])[];
  readonly says: RegExp;
  readonly so: (session: Session) => void;
}

const id = '<id>';
const parked = [['park', id, '--reason', 'lunch']];
const completed = [['complete', id, '--outcome', 'done']];

const changing: Record<string, Changing> = {
  log: {
    words: ['log', 'it', 'works', 'now'],
    says: /^Logged to Fix the login \([0-9a-f]{8}\)\n$/,
    so: session => expect(session.events.at(-1)?.message).toBe('it works now'),
  },
  'log of several lines': {
    words: ['log', 'one\ntwo\tthree'],
    says: /^Logged to /,
    so: session => expect(session.events.at(-1)?.message).toBe('one\ntwo\tthree'),
  },
  activity: {
    words: ['activity', 'reading', 'the code'],
    says: /^Doing now, in Fix the login /,
    so: session =>
      expect(session.activity).toEqual({ text: 'reading the code', at: session.lastHeartbeatAt }),
  },
  needs: {
    words: ['needs', 'a', 'password'],
    says: /^You are needed in Fix the login /,
    so: session =>
      expect(session.needs).toEqual({
        text: 'a password',
        kind: 'other',
        since: session.lastHeartbeatAt,
        by: null,
      }),
  },
  'needs --clear': {
    words: ['needs', '--clear'],
    before: [['needs', 'a password']],
    says: /^Nothing needed any more in Fix the login /,
    so: session => expect(session.needs).toBeNull(),
  },
  beat: {
    words: ['beat'],
    says: /^Heartbeat of Fix the login /,
    so: session => expect(session.lastHeartbeatAt > session.startedAt).toBe(true),
  },
  'task add': {
    words: ['task', 'add', 'write the test', 'mend the parser'],
    says: /^2 tasks in Fix the login /,
    so: session =>
      expect(session.tasks.map(({ subject, status }) => [subject, status])).toEqual([
        ['write the test', 'pending'],
        ['mend the parser', 'pending'],
      ]),
  },
  'task set': {
    words: ['task', 'set', 'parser', 'in_progress', '--subject', 'mend the lexer'],
    before: [['task', 'add', 'mend the parser']],
    says: /^Task changed in Fix the login /,
    so: session =>
      expect(session.tasks).toMatchObject([{ subject: 'mend the lexer', status: 'in_progress' }]),
  },
  decide: {
    words: ['decide', 'keep', 'the cache'],
    says: /^Decision noted in Fix the login /,
    so: session => expect(session.decisions).toMatchObject([{ text: 'keep the cache' }]),
  },
  ask: {
    words: ['ask', 'for how long?'],
    says: /^Question noted in Fix the login /,
    so: session => expect(session.questions).toMatchObject([{ text: 'for how long?', answers: [] }]),
  },
  answer: {
    words: ['answer', 'how long', 'a', 'day'],
    before: [['ask', 'for how long?']],
    says: /^Answered in Fix the login /,
    so: session =>
      expect(session.questions).toMatchObject([{ text: 'for how long?', answers: [{ text: 'a day' }] }]),
  },
  next: {
    words: ['next', 'one', 'two', 'three', 'four', 'five'],
    says: /^5 next steps in Fix the login /,
    so: session =>
      expect(session.nextSteps.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four', 'five']),
  },
  tag: {
    words: ['tag', 'speed', 'login', 'speed'],
    says: /^Tagged speed, login: Fix the login /,
    so: session => expect(session.tags.map(tag => tag.id)).toEqual(['speed', 'login']),
  },
  'commit add': {
    words: ['commit', 'add', 'C0FFEE12', 'make', 'it faster'],
    says: /^1 commit in Fix the login /,
    so: session => expect(session.commits).toMatchObject([{ id: 'c0ffee12', message: 'make it faster' }]),
  },
  edit: {
    words: ['edit', '--intent', 'Fix the logout', '--ref', '#215', '--branch', 'dependabot/npm/@types/x'],
    says: /^Changed Fix the logout /,
    so: session =>
      expect(session).toMatchObject({
        intent: 'Fix the logout',
        ref: '#215',
        branch: 'dependabot/npm/@types/x',
      }),
  },
  park: {
    words: ['park', '--reason', 'lunch', '--next', 'one', '--next', 'two'],
    before: [
      ['activity', 'typing'],
      ['needs', 'a hand'],
    ],
    says: /^Parked Fix the login /,
    so: session =>
      expect(session).toMatchObject({
        status: 'parked',
        parkedReason: 'lunch',
        nextSteps: [{ text: 'one' }, { text: 'two' }],
        activity: null,
        needs: null,
      }),
  },
  complete: {
    words: ['complete', '--outcome', 'released', '--next', 'tell them'],
    says: /^Completed Fix the login /,
    so: session =>
      expect(session).toMatchObject({
        status: 'completed',
        outcome: 'released',
        nextSteps: [{ text: 'tell them' }],
      }),
  },
  'complete of a parked one': {
    words: ['complete', id, '--outcome', 'dropped'],
    before: parked,
    says: /^Completed Fix the login /,
    so: session =>
      expect(session).toMatchObject({ status: 'completed', outcome: 'dropped', resumedAs: null }),
  },
  reopen: {
    words: ['reopen', id],
    before: completed,
    says: /^Reopened Fix the login /,
    so: session => expect(session).toMatchObject({ status: 'active', endedAt: null, outcome: null }),
  },
  archive: {
    words: ['archive', id],
    before: completed,
    says: /^Archived Fix the login /,
    so: session => expect(session).toMatchObject({ status: 'completed', place: 'archive' }),
  },
  unarchive: {
    words: ['unarchive', id],
    before: [...completed, ['archive', id]],
    says: /^Taken out of the archive: Fix the login /,
    so: session => expect(session).toMatchObject({ status: 'completed', place: 'sessions' }),
  },
  delete: {
    words: ['delete', id],
    says: /^In the trash: Fix the login /,
    so: session => expect(session).toMatchObject({ status: 'active', place: 'trash' }),
  },
  restore: {
    words: ['restore', id],
    before: [['delete', id]],
    says: /^Restored Fix the login /,
    so: session => expect(session).toMatchObject({ status: 'active', place: 'sessions' }),
  },
};

let started: Desk;
let startedId: string;

beforeAll(async () => {
  started = plainDesk();
  startedId = (await started.session('start', 'Fix the login')).id;
});

test.for(Object.entries(changing))(
  '%s changes the session and says so',
  async ([, { before = [], words, says, so }]) => {
    const filled = (command: readonly string[]) => command.map(word => (word === id ? startedId : word));
    const spoken = started.copy();
    for (const command of before) await spoken.ok(...filled(command));
    const read = spoken.copy();
    expect(await spoken.ok(...filled(words))).toMatch(says);

    // With --json: the whole session after the change, which is what stands in its file.
    const session = await read.session(...filled(words));
    so(session);
    expect(session.id).toBe(startedId);
    expect(sessionSchema.parse(session)).toEqual(session);
    expect(session).toEqual(read.document(startedId, session.place));
    so(spoken.document(startedId, session.place));
  },
);

test('start takes everything it is given, and the branch of the folder otherwise', async () => {
  const desk = gitDesk('shop');
  const text = await desk.ok('start', 'Look', 'around');
  expect(text).toMatch(/^Started Look around \([0-9a-f]{8}\)\n$/);
  const session = await desk.session(
    ...['start', 'Fix the login', '--task', 'reproduce', '--task', 'mend', '--ref', '#214', '--tag', 'bug'],
    ...['--tag', 'login', '--agent', 'claude', '--agent-session', 'a-1'],
  );
  expect(session).toEqual(desk.document(session.id));
  expect(session).toMatchObject({
    status: 'active',
    intent: 'Fix the login',
    branch: 'main',
    where: { worktree: desk.folder, root: desk.folder, commonDir: `${desk.folder}/.git` },
    ref: '#214',
    tags: [{ id: 'bug' }, { id: 'login' }],
    agent: { name: 'claude', sessionId: 'a-1' },
    project: { name: 'shop' },
  });
  expect(session.tasks.map(task => task.subject)).toEqual(['reproduce', 'mend']);
  expect(session.id).toMatch(/^sess_\d{8}T\d{4}_[0-9a-f]{8}$/);

  // From elsewhere, and on a branch that is not checked out.
  const elsewhere = desk.at('/');
  const other = await elsewhere.session(
    'start',
    'more',
    '--project',
    desk.folder,
    '--branch',
    'dependabot/npm/@types/x',
  );
  expect(other).toMatchObject({
    branch: 'dependabot/npm/@types/x',
    where: { worktree: desk.folder },
    project: { key: session.project.key },
  });
});

test('start --from resumes, adds what it is given, and is the same again for the same agent', async () => {
  const desk = plainDesk();
  const first = await desk.session('start', 'one', '--task', 'shared', '--tag', 'a');
  await desk.ok('park', '--next', 'go on');
  const words = [
    'start',
    'two',
    '--from',
    first.id,
    '--task',
    'shared',
    '--task',
    'own',
    '--tag',
    'b',
    '--ref',
    '#1',
  ];
  const agent = ['--agent', 'claude', '--agent-session', 'a-1'];
  const second = await desk.session(...words, ...agent);
  expect(second).toMatchObject({
    intent: 'two',
    resumedFrom: first.id,
    ref: '#1',
    tags: [{ id: 'a' }, { id: 'b' }],
    nextSteps: [{ text: 'go on' }],
  });
  expect(second.tasks.map(task => task.subject)).toEqual(['shared', 'own']);
  expect((await desk.session(...words, ...agent)).id).toBe(second.id);
  expect((await desk.session('start', 'two', ...agent)).id).toBe(second.id);
  expect((await desk.list()).map(session => session.id).sort()).toEqual([first.id, second.id].sort());
  // Anybody else is told where it goes on.
  const refusal = await desk.fails(1, ...words);
  expect(refusal).toMatchObject({ code: 'already_resumed', resumedAs: second.id });
  await desk.fails(1, ...words, '--agent', 'claude', '--agent-session', 'a-2');
});

test('an agent that was parked and resumed gets the session where it goes on', async () => {
  const desk = plainDesk();
  const agent = ['--agent', 'claude', '--agent-session', 'a-1'];
  const first = await desk.session('start', 'one', ...agent);
  expect((await desk.session('start', 'another intent', ...agent)).id).toBe(first.id);
  await desk.ok('park');
  const second = await desk.session('resume');
  expect((await desk.session('start', 'one', ...agent)).id).toBe(second.id);
});
