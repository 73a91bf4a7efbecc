import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import picocolors from 'picocolors';
import { diary, gitEnvironment } from './diary.mjs';
import { checkout, run } from './run.mjs';
import { tellHistory } from './tideService.mjs';

/** Stands for the id of the session that is parked at that moment. */
const parked = 'PARKED';

/** What is said, and the arguments of the commands that are run after it. @type {[string, ...string[][]][]} */
const stops = [
  [
    'A session is one piece of work. Start one, with tasks if you like.',
    [
      'start',
      'Fix the login on slow networks',
      '--task',
      'Reproduce it',
      '--task',
      'Write a test',
      '--ref',
      '#214',
    ],
  ],
  [
    'Note what happens while you work.',
    ['log', 'It gives up after 3 s; the server answers after 4 s'],
    ['task', 'set', 'Reproduce', 'completed'],
    ['decide', 'Retry twice with a pause of 1 s'],
    ['ask', 'Are 10 s enough over satellite?'],
  ],
  [
    'Something else comes up: park it, with the reason and what to do first when it goes on.',
    ['park', '--reason', 'Production is down', '--next', 'Finish the retry in tides/login.py'],
  ],
  [
    'Meanwhile there is other work, in this window or any other.',
    ['start', 'Bring production back'],
    ['list'],
  ],
  ['It is done.', ['complete', '--outcome', 'The disk was full; cleaned up']],
  ['Back to the login. One screen says where you were, for you or for an agent.', ['brief', parked]],
  [
    'Resume it: a new session goes on with all that was open. That works exactly once.',
    ['resume', parked],
    ['list'],
  ],
  ['Everything is plain JSON for programs, too.', ['overview', '--json']],
];

/**
 * A tour of the command line: real commands, and what they print, on sessions of their own.
 *
 * @param {string} root
 */
export async function tour(root) {
  const store = path.join(root, 'sessions');
  const folder = path.join(root, 'tide-service');
  await mkdir(folder, { recursive: true });
  await tellHistory(diary(folder, store));
  const env = { ...process.env, ...gitEnvironment, WORK_SESSIONS_HOME: store };
  const cli = path.join(checkout, 'dist/cli/cli.cjs');
  const parkedId = async () => {
    const sessions = JSON.parse(await run(process.execPath, [cli, 'list', '--json'], { cwd: folder, env }));
    return sessions.find((/** @type {{ status: string }} */ each) => each.status === 'parked').id.slice(-8);
  };
  for (const [words, ...commands] of stops) {
    console.log(`\n${picocolors.dim(`# ${words}`)}`);
    for (const command of commands) {
      const args = command.includes(parked)
        ? command.with(command.indexOf(parked), await parkedId())
        : command;
      console.log(
        `${picocolors.green('$')} ${picocolors.bold(`work-sessions ${args.map(quoted).join(' ')}`)}`,
      );
      await run(process.execPath, [cli, ...args], { cwd: folder, env, show: true });
    }
  }
  console.log(
    `\n${picocolors.dim('# work-sessions --help tells the rest. These sessions are removed now.')}`,
  );
}

/** @param {string} text */
function quoted(text) {
  return /^[\w.:/-]+$/.test(text) ? text : `"${text}"`;
}
