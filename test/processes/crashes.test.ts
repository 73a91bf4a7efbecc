import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertSettled, type OperationKind, operationKinds } from '../support/operationKinds.ts';
import { openStore, temporaryHome } from '../support/temporaryHome.ts';
import { buildWorker, Worker } from '../support/workers.ts';

let folder: string;
let program: string;
const spare: Worker[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'work-sessions-crashes-'));
  program = await buildWorker(folder);
  // Each kill takes a process: the next two start while one is at work.
  for (let count = 0; count < 3; count++) spare.push(new Worker(program));
});
afterAll(async () => {
  await Promise.all(spare.map(worker => worker.end()));
  rmSync(folder, { recursive: true });
});

/** Runs the operation in a process that is killed right before its n-th file-system call; true: it completed. */
async function killedBefore(number: number, kind: OperationKind): Promise<boolean> {
  // Whoever had to wait until the dead one's lock is stale would be refused before.
  const home = temporaryHome({ lockWaitSeconds: 60, lockStaleSeconds: 600 });
  const store = openStore(home);
  await kind.prepare(store);

  const worker = spare.shift() as Worker;
  spare.push(new Worker(program));
  const fault = { signal: 'SIGKILL', before: number } as const;
  const answer = await worker.order(home.root, { do: 'kind', name: kind.name }, { fault });
  const completed = answer !== null;
  if (completed) await worker.end();
  assert.equal(answer?.error, undefined);
  assert.equal(await worker.ended, 'SIGKILL');

  const outcome = await kind.look(store);
  if (completed) assert.equal(outcome, 'after');
  // The next writer gets through although the dead one's lock may be there.
  await kind.next(store);
  await assertSettled(store, kind, outcome);
  return completed;
}

test.for(operationKinds)('$name survives SIGKILL before each of its file-system calls', async kind => {
  let kills = 0;
  const problems: unknown[] = [];
  for (let number = 1; ; number++) {
    const completed = await killedBefore(number, kind).catch(error => {
      problems.push({ number, error: String(error.message) });
      return false;
    });
    if (completed || number > 300) break;
    kills++;
  }
  expect(problems).toEqual([]);
  // Fewer than these would mean that the calls do not go through the file system that is passed in.
  expect(kills).toBeGreaterThan(12);
});
