import { join } from 'node:path';
import { isSessionError, SessionError } from '../model/errors.ts';
import { isObject, parseJson } from '../model/json.ts';
import { maxDeskBytes } from '../model/limits.ts';
import { canonical } from '../model/merge.ts';
import { places, type Session, schemaVersion } from '../model/session.ts';
import { flushFolder, readDocumentFile, writeFlushedFile } from './durableFile.ts';
import { few } from './few.ts';
import { errorCode, type FileSystem } from './fileSystem.ts';
import { sha256 } from './hash.ts';
import type { Home } from './home.ts';
import type { SessionStore } from './sessionStore.ts';
import { forgetTenureName, newTenureName } from './tenureName.ts';

/*
 * A desk is what lay open in a window: its layout, tabs, cursors, breakpoints. It lies in a file of its own, named
 * by what is in it, so that a session only names it and one that did not change is there once. A desk is on the disk before the commit that names it, and whoever wrote it looks again
 * after that commit: a sweep may have judged it just before. So a session never names a desk that a sweep has taken.
 */

/** How old a desk that nobody names must be before it is swept: somebody may be about to name it. */
const sweptAfterMs = 24 * 3_600_000;

/** A desk as it is written: its name, and its text. */
export interface DeskFile {
  /** The SHA-256 of the text, in hexadecimal digits. */
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
  readonly text: string;
}

/** A desk as a file: the same text for the same desk, whatever the order of its fields. @throws SessionError `over_limit` */
export function deskFile(desk: object): DeskFile {
  const text = canonical(desk);
  const size = Buffer.byteLength(text);
  if (size > maxDeskBytes)
    throw new SessionError('over_limit', { field: 'desk', limit: maxDeskBytes, unit: 'bytes' });
  return { hash: sha256(text), size, text };
}

/** True for what can be the name of a desk: it becomes a path. */
export function isDeskHash(hash: string): boolean {
  return /^[0-9a-f]{64}$/.test(hash);
}

type Where = { readonly fs: FileSystem; readonly home: Home };

function deskPath({ home }: Where, hash: string): string {
  return join(home.desks, `${hash}.json`);
}

/** Has a desk on the disk, and young, when this returns. */
export async function writeDesk(where: Where, { hash, text }: DeskFile): Promise<void> {
  const { fs, home } = where;
  const path = deskPath(where, hash);
  if ((await readDesk(where, hash)) !== null) {
    const now = new Date();
    const isThere = await fs.utimes(path, now, now).then(
      () => true,
      error => {
        if (errorCode(error) === 'ENOENT') return false;
        throw error;
      },
    );
    if (isThere) return;
  }
  await fs.mkdir(home.desks, { recursive: true, mode: 0o700 });
  // By its name it is swept as soon as this process is gone.
  const owner = newTenureName();
  const draft = `${path}.lock.${owner}`;
  try {
    await writeFlushedFile(fs, draft, Buffer.from(text));
    await fs.rename(draft, path);
  } catch (error) {
    await fs.unlink(draft).catch(() => {});
    throw error;
  } finally {
    forgetTenureName(owner);
  }
  await flushFolder(fs, home.desks);
}

/** Whether the file of a desk is there. */
export async function hasDesk(where: Where, hash: string): Promise<boolean> {
  try {
    return (await where.fs.lstat(deskPath(where, hash))).isFile();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** A desk by its name; null if it is not there, or is not what its name says: then it counts as absent. */
export async function readDesk(where: Where, hash: string): Promise<Record<string, unknown> | null> {
  if (!isDeskHash(hash)) return null;
  const content = await readDocumentFile(where.fs, deskPath(where, hash), maxDeskBytes).catch(error => {
    if (isSessionError(error, 'unreadable')) return null;
    throw error;
  });
  const text = content?.bytes.toString('utf8');
  if (text === undefined || sha256(text) !== hash) return null;
  const desk = parseJson(text);
  return isObject(desk) ? desk : null;
}

/** The names of all desks that a session speaks of. */
export function desksOf(session: Pick<Session, 'desk' | 'desks'>): string[] {
  return [...(session.desk ? [session.desk.hash] : []), ...session.desks.map(({ hash }) => hash)];
}

/**
 * The desks that nobody names and that are a day old. None while a document cannot be read or is of a newer version:
 * it may name any of them.
 */
export async function unnamedDesks(store: SessionStore): Promise<string[]> {
  const names = await store.fs.readdir(store.home.desks).catch(error => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const hashes = names.map(name => name.replace(/\.json$/, '')).filter(isDeskHash);
  const old: string[] = [];
  for (const hash of hashes) if (await isOld(store, hash)) old.push(hash);
  if (old.length === 0) return [];
  const named = await namedDesks(store);
  return named === null ? [] : old.filter(hash => !named.has(hash));
}

async function isOld(store: SessionStore, hash: string): Promise<boolean> {
  try {
    const stats = await store.fs.lstat(deskPath(store, hash));
    return stats.isFile() && store.now().getTime() - stats.mtimeMs > sweptAfterMs;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Null: some document cannot be told. */
async function namedDesks(store: SessionStore): Promise<ReadonlySet<string> | null> {
  const named = new Set<string>();
  try {
    for (const place of places) {
      const sessions = await few(await store.ids(place), id =>
        store.read(id).catch(error => {
          // Gone since the names were read, with what it named.
          if (isSessionError(error, 'not_found')) return null;
          throw error;
        }),
      );
      for (const session of sessions) {
        if (session && session.schemaVersion > schemaVersion) return null;
        for (const hash of session ? desksOf(session) : []) named.add(hash);
      }
    }
  } catch (error) {
    if (isSessionError(error, 'unreadable') || isSessionError(error, 'newer_schema')) return null;
    throw error;
  }
  return named;
}

/** Removes the desks that nobody names; what became young meanwhile stays. Gives how many went. */
export async function sweepDesks(store: SessionStore): Promise<number> {
  let swept = 0;
  for (const hash of await unnamedDesks(store)) {
    if (!(await isOld(store, hash))) continue;
    await store.fs.unlink(deskPath(store, hash)).then(
      () => swept++,
      error => {
        if (errorCode(error) !== 'ENOENT') throw error;
      },
    );
  }
  return swept;
}
