import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @type {string[]} */
const folders = [];

/** A folder of its own, gone when the benchmark ends. */
export function temporaryFolder() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'work-sessions-bench-')));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders() {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

// However it ends.
process.once('exit', removeTemporaryFolders);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
