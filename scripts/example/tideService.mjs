import { days, hours } from './diary.mjs';
import { login, loginTest, manifest, readme, server } from './files.mjs';

/** @typedef {ReturnType<typeof import('./diary.mjs').diary>} Diary */

/** What was there before the first session. @param {Diary} here */
export async function tellHistory(here) {
  await here.begin();
  await here.commit(days(24), 'Begin the tide service', { 'README.md': readme, 'pyproject.toml': manifest });
  await here.commit(days(23, 3), 'Answer with the tides of a harbour', { 'tides/server.py': server });
  await here.commit(days(19), 'Let people log in', { 'tides/login.py': login });
  await here.commit(days(15, 5), 'Log slow answers', { 'tides/log.py': 'SLOW = 1.0\n' });
}

/**
 * A project with a session in every state.
 *
 * @param {Diary} here
 * @param {(folder: string) => Diary} elsewhere
 */
export async function tellTideService(here, elsewhere) {
  await tellHistory(here);

  const integration = await here.start(days(13), 'Set up continuous integration', '--tag', 'build');
  await integration.commit(days(13, 1), 'Run the tests on every push', { '.ci.yml': 'run: pytest\n' });
  await integration.complete(days(13, 3), 'Runs on every push, in three minutes');

  await here.git(days(9), 'checkout', '--quiet', '-b', 'feature/rate-limits');
  const limits = await here.start(
    days(9),
    'Rate limits for the public API',
    ...[
      '--ref',
      '#187',
      '--tag',
      'api',
      '--task',
      'Count requests per key',
      '--task',
      'Answer 429 with a date',
    ],
  );
  await limits.commit(days(9, 2), 'Count requests per key', {
    'tides/limits.py': 'counts = {}\n',
  });
  await limits.note(days(9, 2), 'task', 'set', 'Count requests', 'completed');
  await limits.note(days(9, 3), 'ask', 'One limit for all, or one for each plan?');
  await limits.park(
    days(9, 4),
    'No numbers from production yet',
    'Read a week of request logs',
    'Choose the limit per key',
  );

  await here.git(days(6), 'checkout', '--quiet', 'main');
  const upgrade = await here.start(days(6), 'Move to Python 3.13', '--task', 'Images', '--task', 'Types');
  await upgrade.commit(days(6, 1), 'Ask for Python 3.13', { '.python-version': '3.13\n' });
  await upgrade.note(days(6, 2), 'task', 'set', 'Images', 'completed');
  await upgrade.note(days(6, 2), 'task', 'set', 'Types', 'completed');
  await upgrade.complete(days(6, 3), 'Everything runs on Python 3.13, 8% less memory');

  const nightly = await tellNightly(here, elsewhere(`${here.folder}-nightly`));

  await here.git(days(2), 'checkout', '--quiet', '-b', 'fix/slow-login');
  const slow = await here.start(
    days(2),
    'Fix the login on slow networks',
    ...['--ref', '#214', '--tag', 'urgent'],
    ...['--task', 'Reproduce it with a slow proxy', '--task', 'Write a failing test'],
    ...['--task', 'Retry twice, then say so', '--task', 'Tell the phone team'],
  );
  await slow.note(days(2, 1), 'log', 'It gives up after 3 s; over satellite the server answers after 4 s');
  await slow.note(days(2, 1), 'task', 'set', 'Reproduce', 'completed');
  await slow.commit(days(2, 3), 'Show the login giving up', { 'tests/test_login.py': loginTest });
  await slow.note(days(2, 3), 'task', 'set', 'failing test', 'completed');
  await slow.note(days(2, 4), 'decide', 'Retry twice with a pause of 1 s; no new setting');
  await slow.note(days(2, 4), 'ask', 'Are 10 s enough over satellite?');
  await slow.park(days(2, 5), 'Helping out: production is down', 'Finish the retry in tides/login.py');

  await here.git(days(1), 'checkout', '--quiet', '-b', 'feature/csv', 'main');
  const table = await here.start(days(1), 'Export measurements as CSV', '--ref', '#201', '--tag', 'api');
  await table.commit(days(1, 1), 'Write measurements as CSV', {
    'tides/csv.py': "SEPARATOR = ';'\n",
  });
  await table.note(days(1, 1), 'decide', 'Semicolons, as most of our readers use comma as the decimal sign');
  await table.park(
    days(1, 2),
    'The format is in review with Jonas',
    'Take over the review',
    'Add the header row',
  );

  await here.git(hours(20), 'checkout', '--quiet', 'main');
  const documents = await here.start(hours(20), 'Document the public API', '--tag', 'docs');
  await documents.commit(hours(19), 'Describe every path of the API', { 'docs/api.md': '# The API\n' });
  await documents.complete(hours(18), 'Published in docs/api.md');

  const agent = await tellAgent(here, elsewhere(`${here.folder}-export`));

  await here.git(hours(3), 'checkout', '--quiet', 'fix/slow-login');
  const login2 = await slow.resume(hours(3));
  await login2.note(hours(2.5), 'task', 'set', 'Retry twice', 'in_progress');
  await login2.commit(hours(2), 'Retry the login twice', { 'tides/login.py': '\n\nRETRIES = 2\n' });
  await login2.note(hours(1), 'log', 'The test passes with a delay of 4 s, and fails with 11 s as it should');
  await login2.note(12, 'activity', 'Measuring the pause between two tries');
  await here.sessions(
    11,
    ...[
      'project',
      'set',
      '--phase',
      'Beta',
      '--done',
      'Continuous integration',
      '--doing',
      'Login on slow networks',
    ],
    ...['--upcoming', 'CSV export', '--upcoming', 'Rate limits'],
  );
  return {
    current: login2.id,
    needsYou: agent.id,
    stale: nightly.id,
    parked: table.id,
    parkedLongAgo: limits.id,
    resumed: slow.id,
    completed: documents.id,
  };
}

/** Begun in a worktree of its own, and left without parking it. @param {Diary} here @param {Diary} worktree */
async function tellNightly(here, worktree) {
  await here.git(days(3), 'worktree', 'add', '--quiet', '-b', 'test/nightly-upload', worktree.folder);
  const session = await worktree.start(
    days(3),
    'Find out why the upload test fails at night',
    '--ref',
    '#209',
  );
  await session.note(days(3, 1), 'log', 'Fails between 1:00 and 2:00 only: the clock change?');
  await session.note(days(3, 1), 'task', 'add', 'Run it with another time zone');
  return session;
}

/** An agent at work in a worktree of its own, which has come to where it needs the person. @param {Diary} here @param {Diary} worktree */
async function tellAgent(here, worktree) {
  await here.git(hours(5), 'worktree', 'add', '--quiet', '-b', 'feature/export-tests', worktree.folder);
  const session = await worktree.start(
    hours(5),
    'Write tests for the export',
    ...['--agent', 'Claude Code', '--agent-session', '4f1c9a52-export'],
    ...['--task', 'Empty months', '--task', 'A whole year', '--task', 'Harbours without measurements'],
  );
  await session.commit(hours(4.5), 'Test the export of empty months', {
    'tests/test_export.py': '# Empty months\n',
  });
  await session.note(hours(4.5), 'task', 'set', 'Empty months', 'completed');
  await session.note(
    hours(4),
    'log',
    'A year of measurements takes 40 s in the test: too long to make each time',
  );
  await session.note(25, 'needs', 'May a file of 4 MB with a year of measurements be added?');
  return session;
}
