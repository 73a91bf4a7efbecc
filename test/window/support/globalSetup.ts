import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { prepareBrowser } from '../../host/browser.mjs';
import { checkout } from '../../host/paths.mjs';
import { prepareServerBuild } from '../../host/serverBuild.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built program that the tests run. */
    program: string;
    /** A folder for everything that the tests make. */
    scratch: string;
    /** The built extension: what a window loads. */
    extension: string;
  }
}

/** What is shipped, and what packing it needs. */
const parts = [
  ...['package.json', 'package.nls.json', 'package.nls.nl.json', 'bin', 'dist', 'l10n', 'media'],
  ...['.vscodeignore', 'README.md', 'CHANGELOG.md', 'LICENSE'],
];

/** Builds what is shipped, once, and puts a copy aside, so that another build meanwhile disturbs no window. */
export async function setup(project: TestProject): Promise<() => void> {
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: checkout, stdio: 'inherit' });
  // Short: VS Code puts sockets below a home.
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'wsw-')));
  const extension = join(scratch, 'extension');
  for (const part of parts) {
    const source = join(checkout, part);
    if (existsSync(source)) cpSync(source, join(extension, part), { recursive: true });
  }
  await prepareServerBuild();
  await prepareBrowser();
  project.provide('program', join(extension, 'dist/cli/cli.cjs'));
  project.provide('scratch', scratch);
  project.provide('extension', extension);
  return () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
