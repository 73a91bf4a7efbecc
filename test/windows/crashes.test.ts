import { expect, test } from 'vitest';
import { operationKinds } from '../support/operationKinds.ts';
import type { Try } from './inside/crashes.ts';
import { inside, scratchFolder } from './support/onWindows.ts';

test('whatever a process dies in, everything is readable afterwards and nobody is held up', async () => {
  const folder = scratchFolder();
  const tries = await inside<Try[]>('interruptAll', folder);
  for (const { name } of operationKinds) {
    // Fewer would mean that the calls do not go through the file system that is passed in.
    expect(tries.filter(({ kind }) => kind === name).length).toBeGreaterThan(12);
    expect(tries.filter(({ kind, isDone }) => kind === name && isDone)).toHaveLength(1);
  }
  expect(await inside<string[]>('lookAtAll', folder)).toEqual([]);
});
