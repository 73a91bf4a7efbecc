import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sessionSchema } from '../../src/model/session.ts';
import type { ImportResult } from '../../src/operations/importResult.ts';
import { before, deskOfBefore, exportOfBefore, missingContinuation, oldDocument } from './support/before5.ts';
import { Desk, plainDesk, scratchFolder, treeOf } from './support/desk.ts';

/** All that version 4 had written into the session that has something of everything, as it is told today. */
const everything = {
  id: before.active,
  status: 'active',
  intent: 'Fix the login',
  ref: '#214',
  branch: 'main',
  endedAt: null,
  outcome: null,
  activity: { text: 'reading the code' },
  needs: { text: 'a password', kind: 'other', by: null },
  tasks: [
    { id: 'task_6a5702d0', subject: 'reproduce', status: 'completed' },
    { id: 'task_41493b67', subject: 'mend', status: 'in_progress' },
    { id: 'task_f3027bb0', subject: 'tell', status: 'pending' },
    { id: 'task_e99fecb7', subject: 'skip this', status: 'skipped' },
  ],
  decisions: [{ id: 'decision_7d15a399', text: 'keep the cache' }],
  questions: [
    { text: 'for how long?', answers: [] },
    { text: 'who owns it?', answers: [{ text: 'the api team', at: '2025-11-25T16:12:35.989Z' }] },
  ],
  nextSteps: [
    { text: 'try with 10 s', done: null },
    { text: 'tell Ada', done: null },
  ],
  commits: [
    { id: '92b47b26a5743149fc853de4f3ae1ea56b683ebc', message: 'make it faster', capturedOn: 'main' },
    { id: 'c0ffee1', message: 'by hand' },
  ],
  files: [{ id: 'notes.txt' }],
  tags: [{ id: 'bug' }, { id: 'login' }],
  history: [
    { what: 'active', note: null },
    { what: 'completed', note: 'too early' },
    { what: 'active', note: null },
  ],
  claims: [],
  active: { '0': 6609 },
  mood: { is: 'good' },
};
const eventsBefore = [
  { message: 'measured: 800 ms', at: '2025-11-25T16:12:36.596Z' },
  { message: 'tried a cache', at: '2025-11-25T16:12:37.335Z', weather: 'rain' },
];

const messages = (events: readonly { message: string }[]) => events.map(({ message }) => message);
const texts = (items: readonly { text: string }[]) => items.map(({ text }) => text);
const subjects = (tasks: readonly { subject: string }[]) => tasks.map(({ subject }) => subject);

describe('a home full of documents of version 4', () => {
  test('is listed, shown, searched and exported, and none of them is written', async () => {
    const desk = deskOfBefore();
    const { [`./sessions/${before.missing}.json`]: none, ...old } = treeOf(desk.home);
    expect(none).toBeUndefined();

    const list = await desk.list('--all', '--archived');
    const statuses = Object.fromEntries(list.map(({ id, status, place }) => [id, `${status} ${place}`]));
    expect(statuses).toEqual({
      [before.active]: 'active sessions',
      [before.parked]: 'parked sessions',
      [before.resumed]: 'completed sessions',
      [before.continuation]: 'parked sessions',
      [before.interrupted]: 'completed sessions',
      [before.missing]: 'active sessions',
      [before.completed]: 'completed sessions',
      [before.archived]: 'completed archive',
    });
    expect(list.find(({ id }) => id === before.active)).toMatchObject({
      tags: ['bug', 'login'],
      nextStep: 'try with 10 s',
      activeMs: 6609,
      needs: { text: 'a password', kind: 'other' },
      where: { machine: '0', worktree: desk.folder, root: desk.folder, commonDir: `${desk.folder}/.git` },
      counts: { tasks: 4, tasksPending: 1, questions: 2, questionsOpen: 1, events: 2, commits: 2, files: 1 },
    });
    expect(await desk.list('--tag', 'login')).toMatchObject([{ id: before.active }]);

    const shown = await desk.session('show', before.active);
    expect(shown).toMatchObject({ ...everything, events: eventsBefore });
    expect(sessionSchema.parse(shown)).toEqual(shown);
    expect(await desk.session('show', before.trashed)).toMatchObject({ status: 'parked', place: 'trash' });
    expect(await desk.session('show', before.resumed)).toMatchObject({
      status: 'completed',
      parkedReason: 'lunch',
      resumedAs: before.continuation,
      claims: [{ id: before.continuation, order: 1, machine: '0' }],
    });
    expect(await desk.session('show', before.parked)).toMatchObject({
      parkedReason: 'waiting for the review',
      nextSteps: [{ text: 'merge' }, { text: 're-index' }],
    });
    expect(await desk.session('show', before.completed)).toMatchObject({
      outcome: 'Published',
      endedAt: oldDocument(desk, before.completed).endedAt,
    });
    for (const [word, id] of [
      ['measured', before.active],
      ['forgotten', before.archived],
      ['review', before.parked],
    ] as const)
      expect((await desk.json<{ session: { id: string } }[]>('search', word))[0]?.session.id).toBe(id);
    const brief = await desk.ok('brief', before.active);
    for (const line of ['- try with 10 s', '- tell Ada', '- for how long?']) expect(brief).toContain(line);
    expect(await desk.ok('export', '--all', '--format', 'markdown')).toContain('who owns it?');
    const exported = JSON.parse(await desk.ok('export', '--all', '--format', 'json'));
    expect(exported).toMatchObject({ version: 2, projects: [{ phase: 'beta', done: ['a'] }] });
    expect(exported.sessions).toHaveLength(list.length);
    expect(await desk.json('project', 'show')).toMatchObject({ doing: ['b'], upcoming: ['c'] });
    expect(await desk.ok('doctor')).toBe('All is well.\n');

    // But for the continuation that was missing, nothing is there that was not, and nothing is different.
    const { [`./sessions/${before.missing}.json`]: made, ...rest } = treeOf(desk.home);
    expect(made).toBeDefined();
    expect(rest).toEqual(old);
  });

  test('is changed one by one: the next change writes version 5, with all there was', async () => {
    const desk = deskOfBefore();
    const untouched = treeOf(desk.home)[`./sessions/${before.completed}.json`];

    await desk.ok('log', 'and now this', '--session', before.active);
    const logged = desk.document(before.active);
    expect(logged).toMatchObject({ schemaVersion: 5, revision: 18, ...everything });
    expect(logged.events).toMatchObject([...eventsBefore, { message: 'and now this' }]);
    expect(sessionSchema.parse(logged)).toEqual(logged);

    await desk.ok('park', before.active, '--reason', 'lunch', '--next', 'read on');
    const parked = desk.document(before.active);
    expect(parked).toMatchObject({ status: 'parked', parkedReason: 'lunch', activity: null, needs: null });
    expect(texts(parked.nextSteps)).toEqual(['read on', 'try with 10 s', 'tell Ada']);
    expect(parked.tasks).toEqual(logged.tasks);

    const resumed = await desk.session('resume', before.active);
    expect(resumed).toMatchObject({ resumedFrom: before.active, ref: '#214', tags: everything.tags });
    expect(subjects(resumed.tasks)).toEqual(['mend', 'tell']);
    expect(resumed.nextSteps).toEqual(parked.nextSteps);
    expect(resumed.questions).toEqual(parked.questions.slice(0, 1));
    expect(desk.document(before.active)).toMatchObject({
      status: 'completed',
      resumedAs: resumed.id,
      mood: { is: 'good' },
    });

    const old = oldDocument(desk, before.continuation);
    expect(await desk.session('complete', before.continuation, '--outcome', 'signed')).toMatchObject({
      schemaVersion: 5,
      revision: old.revision + 1,
      status: 'completed',
      outcome: 'signed',
      parkedReason: 'no key yet',
      resumedFrom: before.resumed,
      decisions: [{ text: 'use age', from: before.resumed }],
      events: old.events,
      history: [
        { what: 'active' },
        { what: 'parked', note: 'no key yet' },
        { what: 'completed', note: 'signed' },
      ],
    });
    const decided = await desk.session('resume', before.parked);
    expect(decided).toMatchObject({
      resumedFrom: before.parked,
      nextSteps: [{ text: 'merge' }, { text: 're-index' }],
    });

    expect(await desk.session('restore', before.trashed)).toMatchObject({
      status: 'parked',
      schemaVersion: 5,
    });
    expect(await desk.session('unarchive', before.archived)).toMatchObject({ outcome: 'forgotten' });
    expect(await desk.session('reopen', before.archived)).toMatchObject({ status: 'active', outcome: null });
    expect(await desk.fails(1, 'resume', before.resumed)).toMatchObject({ resumedAs: before.continuation });
    expect(await desk.fails(1, 'reopen', before.resumed)).toMatchObject({ code: 'already_resumed' });
    // A project's record has a version of its own, which is what it was.
    await desk.ok('project', 'set', '--doing', 'd');
    expect(desk.projects()).toMatchObject([{ schemaVersion: 4, phase: 'beta', doing: ['b', 'd'] }]);
    expect(treeOf(desk.home)[`./sessions/${before.completed}.json`]).toBe(untouched);
    await desk.ok('doctor', '--fix');
    expect(await desk.ok('doctor')).toBe('All is well.\n');
  });

  test('the missing continuation is made once, as version 4 would have made it', async () => {
    const desk = deskOfBefore();
    const words = [['list', '--all'], ['show', before.interrupted], ['list'], ['doctor', '--fix']];
    const results = await Promise.all(words.map(command => desk.run(...command)));
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      words.map(() => ({ code: 0, stderr: '' })),
    );
    expect((await desk.list()).filter(({ resumedFrom }) => resumedFrom === before.interrupted)).toHaveLength(
      1,
    );
    const made = desk.document(before.missing);
    const { intent, branch, startHead, startedAt, tasks, questions, nextSteps } = missingContinuation(desk);
    expect(made).toMatchObject({
      ...{ schemaVersion: 5, revision: 1, status: 'active', resumedFrom: before.interrupted },
      ...{ intent, branch, startHead, startedAt },
      tasks: tasks.map(({ id, subject, addedAt }) => ({ id, subject, at: addedAt })),
      questions: questions.map(({ id, text }) => ({ id, text, answers: [] })),
      nextSteps: nextSteps.map(text => ({ text })),
    });
    // It is one with that of version 4, should that be found: nothing in it is there twice.
    writeFileSync(
      join(desk.root, 'found.json'),
      JSON.stringify({ format: 'work-sessions', version: 1, sessions: [missingContinuation(desk)] }),
    );
    await desk.ok('import', join(desk.root, 'found.json'));
    const { tasks: t, questions: q, nextSteps: n, history } = desk.document(before.missing);
    expect({ t: subjects(t), q: texts(q), n: texts(n), history }).toEqual({
      t: subjects(made.tasks),
      q: texts(made.questions),
      n: texts(made.nextSteps),
      history: made.history,
    });
    expect(oldDocument(desk, before.interrupted).schemaVersion).toBe(4);
  });

  test('an import of the resumed session alone keeps nobody from making its continuation', async () => {
    const desk = deskOfBefore();
    const path = join(desk.root, 'parent.json');
    const sessions = [oldDocument(desk, before.interrupted)];
    writeFileSync(path, JSON.stringify({ format: 'work-sessions', version: 1, sessions }));
    expect(await desk.json('import', path)).toMatchObject({ added: [], present: [before.interrupted] });
    expect((await desk.list()).map(({ id }) => id)).toContain(before.missing);
    // Where it was not resumed, the continuation is elsewhere: an empty one is not made.
    const elsewhere = plainDesk('elsewhere');
    expect(await elsewhere.json('import', path)).toMatchObject({ added: [before.interrupted] });
    expect((await elsewhere.list('--all')).map(({ id }) => id)).toEqual([before.interrupted]);
    expect(await elsewhere.json('import', path)).toMatchObject({ added: [], present: [before.interrupted] });
    expect((await elsewhere.list('--all')).map(({ id }) => id)).toEqual([before.interrupted]);
  });

  test('an agent’s claim has its session in it, which is made from it once', async () => {
    const desk = deskOfBefore();
    const agent = ['--agent', 'claude', '--agent-session', 'a-1'];
    const both = await Promise.all([1, 2].map(() => desk.session('start', 'again', ...agent)));
    for (const session of both)
      expect(session).toMatchObject({
        id: before.claimed,
        schemaVersion: 5,
        status: 'active',
        intent: 'Answer the mails',
        tasks: [{ id: 'task_489beb04', subject: 'read them' }],
      });
    expect((await desk.session('log', 'read', '--session', before.claimed)).agent?.sessionId).toBe('a-1');
  });
});

describe('an export of version 4', () => {
  /** What standard error tells of what lies in the trash is told in the result too. */
  const imported = async (desk: Desk, path: string) => {
    const { code, stdout } = await desk.run('import', path, '--json');
    expect(code).toBe(0);
    return JSON.parse(stdout) as ImportResult;
  };

  test('is imported, and twice is the same as once', async () => {
    const desk = plainDesk('elsewhere');
    const path = exportOfBefore(desk);
    const { trashed: _, ...exported } = before;
    const first = await imported(desk, path);
    expect(first).toMatchObject({ joined: [], present: [], failed: [], projects: { present: [] } });
    expect(first.added.toSorted()).toEqual(Object.values(exported).sort());
    expect(desk.document(before.active)).toMatchObject({ ...everything, events: eventsBefore });
    expect(desk.document(before.missing)).toMatchObject({
      status: 'completed',
      resumedFrom: before.interrupted,
    });
    const once = treeOf(desk.home);
    const again = await imported(desk, path);
    expect(again).toMatchObject({ added: [], joined: [], failed: [] });
    expect(again.present.toSorted()).toEqual(first.added.toSorted());
    expect(treeOf(desk.home)).toEqual(once);
  });

  test('brings nothing to the home it was made of but what is missing there', async () => {
    const desk = deskOfBefore();
    const old = treeOf(desk.home);
    const result = await imported(desk, exportOfBefore(desk));
    expect(result).toMatchObject({ joined: [], failed: [] });
    expect(result.added.toSorted()).toEqual([before.missing, before.claimed].sort());
    expect(treeOf(desk.home)).toMatchObject(old);
  });

  test('loses nothing of either side where the sessions were changed meanwhile', async () => {
    const desk = deskOfBefore();
    const path = exportOfBefore(desk);
    const elsewhere = plainDesk('elsewhere');
    await elsewhere.ok('import', exportOfBefore(elsewhere));
    // Here and there the same session is changed, each without knowing of the other.
    await desk.ok('log', 'noted here', '--session', before.active);
    await desk.ok('answer', 'for how long', 'an hour', '--session', before.active);
    await desk.ok('task', 'set', 'tell', 'completed', '--session', before.active);
    await desk.ok('edit', '--ref', '#300', '--session', before.active);
    await desk.ok('archive', before.completed);
    await desk.ok('delete', before.parked);
    await elsewhere.ok('log', 'noted there', '--session', before.active);
    await elsewhere.ok('task', 'add', 'sleep', '--session', before.active);
    await elsewhere.ok('next', 'look again', '--session', before.active);
    await elsewhere.ok('tag', 'slow', '--session', before.active);
    await elsewhere.ok('park', before.active, '--reason', 'tired');

    // The old export brings nothing new, and takes nothing away.
    const here = desk.document(before.active);
    const old = await imported(desk, path);
    expect(old).toMatchObject({
      joined: [],
      failed: [],
      inTrash: [before.parked],
      inArchive: expect.arrayContaining([before.completed]),
    });
    expect(desk.document(before.active)).toEqual(here);

    const sent = join(elsewhere.root, 'sent.json');
    await elsewhere.ok('export', before.active, '--format', 'json', '-o', sent);
    expect(await imported(desk, sent)).toMatchObject({ added: [], joined: [before.active], failed: [] });
    const joined = desk.document(before.active);
    expect(messages(joined.events)).toEqual([...messages(eventsBefore), 'noted here', 'noted there']);
    expect(joined).toMatchObject({
      status: 'parked',
      parkedReason: 'tired',
      ref: '#300',
      mood: { is: 'good' },
    });
    expect(joined.questions[0]?.answers).toMatchObject([{ text: 'an hour' }]);
    expect(joined.tasks).toMatchObject([
      ...everything.tasks.slice(0, 2),
      { subject: 'tell', status: 'completed' },
      { subject: 'skip this' },
      { subject: 'sleep', status: 'pending' },
    ]);
    expect(texts(joined.nextSteps)).toEqual(['try with 10 s', 'tell Ada', 'look again']);
    expect(joined.tags.map(({ id }) => id)).toEqual(['bug', 'login', 'slow']);
    expect(joined.revision).toBe(here.revision + 1);
    // And once more, nothing.
    expect(await imported(desk, sent)).toMatchObject({ joined: [], present: [before.active] });
    expect(desk.document(before.active)).toEqual(joined);
  });

  test('of two exports of one session, the later has the later values, and nothing is there twice', async () => {
    const desk = plainDesk('elsewhere');
    const earlier = missingContinuation(desk);
    const at = '2025-11-26T09:00:00.000Z';
    // As version 4 changed it after the first export.
    const later = {
      ...earlier,
      ...{
        revision: 4,
        intent: 'Paint the whole shop',
        ref: '#7',
        lastHeartbeatAt: at,
        status: 'parked',
        parkedAt: at,
      },
      tasks: earlier.tasks.map((task, index) =>
        index === 0 ? { ...task, subject: 'buy more paint', updatedAt: at } : task,
      ),
      events: [{ at, message: 'one wall done' }],
      nextSteps: ['open the window', ...earlier.nextSteps],
      history: [...earlier.history, { at, to: 'parked', note: null }],
    };
    for (const [name, session] of Object.entries({ earlier, later }))
      writeFileSync(
        join(desk.root, `${name}.json`),
        JSON.stringify({ format: 'work-sessions', version: 1, sessions: [session] }),
      );
    const stories = await Promise.all(
      [
        ['earlier', 'later'],
        ['later', 'earlier'],
      ].map(async names => {
        const story = new Desk(scratchFolder(), desk.folder);
        for (const name of names) await story.ok('import', join(desk.root, `${name}.json`));
        const { revision: _, ...document } = story.document(earlier.id);
        return document;
      }),
    );
    expect(stories[0]).toEqual(stories[1]);
    expect(stories[0]).toMatchObject({ status: 'parked', intent: 'Paint the whole shop', ref: '#7' });
    expect(subjects(stories[0]?.tasks ?? [])).toEqual([
      'buy more paint',
      ...subjects(earlier.tasks).slice(1),
    ]);
    expect(texts(stories[0]?.nextSteps ?? [])).toEqual(later.nextSteps);
  });
});
