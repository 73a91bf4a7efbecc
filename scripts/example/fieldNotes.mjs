import { days, hours } from './diary.mjs';

/** A second project, for the list of all projects. @param {ReturnType<typeof import('./diary.mjs').diary>} here */
export async function tellFieldNotes(here) {
  await here.begin();
  await here.commit(days(40), 'Begin the notes', { 'README.md': '# Field notes\n' });
  await here.commit(days(12), 'Notes from the north coast', { 'notes/north.md': '# North coast\n' });

  const theme = await here.start(
    days(11),
    'A calmer theme for the website',
    '--task',
    'Colours',
    '--task',
    'Type',
  );
  await theme.note(days(11, 1), 'task', 'set', 'Colours', 'completed');
  await theme.park(days(11, 2), 'Waiting for the new photographs', 'Choose three of the photographs');

  const letter = await here.start(hours(7), 'Draft the spring newsletter', '--tag', 'writing');
  await letter.note(hours(6), 'log', 'Collected what happened since January');
  await letter.note(hours(6), 'next', 'Ask Ilse for a quotation');
}
