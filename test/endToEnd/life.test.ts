import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Session } from '../../src/model/session.ts';
import { type Desk, gitDesk, newFolder, plainDesk } from './support/desk.ts';

/** A session that has something of everything. */
async function richSession(desk: Desk): Promise<string> {
  const { id } = await desk.session(
    ...[
      'start',
      'Fix the login',
      '--task',
      'reproduce',
      '--task',
      'mend',
      '--task',
      'tell',
      '--task',
      'skip this',
    ],
    ...['--tag', 'bug', '--tag', 'login', '--ref', '#214'],
  );
  await desk.ok('task', 'set', 'reproduce', 'completed');
  await desk.ok('task', 'set', 'mend', 'in_progress');
  await desk.ok('task', 'set', 'skip this', 'skipped');
  await desk.ok('decide', 'keep the cache');
  await desk.ok('ask', 'for how long?');
  await desk.ok('ask', 'who owns it?');
  await desk.ok('answer', 'who owns', 'the api team');
  await desk.ok('log', 'measured: 800 ms');
  await desk.ok('commit', 'add', 'c0ffee', 'faster');
  return id;
}

test('a resume inherits what is open, all next steps, decisions, tags and reference; lineage is kept both ways', async () => {
  const desk = gitDesk('shop');
  const id = await richSession(desk);
  await desk.ok(
    'park',
    '--reason',
    'lunch',
    ...['one', 'two', 'three', 'four', 'five'].flatMap(step => ['--next', step]),
  );
  const parent = desk.document(id);
  const child = await desk.session('resume');
  expect(child).toEqual(desk.document(child.id));
  expect(child).toMatchObject({
    status: 'active',
    intent: 'Fix the login',
    resumedFrom: id,
    resumedAs: null,
    project: parent.project,
    branch: 'main',
    where: { worktree: desk.folder },
    ref: '#214',
    parkedReason: null,
    events: [],
    commits: [],
  });
  // What is inherited is the same item, id and stamp included.
  expect(child.tags).toEqual(parent.tags);
  expect(child.tags.map(tag => tag.id)).toEqual(['bug', 'login']);
  expect(child.nextSteps).toEqual(parent.nextSteps);
  expect(child.nextSteps.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four', 'five']);
  expect(child.tasks).toEqual(parent.tasks.filter(({ subject }) => ['mend', 'tell'].includes(subject)));
  expect(child.questions).toEqual(parent.questions.filter(({ answers }) => answers.length === 0));
  expect(child.decisions).toEqual(parent.decisions.map(decision => ({ ...decision, from: id })));
  const resumed = desk.document(id);
  expect(resumed).toMatchObject({ status: 'completed', resumedAs: child.id });
  expect(resumed.tasks).toEqual(parent.tasks);
  const lineage = (await desk.list()).map(session => [session.id, session.resumedFrom, session.resumedAs]);
  expect(lineage).toEqual(
    expect.arrayContaining([
      [id, null, child.id],
      [child.id, id, null],
    ]),
  );

  // Resumed again, decisions keep saying who took them first.
  await desk.ok('park');
  const grandchild = await desk.session('resume', '--intent', 'Finish the login');
  expect(grandchild).toMatchObject({ intent: 'Finish the login', resumedFrom: child.id });
  expect(grandchild.decisions).toMatchObject([{ text: 'keep the cache', from: id }]);
});

test('resume says what comes next', async () => {
  const desk = plainDesk();
  await desk.ok('start', 'one');
  await desk.ok('park', '--next', 'look at the log');
  expect(await desk.ok('resume')).toMatch(/^Resumed one \([0-9a-f]{8}\)\nNext: look at the log\n$/);
});

test('a session that was resumed is refused with its continuation, whatever is asked of it', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', '--task', 'mend');
  await desk.ok('park');
  const child = await desk.session('resume');
  const asked = [
    ['resume', id],
    ['reopen', id],
    ['park', id],
    ['complete', id],
    ['log', 'x', '--session', id],
  ];
  for (const words of asked) {
    const refusal = await desk.fails(1, ...words);
    expect(refusal).toMatchObject({ code: 'already_resumed', id, resumedAs: child.id });
    expect(refusal.message).toContain(child.id);
  }
  // Also when the continuation has been put away meanwhile: no second one is made.
  await desk.ok('delete', child.id);
  expect(await desk.fails(1, 'resume', id)).toMatchObject({ resumedAs: child.id });
  expect((await desk.list('--all', '--archived')).map(session => session.id)).toEqual([id]);
});

test('resume without an id takes the project’s only parked session, or lists them', async () => {
  const desk = plainDesk();
  const other = desk.at(newFolder(desk.root, 'other'));
  await other.ok('start', 'elsewhere');
  await other.ok('park');
  expect(await desk.fails(3, 'resume')).toMatchObject({ code: 'nothing_parked' });
  const ids = [];
  for (const intent of ['one', 'two']) {
    ids.push((await desk.session('start', intent)).id);
    await desk.ok('park');
  }
  const refusal = await desk.fails(3, 'resume');
  expect(refusal.candidates?.map(({ id }) => id)).toEqual(ids.toReversed());
  expect(refusal.message).toMatch(/two.*one/);
  await desk.ok('complete', ids[0] ?? '', '--outcome', 'dropped');
  expect(await desk.session('resume')).toMatchObject({ intent: 'two' });
});

test('a resume goes on in the worktree where it was parked, from the commit that it is at now', async () => {
  const desk = gitDesk('shop');
  await desk.ok('start', 'one');
  await desk.ok('park');
  const below = desk.at(newFolder(desk.folder, 'src'));
  expect(await below.session('resume')).toMatchObject({
    where: { worktree: desk.folder },
    startHead: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
});

test('a parked session takes notes, but nothing that only a session at work has', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', '--task', 'mend');
  await desk.ok('park', '--reason', 'lunch');
  const notes = [
    ['log', 'x'],
    ['decide', 'x'],
    ['ask', 'why?'],
    ['answer', 'why', 'so'],
    ['next', 'x'],
    ['tag', 'x'],
  ];
  for (const words of [
    ...notes,
    ['task', 'add', 'x'],
    ['task', 'set', 'mend', 'completed'],
    ['edit', '--ref', 'x'],
  ]) {
    expect(await desk.session(...words, '--session', id)).toMatchObject({
      status: 'parked',
      parkedReason: 'lunch',
    });
  }
  const before = desk.document(id);
  for (const words of [
    ['beat'],
    ['activity', 'x'],
    ['needs', 'x'],
    ['needs', '--clear'],
    ['commit', 'add', 'c0ffee'],
    ['park'],
  ]) {
    const refusal = await desk.fails(1, ...words, '--session', id);
    expect(refusal).toMatchObject({ code: 'wrong_status', status: 'parked' });
    expect(refusal.message).toContain(`work-sessions resume ${id.slice(-8)}`);
  }
  expect(desk.document(id)).toEqual(before);
});

test('a completed session takes nothing until it is reopened', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', '--task', 'mend');
  await desk.ok('ask', 'why?');
  await desk.ok('complete', '--outcome', 'done');
  const before = desk.document(id);
  const asked = [
    ...[
      ['log', 'x'],
      ['decide', 'x'],
      ['ask', 'x'],
      ['answer', 'why', 'so'],
      ['next', 'x'],
      ['tag', 'x'],
      ['beat'],
    ],
    ...[
      ['task', 'add', 'x'],
      ['task', 'set', 'mend', 'completed'],
      ['edit', '--ref', 'x'],
      ['activity', 'x'],
    ],
    ...[['needs', 'x'], ['commit', 'add', 'c0ffee'], ['park'], ['complete'], ['resume']],
  ];
  for (const words of asked) {
    const refusal = await desk.fails(1, ...words, '--session', id);
    expect(refusal).toMatchObject({ code: 'wrong_status', status: 'completed' });
    expect(refusal.message).toContain(`work-sessions reopen ${id.slice(-8)}`);
  }
  expect(desk.document(id)).toEqual(before);
  const reopened = await desk.session('reopen', id);
  expect(reopened).toMatchObject({ status: 'active', endedAt: null, outcome: null, tasks: before.tasks });
  expect(reopened.history.map(({ what, note }) => [what, note])).toEqual([
    ['active', null],
    ['completed', 'done'],
    ['active', null],
  ]);
  await desk.ok('log', 'goes on');
});

/** As if it had been completed long ago. */
function endedIn2020(session: Session): Session {
  const endedAt = '2020-01-01T00:00:00.000Z';
  const history = session.history.map(item => (item.what === 'completed' ? { ...item, at: endedAt } : item));
  return { ...session, history, endedAt };
}

test('archive --days puts away what ended long ago, and nothing else', async () => {
  const desk = plainDesk();
  const ids: Record<string, string> = {};
  for (const intent of ['old', 'young', 'parked', 'active'])
    ids[intent] = (await desk.session('start', intent)).id;
  for (const intent of ['old', 'young']) await desk.ok('complete', ids[intent] ?? '');
  await desk.ok('park', ids.parked ?? '');
  const old = desk.document(ids.old ?? '');
  writeFileSync(desk.path(old.id), JSON.stringify(endedIn2020(old)));
  expect(await desk.json('archive', '--days', '30')).toEqual({ archived: [old.id], failed: [] });
  expect(desk.document(old.id, 'archive').place).toBe('archive');
  expect((await desk.list()).map(session => session.id)).not.toContain(old.id);
  expect(await desk.ok('archive')).toBe('Archived 0 sessions\n');
  expect(await desk.json('archive', '--days', '0')).toEqual({ archived: [ids.young], failed: [] });
  // Put away, it is still found by its id, and reopening brings it back.
  expect(await desk.session('show', old.id)).toMatchObject({ place: 'archive' });
  expect(await desk.session('reopen', old.id)).toMatchObject({ place: 'sessions', status: 'active' });
  expect(await desk.session('unarchive', ids.young ?? '')).toMatchObject({
    place: 'sessions',
    status: 'completed',
  });
});

test('archive --days goes on past one that fails, and says so', async () => {
  const desk = plainDesk();
  for (const intent of ['one', 'two']) {
    await desk.ok('start', intent);
    await desk.ok('complete');
  }
  const [locked, free] = (await desk.list()).map(({ id }) => id) as [string, string];
  desk.settings({ lockWaitSeconds: 0.1, lockStaleSeconds: 600 });
  mkdirSync(`${desk.path(locked)}.lock`);
  writeFileSync(`${desk.path(locked)}.lock/4711.elsewhere.0123456789abcdef`, '');
  const { code, stdout, stderr } = await desk.run('archive', '--days', '0', '--json');
  expect(code).toBe(5);
  expect(JSON.parse(stdout)).toMatchObject({ archived: [free], failed: [{ id: locked }] });
  expect(stderr).toMatch(/^work-sessions: Another program is writing .*\n$/);
});

test('delete puts into the trash, from where restore brings everything back', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one', '--task', 'mend');
  await desk.ok('park', '--reason', 'lunch');
  const before = desk.document(id);
  await desk.ok('delete', id);
  expect(await desk.list('--all', '--archived')).toEqual([]);
  expect(await desk.session('show', id)).toMatchObject({ place: 'trash' });
  const restored = await desk.session('restore', id.slice(-8));
  // A move is stamped like any change, and is none of what was said or done.
  const { revision, clock, edits } = restored;
  expect(restored).toEqual({ ...before, revision, clock, edits });
  expect(edits).toEqual({ ...before.edits, place: clock });
  expect(clock > before.clock).toBe(true);
  expect((await desk.list()).map(session => session.id)).toEqual([id]);
  // An archived one comes back to the list.
  await desk.ok('complete', id);
  await desk.ok('archive', id);
  await desk.ok('delete', id);
  expect(await desk.session('restore', id)).toMatchObject({ place: 'sessions', status: 'completed' });
});
