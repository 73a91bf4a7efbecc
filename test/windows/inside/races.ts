import { canonical } from '../../../src/model/merge.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { nodeFileSystem } from '../../../src/store/fileSystem.ts';
import { homeAt } from '../../../src/store/home.ts';
import { SessionStore } from '../../../src/store/sessionStore.ts';
import { activeSession, minute, parkedSession } from '../../support/builders.ts';
import { lockRemains } from '../../support/locks.ts';
import { type Done, textsOf } from '../../support/mixedWork.ts';
import { type Answer, allAtOnce, startWorkers, type Task, type Worker } from '../../support/workers.ts';

/** How many processes compete in each of these races. */
export const competitors = 4;

const rounds = 25;

export interface RaceReport {
  /** What should not have happened, each with its round. */
  readonly problems: readonly string[];
  readonly rounds: number;
}

/** One parked session, resumed by all at once: one continuation, and the losers are told which. */
export function raceForResume(folder: string, workerProgram: string): Promise<RaceReport> {
  return race(folder, workerProgram, async ({ store, all, round, note }) => {
    const id = `sess_parked_${round}`;
    await store.create(parkedSession(id));
    const answers = await all(index => ({ do: 'resume', id, newId: `sess_new_${round}_${index}` }));
    const winners = answers.filter(({ error }) => error === undefined);
    const resumedAs = winners[0]?.value;
    if (winners.length !== 1) note(`${winners.length} winners`);
    for (const { error } of answers) {
      if (error === undefined) continue;
      const details = error.details as { resumedAs?: string };
      if (error.code !== 'already_resumed' || details.resumedAs !== resumedAs)
        note(`told ${JSON.stringify(error)}`);
    }
    const made = (await store.ids('sessions')).filter(each => each.startsWith(`sess_new_${round}_`));
    if (made.join() !== resumedAs) note(`made ${made.join()}, said ${resumedAs}`);
    const continuation = canonical(transitions.continuationOf(await store.read(id)));
    if (canonical(await store.read(String(resumedAs))) !== continuation) note('it is not the continuation');
  });
}

/** Processes of one agent that begin at once: one session for all. */
export function raceForCreation(folder: string, workerProgram: string): Promise<RaceReport> {
  return race(folder, workerProgram, async ({ store, all, round, note }) => {
    const agent = { name: 'claude', sessionId: `agent-${round}` };
    const answers = await all(index => ({ do: 'claim', agent, newId: `sess_${round}_${index}` }));
    for (const { error } of answers) if (error) note(`told ${JSON.stringify(error)}`);
    const got = [...new Set(answers.map(({ value }) => value))];
    const made = (await store.ids('sessions')).filter(each => each.startsWith(`sess_${round}_`));
    if (got.length !== 1 || made.join() !== got.join()) note(`got ${got.join()}, made ${made.join()}`);
  });
}

/** Anything at all, done to one session by all: what was acknowledged is there, in an order without gaps. */
export function raceOfMixedWork(folder: string, workerProgram: string): Promise<RaceReport> {
  return race(folder, workerProgram, async ({ store, all, round, note }) => {
    const id = `sess_mixed_${round}`;
    await store.create(activeSession(id));
    const answers = await all(index => ({
      ...{ do: 'mix', id, writer: `w${index}` },
      ...{ seed: 1000 * round + 100 * index, steps: 10 },
    }));
    for (const { error } of answers) if (error) note(`told ${JSON.stringify(error)}`);
    const done = answers
      .flatMap(({ value }) => (value ?? []) as (Done | string)[])
      .filter((each): each is Done => typeof each !== 'string');
    const session = await store.read(id);
    const revisions = done.map(({ revision }) => revision).sort((a, b) => a - b);
    if (revisions.some((revision, index) => revision !== index + 2) || session.revision !== done.length + 1)
      note(`revisions ${revisions.join()}, then ${session.revision}`);
    const texts = textsOf(session);
    for (const { text } of done) if (!texts.has(text)) note(`lost ${text}`);
  });
}

interface Round {
  readonly store: SessionStore;
  readonly round: number;
  readonly all: (task: (index: number) => Task) => Promise<Answer[]>;
  readonly note: (problem: string) => void;
}

async function race(
  folder: string,
  workerProgram: string,
  run: (round: Round) => Promise<void>,
): Promise<RaceReport> {
  const home = homeAt(folder);
  const store = new SessionStore({ home, fs: nodeFileSystem, now: () => minute(60) });
  const workers: Worker[] = await startWorkers(workerProgram, competitors);
  const problems: string[] = [];
  for (let round = 0; round < rounds; round++) {
    await run({
      store,
      round,
      all: task => allAtOnce(workers, home.root, task),
      note: problem => problems.push(`round ${round}: ${problem}`),
    });
  }
  await Promise.all(workers.map(worker => worker.end()));
  problems.push(...(await lockRemains(home)).map(path => `left over: ${path}`));
  return { problems, rounds };
}
