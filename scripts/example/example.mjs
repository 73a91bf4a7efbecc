import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { diary } from './diary.mjs';
import { tellFieldNotes } from './fieldNotes.mjs';
import { tellTideService } from './tideService.mjs';

/**
 * Three weeks of somebody's work, made in a few seconds: two repositories with a history, and sessions in every state.
 * The command line has to be built.
 *
 * @param {string} root A folder of its own; what is made is in it.
 */
export async function makeExample(root) {
  const home = root;
  const store = path.join(home, '.work-sessions');
  const project = path.join(home, 'code', 'tide-service');
  const second = path.join(home, 'code', 'field-notes');
  await mkdir(path.dirname(project), { recursive: true });
  const [ids] = await Promise.all([
    tellTideService(diary(project, store), folder => diary(folder, store)),
    tellFieldNotes(diary(second, store)),
  ]);
  return {
    /** HOME of whoever looks at the example. */
    home,
    /** WORK_SESSIONS_HOME. */
    store,
    /** The folder to open. */
    project,
    second,
    /** Ids of sessions, by what they are an example of. */
    ids,
  };
}

/**
 * Only the repository with its history, for whoever begins from nothing.
 *
 * @param {string} root
 */
export async function makeEmptyExample(root) {
  const home = root;
  const store = path.join(home, '.work-sessions');
  const project = path.join(home, 'code', 'tide-service');
  const { tellHistory } = await import('./tideService.mjs');
  const told = diary(project, store);
  await tellHistory(told);
  await told.git(0, 'checkout', '--quiet', '-b', 'fix/slow-login');
  return { home, store, project };
}
