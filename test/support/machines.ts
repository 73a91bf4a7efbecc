import { isSessionError } from '../../src/model/errors.ts';
import { canonical, contentStamp, join, settle } from '../../src/model/merge.ts';
import { type Session, sessionLists } from '../../src/model/session.ts';
import { takeOut } from '../../src/model/sessionRules.ts';
import { itemId, later, type Moment, type Stamp } from '../../src/model/stamp.ts';
import * as transitions from '../../src/model/transitions.ts';
import { random } from './mixedWork.ts';

/*
 * Three machines with clocks of their own that write to copies of one session and join them in every way that
 * copies meet: by a common one, whose answer may be lost; from one to another; with old copies that come by. What
 * was acknowledged is noted apart from the merge, and looked for in the end.
 */

export type Join = (a: Session, b: Session) => Session;

export interface Outcome {
  readonly problems: readonly string[];
  readonly hadTwoClaims: boolean;
}

interface Item {
  readonly id: string;
  readonly stamp: Stamp;
  readonly edits?: Readonly<Record<string, Stamp>>;
}

type Change = (session: Session, moment: Moment, id: string) => Session;

const hour = 3_600_000;

export function start(id: string, moment: Moment): Session {
  const where = { worktree: '/work/api', root: '/work/api', commonDir: null };
  const project = { key: 'api', name: 'api', firstCommit: null, remote: null };
  return transitions.start({ id, intent: 'i', project, where }, moment);
}

/** Plays one run; every choice follows from the seed. */
export function simulate(seed: number, joined: Join = join): Outcome {
  let state = random(seed * 2_654_435_761);
  const below = (limit: number) => {
    state = random(state);
    return (state >>> 3) % limit;
  };
  const chance = (percent: number) => below(100) < percent;
  const pick = <T>(list: readonly T[]): T | undefined => list[below(Math.max(1, list.length))];
  const problems: string[] = [];

  const moment = (now: number, machine: string): Moment => ({
    now: new Date(Math.max(1, now)),
    today: new Date(Math.max(1, now)).toISOString().slice(0, 10),
    machine,
    random: `${(below(2 ** 24) + 2 ** 24).toString(16).slice(-6)}${(below(2 ** 24) + 2 ** 24).toString(16).slice(-6)}`,
  });
  // Each machine's clock is off by up to three hours; in one run of four, one is forty years ahead for a while.
  const skew = [0, 1, 2].map(() => below(6 * hour) - 3 * hour);
  const wild = chance(25) ? below(3) : -1;
  let time = Date.UTC(2026, 10, 25);
  const future = { kept: [1, { deep: true }] };
  const first = { ...start('s', moment(time, 'm0')), future } as Session;
  let common = first;
  const copies = [first, first, first];
  const old = [first];
  const seen = [first];

  const items = new Map<string, Stamp>();
  const gone = new Map<string, Stamp>();
  const registers = new Map<string, { stamp: Stamp; value: unknown }>();
  const answers = new Set<string>();
  const active = new Map<string, number>();
  const noteRegister = (key: string, stamp: Stamp, value: unknown) => {
    const known = registers.get(key);
    if (known === undefined || stamp > known.stamp) registers.set(key, { stamp, value });
  };
  const itemsOf = (session: Session) =>
    sessionLists.flatMap(list =>
      (session[list] as readonly Item[]).map((item): [string, Item] => [`${list}/${item.id}`, item]),
    );

  const change: readonly [number, Change][] = [
    [12, (s, m, id) => transitions.log(s, { message: id }, m)],
    [8, (s, m, id) => transitions.addTasks(s, { tasks: [id] }, m)],
    [
      8,
      (s, m) =>
        transitions.setTask(
          s,
          {
            task: pick(s.tasks)?.id ?? 'none',
            status: pick(['pending', 'in_progress', 'completed', 'skipped']),
          },
          m,
        ),
    ],
    [4, (s, m, id) => transitions.setTask(s, { task: pick(s.tasks)?.id ?? 'none', subject: id }, m)],
    [4, (s, m, id) => transitions.decide(s, { text: id }, m)],
    [4, (s, m, id) => transitions.ask(s, { text: id }, m)],
    [
      4,
      (s, m, id) => {
        const question = pick(s.questions.filter(each => each.answers.length === 0))?.id ?? 'none';
        return transitions.answer(s, { question, answer: id }, m);
      },
    ],
    [6, (s, m, id) => transitions.addNextSteps(s, { nextSteps: [id, `${id}+`] }, m)],
    [6, (s, m) => transitions.addTags(s, { tags: [pick(['x', 'y', 'z']) ?? ''] }, m)],
    // The same commit may be noted on several machines, of which only one knows where it was found.
    [
      6,
      (s, m, id) => {
        const commit = { id: pick(['c1', 'c2', 'c3']) ?? '', message: id, at: null };
        const found = chance(50) ? { ...commit, capturedOn: id } : commit;
        const superseded = chance(50) ? [pick(['c1', 'c2', 'c3']) ?? ''] : [];
        return transitions.addCommits(s, { commits: [found], files: [id, `${id}+`], superseded }, m);
      },
    ],
    [8, (s, m) => removed(s, pick(['tasks', 'nextSteps', 'tags'] as const) ?? 'tags', m)],
    [6, (s, m, id) => transitions.edit(s, { [pick(['intent', 'ref', 'branch']) ?? 'ref']: id }, m)],
    [4, (s, m, id) => transitions.setActivity(s, { activity: id }, m)],
    [4, (s, m, id) => transitions.setNeeds(s, { needs: id }, m)],
    [6, (s, m) => transitions.beat(s, {}, m)],
    [6, (s, m, id) => transitions.park(s, { reason: id, nextSteps: [`first ${id}`] }, m)],
    [3, (s, m, id) => transitions.complete(s, { outcome: id }, m)],
    [4, (s, m) => transitions.reopen(s, {}, m)],
    [2, (s, m, id) => provisional(transitions.resume(s, { newId: `c${id}` }, m))],
    [2, (s, m) => transitions.archive(s, {}, m)],
    [2, (s, m) => transitions.moveToTrash(s, {}, m)],
    [3, (s, m) => transitions.restore(s, {}, m)],
  ];
  const pickChange = (at: number): Change => {
    let left = at;
    for (const [weight, run] of change) {
      left -= weight;
      if (left < 0) return run;
    }
    return (session, moment) => transitions.beat(session, {}, moment);
  };
  const total = change.reduce((sum, [weight]) => sum + weight, 0);
  /** A claim of a machine that could not ask: its place in line is not known yet. */
  const provisional = (session: Session): Session =>
    settle({ ...session, claims: session.claims.map(claim => ({ ...claim, order: null })) });
  const removed = (session: Session, list: 'tasks' | 'nextSteps' | 'tags', m: Moment): Session => {
    const item = pick<{ readonly id: string }>(session[list]);
    const beaten = transitions.log(session, { message: 'removes' }, m);
    return item === undefined ? beaten : takeOut(beaten, list, new Set([item.id]));
  };

  let writes = 0;
  const write = (index: number) => {
    const before = copies[index] as Session;
    const ahead = wild === index && writes % 7 < 3 ? 40 * 365 * 24 * hour : 0;
    const now = moment(time + (skew[index] ?? 0) + ahead, `m${index}`);
    const run = pickChange(below(total));
    let after: Session;
    try {
      after = run(before, now, `w${++writes}`);
    } catch (error) {
      if (isSessionError(error)) return;
      throw error;
    }
    if (after === before) return;
    if (canonical(settle(after)) !== canonical(after))
      problems.push('a transition disagrees with what follows from it');
    if (!(after.clock > before.clock)) problems.push('the clock of a document did not rise');
    copies[index] = after;
    const was = new Map(itemsOf(before));
    const is = new Map(itemsOf(after));
    for (const [key, item] of is) {
      if (!was.has(key)) items.set(key, later(items.get(key), item.stamp));
      for (const [field, stamp] of Object.entries(item.edits ?? {}))
        if (stamp > before.clock)
          noteRegister(`${key}/${field}`, stamp, (item as unknown as Record<string, unknown>)[field]);
    }
    for (const key of was.keys()) if (!is.has(key)) gone.set(key, later(gone.get(key), after.clock));
    for (const [field, stamp] of Object.entries(after.edits)) {
      if (field !== 'place' && stamp > before.clock)
        noteRegister(field, stamp, (after as unknown as Record<string, unknown>)[field]);
    }
    for (const question of after.questions) for (const { text } of question.answers) answers.add(text);
    const machine = `m${index}`;
    active.set(machine, after.active[machine] ?? 0);
    if (chance(5)) old.push(after);
    if (chance(20)) seen.push(after);
  };
  /** Through the common copy; a lost answer leaves the machine not knowing what was taken over. */
  const exchange = (index: number, answerIsLost = false) => {
    const ours = joined(copies[index] as Session, common);
    const orders = ours.claims.map(claim => claim.order ?? 0);
    let order = Math.max(0, ...orders);
    const claims = [...ours.claims]
      .sort((a, b) => (a.stamp < b.stamp ? -1 : 1))
      .map(claim => (claim.order === null ? { ...claim, order: ++order } : claim));
    common = settle({ ...ours, claims: [...claims].sort((a, b) => (a.stamp < b.stamp ? -1 : 1)) });
    copies[index] = answerIsLost ? ours : joined(common, copies[index] as Session);
  };

  const steps = 20 + below(60);
  for (let step = 0; step < steps; step++) {
    time += chance(25) ? 0 : below(hour);
    const index = below(3);
    const kind = below(100);
    if (kind < 72) write(index);
    else if (kind < 86) exchange(index);
    else if (kind < 91) exchange(index, true);
    else if (kind < 96) copies[index] = joined(copies[index] as Session, pick(old) as Session);
    else copies[index] = joined(copies[index] as Session, copies[below(3)] as Session);
  }
  for (let round = 0; round < 3; round++) for (const index of [0, 1, 2]) exchange(index);

  const [end] = copies as [Session];
  for (const copy of [...copies, common])
    if (textOf(copy) !== textOf(end)) problems.push('the copies differ');
  const there = new Map(itemsOf(end));
  for (const [key, stamp] of items) {
    const removedAt = gone.get(key);
    const isWanted = removedAt === undefined || removedAt < stamp;
    if (isWanted && !there.has(key)) problems.push(`an acknowledged item is lost: ${key}`);
    if (!isWanted && there.has(key)) problems.push(`a removed item is back: ${key}`);
  }
  for (const [key, { value }] of registers) {
    const [list = '', id, field] = key.split('/');
    const holder = id === undefined ? end : there.get(`${list}/${id}`);
    const found = holder && (holder as unknown as Record<string, unknown>)[field ?? list];
    if (holder && canonical(found) !== canonical(value))
      problems.push(`a register lost its latest value: ${key}`);
  }
  const texts = new Set(end.questions.flatMap(question => question.answers.map(({ text }) => text)));
  for (const text of answers) if (!texts.has(text)) problems.push(`an answer is lost: ${text}`);
  for (const [machine, ms] of active)
    if ((end.active[machine] ?? 0) !== ms) problems.push(`time at work is wrong on ${machine}`);
  if (canonical((end as unknown as { future: unknown }).future) !== canonical(future))
    problems.push('an unknown field changed');
  if (end.claims.length > 0 && end.status !== 'completed') problems.push('claimed, but not completed');
  if (end.place === 'trash' && contentStamp(end) > (end.edits['place'] ?? end.stamp))
    problems.push('work lies in the trash');

  const [x, y, z] = [0, 1, 2].map(() => pick(seen)) as [Session, Session, Session];
  if (textOf(joined(x, y)) !== textOf(joined(y, x))) problems.push('not commutative');
  if (textOf(joined(joined(x, y), z)) !== textOf(joined(x, joined(y, z)))) problems.push('not associative');
  if (textOf(joined(x, x)) !== textOf(settle(x))) problems.push('not idempotent');
  if (textOf(joined(joined(x, y), y)) !== textOf(joined(x, y))) problems.push('not absorbing');
  return { problems, hadTwoClaims: end.claims.length > 1 };
}

/** A document without what is one home's business. */
export function textOf({ revision, desks, ...session }: Session): string {
  return canonical(session);
}

/** For tests that make items by hand. */
export function idAt(moment: Moment, session: Session): string {
  return itemId(moment, session.clock);
}
