import { writeFileSync } from 'node:fs';
import { SessionError } from '../../src/model/errors.ts';
import type { Session } from '../../src/model/session.ts';
import type { Moment } from '../../src/model/stamp.ts';
import * as transitions from '../../src/model/transitions.ts';
import { homeAt } from '../../src/store/home.ts';
import { claimForAgent } from '../../src/store/records.ts';
import { SessionStore } from '../../src/store/sessionStore.ts';
import { at, minute, project, where } from './builders.ts';
import { type Call, instrument } from './instrumentedFileSystem.ts';
import { type Done, mixedStep } from './mixedWork.ts';
import { operationKind } from './operationKinds.ts';
import type { Answer, Fault, Order, Step, Task } from './workers.ts';

/*
 * The program of a real process of a test: it opens a store and does what it is ordered to, one order
 * after the other. Built by esbuild as the product is; see workers.ts.
 */

process.on('message', (order: Order) => {
  void obey(order).then(answer => process.send?.(answer));
});
process.on('disconnect', () => process.exit());

let opened: { root: string; store: SessionStore } | undefined;

async function obey({ number, home, task, fault, at }: Order): Promise<Answer> {
  try {
    const store = fault ? openStore(home, fault) : sharedStore(home);
    if (at !== undefined) await new Promise(resolve => setTimeout(resolve, at - Date.now()));
    return { number, value: await perform(store, task) };
  } catch (error) {
    if (error instanceof SessionError) return { number, error: { code: error.code, details: error.details } };
    return {
      number,
      error: { code: 'unexpected', details: String(error instanceof Error ? error.stack : error) },
    };
  }
}

function sharedStore(root: string): SessionStore {
  if (opened?.root !== root) opened = { root, store: openStore(root) };
  return opened.store;
}

function openStore(root: string, fault?: Fault): SessionStore {
  const { fs } = instrument(fault ? faultAt(fault) : undefined);
  return new SessionStore({ home: homeAt(root), fs, now: () => minute(60) });
}

/** Ends or suspends this process right before the call that the fault names. */
function faultAt({ before, signal, marker }: Fault): (call: Call) => void {
  let left = before === 'copy' ? 2 : 1;
  return call => {
    if (!(typeof before === 'number' ? call.number === before : isStep(before, call)) || --left !== 0) return;
    if (marker) writeFileSync(marker, `${process.pid}`);
    process.kill(process.pid, signal);
  };
}

function isStep(step: Step, { name, path, to }: Call): boolean {
  switch (step) {
    case 'write':
      return name === 'write';
    case 'lock':
      return name === 'takeOver';
    case 'locked':
      // A store that is new tries out how exact time stamps are on its first lock.
      return name === 'utimes';
    case 'commit':
    case 'copy':
      return name === 'rename' && path.includes('.json.lock/') && to?.endsWith('.json') === true;
    case 'take':
      return name === 'rename' && path.endsWith('.json') && to?.includes('.json.lock/') === true;
  }
}

async function perform(store: SessionStore, task: Task): Promise<unknown> {
  switch (task.do) {
    case 'nothing':
      return null;
    case 'kind':
      return operationKind(task.name)
        .run(store)
        .then(() => null);
    case 'resume':
      return resume(store, task.id, task.newId, transitions.resume);
    case 'goOn':
      return resume(store, task.id, task.newId, transitions.goOn);
    case 'claim': {
      const input = { id: task.newId, intent: 'claimed', project, where };
      const fresh = () => transitions.start(input, at(0));
      return claimForAgent(store, task.agent, fresh, task.insteadOf).then(session => session.id);
    }
    case 'log':
      for (const message of task.messages)
        await store.update(task.id, (session, moment) => log(session, message, moment));
      return task.messages.length;
    case 'mix': {
      const done: (Done | string)[] = [];
      for (let step = 0; step < task.steps; step++)
        done.push(await mixedStep(store, task, step, done.at(-1)));
      return done;
    }
  }
}

async function resume(
  store: SessionStore,
  id: string,
  newId: string,
  transition: typeof transitions.resume,
): Promise<string | undefined> {
  const parent = await store.update(id, (session, moment) => transition(session, { newId }, moment));
  return (await store.rollForward(parent))?.id;
}

function log(session: Session, message: string, moment: Moment): Session {
  return transitions.log(session, { message }, moment);
}
