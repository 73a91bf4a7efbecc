import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/model/session.ts';
import { sessionLists, sessionSchema } from '../../src/model/session.ts';
import { type Desk, type Listed, newFolder, plainDesk, treeOf } from './support/desk.ts';

/** One project with a session of each state, and another project with one. */
let desk: Desk;
let other: Desk;
const sessions: Record<'active' | 'parked' | 'completed' | 'archived' | 'elsewhere' | 'stale', Session> =
  {} as never;

beforeAll(async () => {
  desk = plainDesk('shop');
  other = desk.at(newFolder(desk.root, 'api'));
  sessions.parked = await desk.session('start', 'Fix the login', '--tag', 'bug', '--task', 'reproduce');
  await desk.ok('ask', 'for how long?');
  sessions.parked = await desk.session(
    'park',
    '--reason',
    'waiting for Ada',
    '--next',
    'ask Ada',
    '--next',
    'merge',
  );
  const done = await desk.session('start', 'Sign the packages', '--tag', 'release');
  sessions.completed = await desk.session('complete', done.id, '--outcome', 'released in 2.1');
  const old = await desk.session('start', 'Old story');
  await desk.ok('complete', old.id, '--outcome', 'forgotten');
  sessions.archived = await desk.session('archive', old.id);
  sessions.stale = await desk.session('start', 'Left alone');
  sessions.active = await desk.session('start', 'Paint the shop', '--tag', 'bug');
  sessions.elsewhere = await other.session('start', 'Draw the api', '--tag', 'bug');
  sessions.elsewhere = await other.session('needs', 'a decision');
});

const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

test('list shows this project, newest activity first; --all, --project and --archived show more', async () => {
  const here = [sessions.active.id, sessions.stale.id, sessions.completed.id, sessions.parked.id];
  expect(ids(await desk.list())).toEqual(here);
  expect(ids(await desk.list('--project', '../api'))).toEqual([sessions.elsewhere.id]);
  expect(ids(await desk.list('--all'))).toEqual([sessions.elsewhere.id, ...here]);
  expect(new Set(ids(await desk.list('--archived')))).toEqual(new Set([...here, sessions.archived.id]));
});

test('list filters by status, tag, date and number', async () => {
  expect(ids(await desk.list('--status', 'parked'))).toEqual([sessions.parked.id]);
  expect(ids(await desk.list('--status', 'completed'))).toEqual([sessions.completed.id]);
  expect(ids(await desk.list('--status', 'active'))).toEqual([sessions.active.id, sessions.stale.id]);
  expect(ids(await desk.list('--status', 'stale'))).toEqual([]);
  expect(ids(await desk.list('--tag', 'bug'))).toEqual([sessions.active.id, sessions.parked.id]);
  expect(ids(await desk.list('--limit', '1'))).toEqual([sessions.active.id]);
  expect(ids(await desk.list('--since', '1h', '--limit', '2'))).toEqual([
    sessions.active.id,
    sessions.stale.id,
  ]);
  expect(await desk.list('--since', '2999-01-01')).toEqual([]);
  expect(await desk.ok('list', '--limit', '1')).toMatch(/\nand 3 more\n$/);
});

test('stale is a view: after staleHours an active session is shown so, and nothing is written', async () => {
  const quiet = desk.copy();
  quiet.settings({ staleHours: 1 });
  const document = quiet.document(sessions.stale.id);
  writeFileSync(
    quiet.path(document.id),
    JSON.stringify({ ...document, lastHeartbeatAt: '2020-01-01T00:00:00.000Z' }),
  );
  const before = treeOf(quiet.home);
  const [stale, ...more] = await quiet.list('--status', 'stale');
  expect(stale).toMatchObject({ id: document.id, status: 'active', stale: true });
  expect(more).toEqual([]);
  expect(await quiet.ok('list')).toMatch(/^stale .*Left alone/m);
  expect(treeOf(quiet.home)).toEqual(before);
});

test('a summary has every field of the session but the lists, and the counts of these', async () => {
  // How two versions are joined, what a resume made, and what one home keeps is for the document alone.
  const forTheDocument = ['clock', 'edits', 'removed', 'active', 'days', 'desks', 'earlier'];
  const [summary] = (await desk.list('--status', 'parked')) as [Listed];
  const kept = Object.keys(sessionSchema.shape).filter(
    field => ![...sessionLists, ...forTheDocument].includes(field),
  );
  const made = ['tags', 'activeMs', 'counts', 'nextStep', 'placedAt', 'stale'];
  expect(Object.keys(summary).sort()).toEqual([...kept, ...made].sort());
  expect(kept).toEqual(
    expect.arrayContaining(['resumedFrom', 'resumedAs', 'where', 'parkedReason', 'agent', 'revision']),
  );
  const document = desk.document(summary.id);
  const whole = document as unknown as Record<string, unknown>;
  for (const field of kept)
    expect({ [field]: summary[field as keyof Listed] }).toEqual({ [field]: whole[field] });
  expect(summary).toMatchObject({
    stale: false,
    tags: ['bug'],
    activeMs: Object.values(document.active).reduce((sum, ms) => sum + ms, 0),
    nextStep: 'ask Ada',
    counts: { tasks: 1, tasksPending: 1, questions: 1, questionsOpen: 1, nextSteps: 2, events: 0 },
  });
});

test('show gives the whole session, by any unambiguous part of its id', async () => {
  const { id } = sessions.parked;
  const whole = desk.document(id);
  expect(await desk.session('show', id)).toEqual(whole);
  expect(await desk.session('show', id.slice(-8).toUpperCase())).toEqual(whole);
  expect(await desk.session('show', '--session', id.slice(5))).toEqual(whole);
  const text = await desk.ok('show', id);
  for (const piece of [
    'Fix the login',
    id,
    'parked',
    'waiting for Ada',
    'reproduce',
    'ask Ada',
    'for how long?',
  ]) {
    expect(text).toContain(piece);
  }
  // An archived session is shown as well, and says where it is.
  expect(await desk.ok('show', sessions.archived.id)).toMatch(/^State +archived$/m);
});

test('an ambiguous part of an id is refused with the sessions it could mean', async () => {
  const refusal = await desk.fails(3, 'show', 'sess_');
  expect(refusal.code).toBe('ambiguous');
  expect(refusal.candidates).toHaveLength(6);
  expect(refusal.message).toContain('Fix the login');
});

test('brief is one screen in plain Markdown, the same text in JSON', async () => {
  const text = await desk.ok('brief', sessions.parked.id);
  expect(text).toMatch(
    /^# Fix the login\n\nshop: parked (just now|\d+ min ago), started (just now|\d+ min ago)/,
  );
  for (const line of [
    '- Why parked: waiting for Ada',
    '- ask Ada',
    '- merge',
    '- reproduce',
    '- for how long?',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  const json = await desk.json<{ id: string; brief: string }>('brief', sessions.parked.id);
  expect(json.id).toBe(sessions.parked.id);
  expect(`${json.brief}\n`.split('\n').length).toBe(text.split('\n').length);
});

test('search finds content at once, with small misspellings, in this project or in all', async () => {
  type Found = { session: Listed; score: number; matches: string[] }[];
  const found = await desk.json<Found>('search', 'logn');
  expect(ids(found.map(({ session }) => session))).toEqual([sessions.parked.id]);
  const byReason = await desk.json<Found>('search', 'waiting', 'ada');
  expect(byReason[0]?.matches).toContain('waiting for Ada');
  // What was put away is found too.
  expect((await desk.json<Found>('search', 'forgotten'))[0]?.session.id).toBe(sessions.archived.id);
  expect(await desk.json<Found>('search', 'draw')).toEqual([]);
  expect((await desk.json<Found>('search', 'draw', '--all'))[0]?.session.id).toBe(sessions.elsewhere.id);
  expect(await desk.json<Found>('search', 'shop', '--limit', '1')).toHaveLength(1);
  expect(await desk.ok('search', 'xylophone')).toBe('Nothing found.\n');
  expect(await desk.ok('search', 'ada')).toContain('Fix the login');
});

test('overview counts every session of every project once', async () => {
  type Overview = {
    name: string;
    counts: Record<string, number>;
    needs: object[];
    nextSteps: { nextStep: string }[];
  };
  const [first, second] = await desk.json<Overview[]>('overview');
  expect(first).toMatchObject({ name: 'api', counts: { active: 1, stale: 0, parked: 0, completed: 0 } });
  expect(first?.needs).toMatchObject([{ id: sessions.elsewhere.id, needs: 'a decision' }]);
  expect(second).toMatchObject({ name: 'shop', counts: { active: 2, stale: 0, parked: 1, completed: 1 } });
  expect(second?.nextSteps).toMatchObject([{ nextStep: 'ask Ada' }]);
  const [, withArchived] = await desk.json<Overview[]>('overview', '--archived');
  expect(withArchived?.counts.completed).toBe(2);
  const text = await desk.ok('overview');
  expect(text).toContain('needs you: Draw the api: a decision');
  expect(text).toMatch(/^shop {2}2 active, 1 parked, 1 completed/m);
});

test('project set, show and list', async () => {
  const roadmap = desk.copy();
  type Project = {
    key: string;
    name: string;
    phase: string;
    done: string[];
    doing: string[];
    upcoming: string[];
  };
  const set = [
    'project',
    'set',
    '--phase',
    'beta',
    '--done',
    'a',
    '--doing',
    'b',
    '--upcoming',
    'c',
    '--upcoming',
    'd',
  ];
  const project = await roadmap.json<Project>(...set);
  expect(project).toMatchObject({
    name: 'shop',
    phase: 'beta',
    done: ['a'],
    doing: ['b'],
    upcoming: ['c', 'd'],
  });
  // An item moves: it stands in one list only.
  const moved = await roadmap.json<Project>('project', 'set', '--done', 'b', '--doing', 'c', '--remove', 'd');
  expect(moved).toMatchObject({ phase: 'beta', done: ['a', 'b'], doing: ['c'], upcoming: [] });
  expect(await roadmap.json('project', 'show')).toEqual(moved);
  expect(await roadmap.json('project', 'show', '--project', 'shop')).toEqual(moved);
  expect(await roadmap.at(other.folder).json('project', 'show', '--project', desk.folder)).toEqual(moved);
  expect(await roadmap.ok('project', 'show')).toMatch(
    /Phase +beta.*Doing\n {2}\[~\] c\n\nDone\n {2}\[x\] a\n {2}\[x\] b\n$/s,
  );
  expect((await roadmap.json<Project[]>('project', 'list')).map(({ name }) => name)).toEqual(['api', 'shop']);
  expect(await roadmap.ok('project', 'list')).toContain(desk.folder);
  expect(await roadmap.fails(2, 'project', 'set')).toMatchObject({ code: 'usage' });
  expect(await roadmap.fails(3, 'project', 'show', '--project', 'nowhere')).toMatchObject({
    code: 'not_found',
  });
});

test('reading changes nothing', async () => {
  const read = desk.copy();
  const before = treeOf(read.home);
  await read.ok('list', '--all', '--archived');
  for (const words of [
    ['show', sessions.parked.id],
    ['brief'],
    ['search', 'ada', '--all'],
    ['overview'],
    ['doctor'],
  ]) {
    await read.run(...words);
  }
  for (const words of [
    ['project', 'show'],
    ['project', 'list'],
    ['occupancy'],
    ['config', 'get'],
    ['--help'],
  ]) {
    await read.run(...words);
  }
  expect(treeOf(read.home)).toEqual(before);
});

test('a first look at a home that is not there makes nothing, and says how to begin', async () => {
  const fresh = plainDesk();
  expect(await fresh.ok('list')).toMatch(/^No sessions in .*\. Start one: work-sessions start /);
  expect(await fresh.list()).toEqual([]);
  expect(await fresh.ok('overview')).toContain('work-sessions start');
  expect(await fresh.ok('doctor')).toBe('All is well.\n');
  expect(treeOf(fresh.home)).toEqual({});
});

test('documents and folders are for their owner alone', async () => {
  const modes = treeOf(desk.home);
  for (const [path, entry] of Object.entries(modes)) {
    expect({ path, entry: entry.slice(0, 10) }).toEqual({
      path,
      entry: expect.stringMatching(/^(folder 700|file 600)/),
    });
  }
  expect(readFileSync(desk.path(sessions.active.id), 'utf8')).toMatch(/^\{\n"id": /);
});
