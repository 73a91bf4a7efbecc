import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examine } from '../../src/store/doctor.ts';
import { lockRemains } from '../support/locks.ts';
import { assertPlaces, type OperationKind, operationKinds } from '../support/operationKinds.ts';
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
  const home = temporaryHome();
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
  const started = performance.now();
  await kind.next(store);
  assert.ok(performance.now() - started < 1_000, 'the next update took more than a second');
  // The doctor mends what nobody came by for; then everything is there once and nothing is left over.
  await examine(store, { fix: true });
  const settled = kind.name === 'create' || kind.name === 'claimForAgent' ? {} : kind.sessions(outcome);
  if (Object.keys(settled).length > 0) await assertPlaces(store, settled);
  assert.deepEqual(await lockRemains(home), []);
  assert.deepEqual(await examine(store, { fix: false }), []);
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
