import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../../scripts/manifest/generate.mjs';
import { temporaryFolder } from '../../support/temporaryHome.ts';
import { root } from './sources.ts';

const script = join(root, 'scripts/manifest.mjs');
const startsProcesses = 60_000;

/** A folder with the files as they are, each changed a little where it is generated. */
function outdatedCopies(): string {
  const folder = temporaryFolder();
  for (const name of generatedFiles) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(join(root, name), join(folder, name));
  }
  change(join(folder, 'package.json'), '"$(debug-pause)"', '"$(play)"');
  change(join(folder, 'package.nls.json'), 'Park Session…', 'Pause Session…');
  change(join(folder, 'package.nls.nl.json'), '  "command.park": "Sessie parkeren…",\n', '');
  change(join(folder, 'src/extension/commands/loaders.ts'), '.park,', '.complete,');
  change(join(folder, 'src/extension/commands/all.ts'), 'as lifeCommands', 'as deathCommands');
  change(join(folder, 'README.md'), '| `park [ID]', '| `halt [ID]');
  return folder;
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

test(
  'package.json, its texts, the README and the loaders say what the tables say',
  () => {
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  },
  startsProcesses,
);

test(
  'a file that is out of date is named, left alone by the check, and written otherwise',
  () => {
    const folder = outdatedCopies();
    const texts = () => generatedFiles.map(name => readFileSync(join(folder, name), 'utf8'));
    const before = texts();
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr.trim().split('\n')).toEqual(
      generatedFiles.map(name => `${name} is out of date. Run: npm run manifest`),
    );
    expect(status).toBe(1);
    expect(texts()).toEqual(before);

    execFileSync(process.execPath, [script], { cwd: folder });
    expect(texts()).toEqual(generatedFiles.map(name => readFileSync(join(root, name), 'utf8')));
  },
  startsProcesses,
);
