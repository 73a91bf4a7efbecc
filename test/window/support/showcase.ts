import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commit, type Desk, gitDesk, repository } from '../../endToEnd/support/desk.ts';

export const showcase = {
  needing: 'Fix the login on slow networks',
  active: 'Read the new payment API',
  stale: 'Upgrade to Node 24',
  parked: 'Move the search to the new index',
  completed: 'Tidy the docs',
};

/** A project with a session in every state, as after some days of work; ids by state. */
export async function showcaseDesk(): Promise<Desk & { ids: Record<keyof typeof showcase, string> }> {
  const desk = gitDesk('shop');
  const begin = async (intent: string, ...more: string[]) =>
    (await desk.session('start', intent, ...more)).id;
  const completed = await begin(showcase.completed, '--tag', 'docs');
  await desk.ok('complete', completed, '--outcome', 'Published');
  const parked = await begin(showcase.parked, '--ref', '#198');
  await desk.ok(
    'park',
    parked,
    '--reason',
    'Waiting for the review of the schema',
    '--next',
    'Merge, then re-index',
  );
  const other = await begin('Translate the mails');
  await desk.ok('park', other, '--reason', 'The texts are not final');
  const stale = await begin(showcase.stale);
  const active = await begin(
    showcase.active,
    '--task',
    'Compare the two versions',
    '--task',
    'List what breaks',
  );
  const needing = await begin(
    showcase.needing,
    ...[
      '--task',
      'Reproduce it',
      '--task',
      'Write a test',
      '--task',
      'Try with 10 s',
      '--ref',
      '#214',
      '--tag',
      'urgent',
    ],
  );
  const note = (...words: string[]) => desk.ok(...words, '--session', needing);
  await note('task', 'set', 'Reproduce it', 'completed');
  await note('task', 'set', 'Write a test', 'in_progress');
  await note('log', 'It times out after 3 s');
  await note('ask', 'Is 10 s enough?');
  await note('decide', 'Retry twice before giving up');
  await note('next', 'Measure on a phone');
  commit(desk.folder, 'Wait for longer before giving up', 'login.txt');
  await note('commit', 'capture');
  await note('activity', 'Measuring on 3G');
  await note('needs', 'Decide the timeout: 5 s or 10 s?');
  await desk.at(repository(join(desk.root, 'api'))).ok('start', 'Publish version 2');
  const days = (id: string, count: number) => age(desk.path(id), count);
  days(stale, 3);
  days(parked, 1);
  days(other, 5);
  days(completed, 8);
  return Object.assign(desk, { ids: { needing, active, stale, parked, completed } });
}

/** Makes a session older: every moment in its document. */
function age(path: string, days: number): void {
  const text = readFileSync(path, 'utf8').replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, moment =>
    JSON.stringify(new Date(Date.parse(JSON.parse(moment)) - days * 86_400_000).toISOString()),
  );
  writeFileSync(path, text);
}
