import { addedRow, cli, interleave, node } from './measure.mjs';

/** Before a stamp is this old, the cache does not trust it (`racyMs` in src/store/summaries.ts). */
const trustedAfterMs = 2_100;

/**
 * Lists of 10,000 sessions, from the second time on, beside a command that does nothing.
 *
 * @param {import('./sampleHome.mjs').SampleHome} home
 */
export async function measureLists({ root, worktrees, writtenAt }) {
  const options = { cwd: worktrees[0], env: { WORK_SESSIONS_HOME: root } };
  await new Promise(resolve => setTimeout(resolve, Math.max(0, writtenAt + trustedAfterMs - Date.now())));
  const started = performance.now();
  node([cli, 'list', '--all', '--limit', '20'], options);
  const first = performance.now() - started;
  const times = await interleave(15, {
    start: () => void node([cli, '--version'], options),
    project: () => void node([cli, 'list'], options),
    some: () => void node([cli, 'list', '--all', '--json', '--limit', '20'], options),
    all: () => void node([cli, 'list', '--all'], options),
    allJson: () => void node([cli, 'list', '--all', '--json'], options),
  });
  const reference = { name: 'work-sessions --version', times: times.start };
  return [
    addedRow('list of 1 project of 50, 10,000 sessions', times.project, reference, 100),
    addedRow('list --all --json --limit 20', times.some, reference, 100),
    addedRow('list --all, 10,000 lines', times.all, reference),
    addedRow('list --all --json, 10,000 summaries', times.allJson, reference),
    { what: 'the first list, which reads every document', measured: first },
  ];
}
