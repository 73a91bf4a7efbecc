import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cli, interleave, node, ratioRow } from './measure.mjs';
import { temporaryFolder } from './temporary.mjs';

/** Commands from the command line, each a process of its own, beside an empty one. */
export async function measureCommands() {
  const folder = temporaryFolder();
  const options = (/** @type {string} */ homeName) => ({
    cwd: join(folder, 'repository'),
    env: { WORK_SESSIONS_HOME: join(folder, homeName) },
  });
  mkdirSync(join(folder, 'repository'));
  execFileSync('git', ['init', '--quiet'], { cwd: join(folder, 'repository') });
  // Commands that add sessions have a home of their own: `log` without a session means the only one here.
  for (const home of ['home', 'starts']) node([cli, 'start', 'Measure the commands'], options(home));
  const times = await interleave(30, {
    empty: () => void node(['-e', '0'], options('home')),
    log: () => void node([cli, 'log', 'The parser is fast'], options('home')),
    start: () => void node([cli, 'start', 'Make the parser fast'], options('starts')),
    list: () => void node([cli, 'list'], options('home')),
  });
  const reference = { name: 'node -e 0', times: times.empty };
  return [
    ratioRow('work-sessions log', times.log, reference, 1.6),
    ratioRow('work-sessions start', times.start, reference),
    ratioRow('work-sessions list, small home', times.list, reference),
  ];
}
