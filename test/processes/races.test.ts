import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as transitions from '../../src/model/transitions.ts';
import { claimForAgent } from '../../src/store/records.ts';
import { activeSession, completedSession, parkedSession } from '../support/builders.ts';
import { lockRemains } from '../support/locks.ts';
import { type Done, mixedSteps, textsOf } from '../support/mixedWork.ts';
import { placed } from '../support/operationKinds.ts';
import { openStore, placesOf, temporaryHome, unhurried } from '../support/temporaryHome.ts';
import { allAtOnce, buildWorker, startWorkers, type Worker } from '../support/workers.ts';

let folder: string;
let workers: Worker[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'work-sessions-races-'));
  workers = await startWorkers(await buildWorker(folder), 8);
});
afterAll(async () => {
  await Promise.all(workers.map(worker => worker.end()));
  rmSync(folder, { recursive: true });
});

test.for([
  ['a parked session resumed', 'resume', parkedSession],
  ['a completed session gone on from', 'goOn', completedSession],
] as const)('%s by 8 processes at once has one continuation, 100 times of 100', async ([, action, made]) => {
  const home = temporaryHome(unhurried);
  const store = openStore(home);
  for (let round = 0; round < 100; round++) {
    const id = `sess_parked_${round}`;
    await store.create(made(id));
    const answers = await allAtOnce(workers, home.root, index => ({
      do: action,
      id,
      newId: `sess_new_${round}_${index}`,
    }));

    const winners = answers.filter(answer => answer.error === undefined);
    expect(winners).toHaveLength(1);
    const resumedAs = winners[0]?.value;
    for (const { error } of answers.filter(answer => answer.error !== undefined)) {
      expect(error).toEqual({ code: 'already_resumed', details: { id, resumedAs } });
    }
    const continuations = (await store.ids('sessions')).filter(each => each.startsWith(`sess_new_${round}_`));
    expect(continuations).toEqual([resumedAs]);
    const parent = await store.read(id);
    expect(await store.read(String(resumedAs))).toEqual(transitions.continuationOf(parent));
  }
  expect(await lockRemains(home)).toEqual([]);
});

test('6 processes of one agent get one session, 100 times of 100', async () => {
  const home = temporaryHome(unhurried);
  const store = openStore(home);
  for (let round = 0; round < 100; round++) {
    const agent = { name: 'claude', sessionId: `agent-${round}` };
    const answers = await allAtOnce(workers.slice(0, 6), home.root, index => ({
      do: 'claim',
      agent,
      newId: `sess_${round}_${index}`,
    }));
    const ids = new Set(answers.map(answer => answer.value));
    expect(answers.filter(answer => answer.error)).toEqual([]);
    expect(ids.size).toBe(1);
    expect((await store.ids('sessions')).filter(id => id.startsWith(`sess_${round}_`))).toEqual([...ids]);
  }
});

test('6 processes of one agent whose session was deleted get one new session, 100 times of 100', async () => {
  const home = temporaryHome(unhurried);
  const store = openStore(home);
  for (let round = 0; round < 100; round++) {
    const agent = { name: 'claude', sessionId: `agent-${round}` };
    const insteadOf = `sess_deleted_${round}`;
    await claimForAgent(store, agent, () => activeSession(insteadOf));
    await store.update(insteadOf, placed('trash'));
    const answers = await allAtOnce(workers.slice(0, 6), home.root, index => ({
      do: 'claim',
      agent,
      newId: `sess_${round}_${index}`,
      insteadOf,
    }));
    expect(answers.filter(answer => answer.error)).toEqual([]);
    const ids = new Set(answers.map(answer => answer.value));
    expect((await store.ids('sessions')).filter(id => id.startsWith(`sess_${round}_`))).toEqual([...ids]);
  }
  expect(await lockRemains(home)).toEqual([]);
});

test('6 processes doing anything at all to one session lose nothing', async () => {
  const home = temporaryHome(unhurried);
  const store = openStore(home);
  const kinds = new Set<string>();
  // Which steps succeed depends on who comes first: it goes on until each kind has, which takes a round or two.
  const isComplete = () => kinds.size === Object.keys(mixedSteps).length;
  for (let round = 0; round < 6 || (round < 40 && !isComplete()); round++) {
    const id = `sess_mixed_${round}`;
    await store.create(activeSession(id));
    const answers = await allAtOnce(workers.slice(0, 6), home.root, index => ({
      do: 'mix',
      id,
      writer: `w${index}`,
      seed: 1000 * round + 100 * index,
      steps: 60,
    }));
    expect(answers.filter(answer => answer.error)).toEqual([]);
    const done = answers
      .flatMap(answer => answer.value as (Done | string)[])
      .filter(each => typeof each !== 'string');
    for (const { kind } of done) kinds.add(kind);

    const session = await store.read(id);
    // Each commit got a revision of its own and none is missing.
    expect(done.map(each => each.revision).sort((a, b) => a - b)).toEqual(done.map((_, index) => index + 2));
    expect(session.revision).toBe(done.length + 1);
    const texts = textsOf(session);
    expect(done.filter(each => !texts.has(each.text))).toEqual([]);
    // Any write finishes a move that was interrupted, also of what takes no notes just now.
    await store.update(id, (current, moment) => ({ ...current, lastHeartbeatAt: moment.now.toISOString() }));
    expect(placesOf(home, id)).toEqual([session.place]);
  }
  expect([...kinds].sort()).toEqual(Object.keys(mixedSteps).sort());
  expect(await lockRemains(home)).toEqual([]);
});
