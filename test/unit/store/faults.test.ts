import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import { SessionError } from '../../../src/model/errors.ts';
import { examine } from '../../../src/store/doctor.ts';
import { homeAt } from '../../../src/store/home.ts';
import { type Call, failAt, instrument } from '../../support/instrumentedFileSystem.ts';
import { lockRemains } from '../../support/locks.ts';
import { memoryFileSystem } from '../../support/memoryFileSystem.ts';
import { assertPlaces, type OperationKind, operationKinds } from '../../support/operationKinds.ts';
import { openStore, temporaryHome } from '../../support/temporaryHome.ts';

/** Runs the operation with its n-th file-system call failing; the call, or undefined if there were fewer. */
async function failingAt(number: number, code: string, kind: OperationKind): Promise<Call | undefined> {
  const disk = memoryFileSystem();
  const home = homeAt('/home');
  const others = openStore(home, disk);
  await kind.prepare(others);

  const { fs, calls, openFiles, settled } = instrument(failAt(number, code), disk);
  const error = await kind.run(openStore(home, fs)).then(
    () => null,
    failure => failure,
  );
  await settled();
  const call = calls[number - 1];
  const about = `${code} at ${number}, ${call?.name} ${call?.path}`;
  assert.deepEqual(openFiles(), [], `${about}: files left open`);
  if (error !== null) assert.ok(error instanceof SessionError, `${about}: ${error?.stack}`);

  const outcome = await kind.look(others);
  if (error === null) assert.equal(outcome, 'after', `${about}: acknowledged, but not done`);
  await kind.next(others);
  await examine(others, { fix: true });
  const settledPlaces = kind.name === 'create' || kind.name === 'claimForAgent' ? {} : kind.sessions(outcome);
  if (Object.keys(settledPlaces).length > 0) await assertPlaces(others, settledPlaces);
  assert.deepEqual(await lockRemains(home, disk), [], about);
  assert.deepEqual(await examine(others, { fix: false }), [], about);
  return call;
}

test.for(operationKinds)(
  '$name: whichever file-system call fails, nothing is lost or left over',
  async kind => {
    for (const code of ['ENOSPC', 'EIO', 'EACCES']) {
      let number = 1;
      while ((await failingAt(number, code, kind)) !== undefined) number++;
      // Fewer would mean that the calls do not go through the file system that is passed in.
      expect(number).toBeGreaterThan(12);
    }
  },
);

test('data that is written in small pieces arrives whole', async () => {
  const home = temporaryHome();
  const { fs } = instrument();
  const short = {
    ...fs,
    write: (fd: number, data: Uint8Array, offset: number) =>
      fs.write(fd, data.subarray(0, offset + 7), offset),
  };
  const kind = operationKinds.find(each => each.name === 'resume') as OperationKind;
  await kind.prepare(openStore(home, short));
  await kind.run(openStore(home, short));
  expect(await kind.look(openStore(home))).toBe('after');
});
