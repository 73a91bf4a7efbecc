import { expect, test } from 'vitest';
import * as transitions from '../../../src/model/transitions.ts';
import { homeAt } from '../../../src/store/home.ts';
import { ownedByHome } from '../../../src/store/ownership.ts';
import { readProjects } from '../../../src/store/records.ts';
import { Summaries } from '../../../src/store/summaries.ts';
import { parentId } from '../../support/builders.ts';
import { instrument } from '../../support/instrumentedFileSystem.ts';
import { memoryFileSystem } from '../../support/memoryFileSystem.ts';
import { operationKinds } from '../../support/operationKinds.ts';
import { openStore } from '../../support/temporaryHome.ts';

const home = homeAt('/people/ada/.work-sessions');
const ada = { uid: 54_321, gid: 54_322 };

/** Ada's folder in memory, with or without a home in it, as an administrator's program has it. */
async function asAdministrator(hasHome: boolean) {
  const disk = memoryFileSystem();
  await disk.mkdir('/people/ada', { recursive: true, mode: 0o700 });
  await disk.lchown('/people/ada', ada.uid, ada.gid);
  if (hasHome) {
    await disk.mkdir(home.root, { recursive: false, mode: 0o700 });
    await disk.lchown(home.root, ada.uid, ada.gid);
  }
  return { disk, fs: ownedByHome(disk, home.root) };
}

async function everythingIn(disk: ReturnType<typeof memoryFileSystem>, path: string): Promise<string[]> {
  if (!(await disk.lstat(path)).isDirectory()) return [path];
  const names = await disk.readdir(path);
  return [path, ...(await Promise.all(names.map(name => everythingIn(disk, `${path}/${name}`)))).flat()];
}

test.for(
  operationKinds.flatMap(kind => [
    { kind, hasHome: true },
    { kind, hasHome: false },
  ]),
)(
  'whatever $kind.name makes in somebody’s home belongs to its owner (home there: $hasHome)',
  async ({ kind, hasHome }) => {
    const { disk, fs } = await asAdministrator(hasHome);
    const store = openStore(home, fs);
    await kind.prepare(store);
    await kind.run(store);
    await new Summaries(store.fs, home).list('sessions');
    await readProjects(store);
    for (const path of await everythingIn(disk, home.root)) {
      const { uid, gid } = await disk.lstat(path);
      expect({ path, uid, gid }).toEqual({ path, ...ada });
    }
  },
);

test('what is made elsewhere is not given away, and an administrator’s own home costs one look', async () => {
  const { disk, fs } = await asAdministrator(true);
  await disk.mkdir('/elsewhere', { recursive: true, mode: 0o700 });
  await fs.close(await fs.open('/elsewhere/export.md', 0o101, 0o600));
  expect((await disk.lstat('/elsewhere/export.md')).uid).toBe(0);

  const own = memoryFileSystem();
  const { fs: counted, calls } = instrument(() => {}, own);
  const store = openStore(homeAt('/root/.work-sessions'), ownedByHome(counted, '/root/.work-sessions'));
  await operationKinds[0]?.run(store);
  await store.update(parentId, (session, now) => transitions.log(session, { message: 'x' }, now));
  expect(calls.filter(call => /chown/.test(call.name))).toEqual([]);
});
