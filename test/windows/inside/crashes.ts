import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFileSystem } from '../../../src/store/fileSystem.ts';
import { homeAt } from '../../../src/store/home.ts';
import { SessionStore } from '../../../src/store/sessionStore.ts';
import { minute } from '../../support/builders.ts';
import { instrument } from '../../support/instrumentedFileSystem.ts';
import {
  assertSettled,
  type OperationKind,
  operationKind,
  operationKinds,
} from '../../support/operationKinds.ts';

/** One try of an operation, in a home of its own. */
export interface Try {
  readonly home: string;
  readonly kind: string;
  /** The call to the file system before which it was stopped for good. */
  readonly call: number;
  readonly isDone: boolean;
}

/** Longer than anybody waits for a lock: whoever has to wait until a lock counts as stale is told "busy". */
const settings = { lockStaleSeconds: 600, lockWaitSeconds: 30 };

/**
 * Every kind of operation, stopped before each of its calls to the file system in turn, each time in a home of
 * its own; all of them die with this one process.
 */
export async function interruptAll(folder: string): Promise<readonly Try[]> {
  const tries: Try[] = [];
  for (const [index, kind] of operationKinds.entries()) {
    for (let call = 1; tries.at(-1)?.kind !== kind.name || !tries.at(-1)?.isDone; call++) {
      const home = join(folder, `${index}-${call}`);
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'config.json'), JSON.stringify(settings));
      tries.push({ home, kind: kind.name, call, isDone: await isDoneBefore(call, kind, home) });
    }
  }
  writeFileSync(join(folder, 'tries.json'), JSON.stringify(tries));
  return tries;
}

/** Runs the operation until it is about to make its n-th call, which never happens; true: it made fewer. */
async function isDoneBefore(number: number, kind: OperationKind, root: string): Promise<boolean> {
  const home = homeAt(root);
  const now = () => minute(60);
  await kind.prepare(new SessionStore({ home, fs: nodeFileSystem, now }));
  return new Promise((resolve, reject) => {
    const { fs } = instrument(call => {
      if (call.number < number) return;
      resolve(false);
      return new Promise(() => {});
    });
    kind.run(new SessionStore({ home, fs, now })).then(() => resolve(true), reject);
  });
}

/** Looks at all that `interruptAll` left, from another process, and goes on with it; gives what was wrong. */
export async function lookAtAll(folder: string): Promise<readonly string[]> {
  const problems: string[] = [];
  const tries = JSON.parse(readFileSync(join(folder, 'tries.json'), 'utf8')) as Try[];
  for (const { home, kind, call, isDone } of tries) {
    await goOn(operationKind(kind), home, isDone).catch(error => {
      problems.push(
        `${kind}, before call ${call}: ${String(error?.message)} ${JSON.stringify(error?.details)}`,
      );
    });
  }
  return problems;
}

async function goOn(kind: OperationKind, root: string, isDone: boolean): Promise<void> {
  const store = new SessionStore({ home: homeAt(root), fs: nodeFileSystem, now: () => minute(60) });
  const outcome = await kind.look(store);
  if (isDone) assert.equal(outcome, 'after');
  // The next writer gets through although the dead one's lock may be there.
  await kind.next(store);
  await assertSettled(store, kind, outcome);
}
