import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built program that the tests run. */
    program: string;
    /** A folder for everything that the tests make. */
    scratch: string;
  }
}

/** Builds what is shipped, once, and puts a copy aside, so that another build meanwhile disturbs no test. */
export function setup(project: TestProject): () => void {
  const root = join(import.meta.dirname, '../../..');
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'work-sessions-end-to-end-')));
  cpSync(join(root, 'dist/cli'), join(scratch, 'program'), { recursive: true });
  project.provide('program', join(scratch, 'program/cli.cjs'));
  project.provide('scratch', scratch);
  return () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
