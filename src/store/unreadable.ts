import { basename, join } from 'node:path';
import { SessionError } from '../model/errors.ts';
import { readDocumentFile, writeFlushedFile } from './durableFile.ts';
import { randomHex } from './hex.ts';
import type { SessionStore } from './sessionStore.ts';
import { isRealFolder } from './tidy.ts';

/** Makes the folder for what is put aside. @throws SessionError where a link leads elsewhere: nothing is written there */
export async function makeUnreadable({ fs, home }: SessionStore): Promise<void> {
  await fs.mkdir(home.unreadable, { recursive: true, mode: 0o700 });
  if (!(await isRealFolder(fs, home.unreadable)))
    throw new SessionError('unreadable', { path: home.unreadable, reason: 'link' });
}

/** Copies a file aside, under a name of its own, before it is replaced; gives where to. */
export async function keepCopy(store: SessionStore, path: string): Promise<string> {
  const aside = asideOf(store, path);
  const content = await readDocumentFile(store.fs, path, Number.POSITIVE_INFINITY);
  await makeUnreadable(store);
  if (content !== null) await writeFlushedFile(store.fs, aside, content.bytes);
  return aside;
}

/** Moves what is in the way aside, under a name of its own; gives where to. Nothing of it is lost. */
export async function putAside(store: SessionStore, path: string): Promise<string> {
  const aside = asideOf(store, path);
  await makeUnreadable(store);
  await store.fs.rename(path, aside);
  return aside;
}

function asideOf({ home }: SessionStore, path: string): string {
  return join(home.unreadable, `${basename(path)}.${randomHex(8)}`);
}
