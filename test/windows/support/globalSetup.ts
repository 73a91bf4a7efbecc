import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildWorker, bundle } from '../../support/workers.ts';
import { startsFile } from './starts.ts';
import { keepServer, prepareWindowsNode, type WindowsNode } from './windowsNode.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built program that the tests run. */
    program: string;
    /** A folder for everything that the tests make. */
    scratch: string;
    windowsNode: WindowsNode;
    /** The program that holds what the tests let happen inside Windows, and that of its workers. */
    insideProgram: string;
    workerProgram: string;
  }
}

/** A start takes 1 to 4 seconds on a slow machine: with more of them the tests would take more than minutes. */
const startLimit = 100;

/** Prepares Windows's Node and all that runs on it, once; ends Wine's server at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = join(import.meta.dirname, '../../..');
  const node = await prepareWindowsNode();
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'work-sessions-windows-')));
  cpSync(join(root, 'dist/cli'), join(scratch, 'program'), { recursive: true });
  project.provide('program', join(scratch, 'program/cli.cjs'));
  project.provide('scratch', scratch);
  project.provide('windowsNode', node);
  project.provide(
    'insideProgram',
    await bundle(join(import.meta.dirname, '../inside/inside.ts'), join(scratch, 'inside.mjs')),
  );
  project.provide('workerProgram', await buildWorker(scratch));
  const endServer = await keepServer(node);
  return async () => {
    try {
      await endServer();
      const starts = readFileSync(startsFile(scratch), { encoding: 'utf8', flag: 'a+' }).length;
      process.stdout.write(`${starts} starts of Windows's Node\n`);
      if (starts > startLimit) throw new Error(`These are more than ${startLimit}.`);
    } catch (error) {
      // Vitest shows what the end of a run throws, and calls the run good all the same.
      process.exitCode = 1;
      throw error;
    } finally {
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    }
  };
}
