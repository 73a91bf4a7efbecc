import { basename, join } from 'node:path';
import { SessionError } from '../model/errors.ts';
import { randomHex } from './hex.ts';
import type { SessionStore } from './sessionStore.ts';
import { isRealFolder } from './tidy.ts';

/** Makes the folder for what is put aside. @throws SessionError where a link leads elsewhere: nothing is written there */
export async function makeUnreadable({ fs, home }: SessionStore): Promise<void> {
  await fs.mkdir(home.unreadable, { recursive: true, mode: 0o700 });
  if (!(await isRealFolder(fs, home.unreadable)))
    throw new SessionError('unreadable', { path: home.unreadable, reason: 'link' });
}

/** Moves what is in the way aside, under a name of its own; gives where to. Nothing of it is lost. */
export async function putAside(store: SessionStore, path: string): Promise<string> {
  const aside = join(store.home.unreadable, `${basename(path)}.${randomHex(8)}`);
  await makeUnreadable(store);
  await store.fs.rename(path, aside);
  return aside;
}
