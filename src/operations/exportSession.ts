import { constants, type Stats } from 'node:fs';
import { access, lstat, readlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { realPath } from '../git/files.ts';
import { isSessionError, SessionError } from '../model/errors.ts';
import { isDeviceName } from '../model/ids.ts';
import { stringifyJson } from '../model/json.ts';
import type { Project } from '../model/project.ts';
import type { Session } from '../model/session.ts';
import { desksOf, readDesk } from '../store/desks.ts';
import { replaceFile } from '../store/durableFile.ts';
import { errorCode } from '../store/fileSystem.ts';
import { readProjects } from '../store/records.ts';
import { asSessionError } from '../store/sessionStore.ts';
import { describeError } from './describeError.ts';
import { contains, placeOf } from './places.ts';
import { readSession, resolveSession } from './resolve.ts';
import { pathFrom, type Services } from './services.ts';
import { allEntries } from './viewOperations.ts';

/** The mark and the version of an export, by which `import` knows it. */
export const exportFormat = 'work-sessions';
export const exportVersion = 2;

/** What a JSON export is made of: whole documents, as they are in the store. */
export interface ExportDocument {
  readonly format: typeof exportFormat;
  readonly version: number;
  readonly exportedAt: string;
  readonly projects: readonly Project[];
  readonly sessions: readonly Session[];
  /** The desks that the sessions name, by their names. */
  readonly desks: Readonly<Record<string, object>>;
}

export interface Exported {
  readonly format: 'markdown' | 'json';
  readonly sessions: readonly string[];
  /** The file that was written; null: the text is the output. */
  readonly file: string | null;
  readonly text: string | null;
  readonly document: ExportDocument | null;
  /** Why a session is not in it. */
  readonly unreadable: readonly string[];
}

export interface ExportInput {
  session?: string | undefined;
  project?: string | undefined;
  all?: boolean | undefined;
  format?: 'markdown' | 'json' | undefined;
  output?: string | undefined;
}

export async function exportFrom(services: Services, input: ExportInput): Promise<Exported> {
  const { format = 'markdown' } = input;
  refuseDevice(input.output);
  const target =
    input.output === undefined || input.output === '-' ? null : await targetOf(services, input.output);
  const { sessions, unreadable } = await sessionsOf(services, input);
  const ids = sessions.map(session => session.id);
  const document = format === 'json' ? await documentOf(services, sessions, input.all === true) : null;
  const text = document ? jsonOf(document) : (await import('./exportMarkdown.ts')).markdownOf(sessions);
  if (target === null) return { format, sessions: ids, file: null, text, document, unreadable };
  await writeDurably(services, target, text);
  return { format, sessions: ids, file: target.path, text: null, document: null, unreadable };
}

/** The sessions that are asked for, the oldest first; of many, one that cannot be read does not keep the others. */
async function sessionsOf(services: Services, input: ExportInput) {
  // Of a newer document only a part is understood: that can be shown, but is no whole document to be imported.
  const forShowing = input.format !== 'json';
  if (!input.all && input.project === undefined) {
    const id = await resolveSession(services, input.session);
    const session = forShowing ? await readSession(services, id) : await services.store.read(id);
    return { sessions: [session], unreadable: [] };
  }
  const keys = input.project === undefined ? null : await keysOf(services, input.project);
  const list = await allEntries(services, true);
  const unreadable = list.unreadable.map(({ error }) => describeError(error).message);
  const sessions: Session[] = [];
  for (const entry of list.entries) {
    if (keys !== null && !keys.has(entry.projectKey)) continue;
    try {
      const session = await services.store.read(entry.id, { forShowing });
      if (session.place !== 'trash') sessions.push(session);
    } catch (error) {
      // Gone for good since the list was made: it is none of them any more.
      if (!isSessionError(error)) throw error;
      if (error.code !== 'not_found') unreadable.push(describeError(error).message);
    }
  }
  sessions.sort((a, b) =>
    a.startedAt === b.startedAt ? (a.id < b.id ? -1 : 1) : a.startedAt < b.startedAt ? -1 : 1,
  );
  return { sessions, unreadable };
}

/** Windows makes no proper file of such a name: what is written is gone, or can hardly be removed again. */
function refuseDevice(output = ''): void {
  if (process.platform === 'win32' && isDeviceName(basename(output)))
    throw new SessionError('invalid_input', { field: 'output', problem: 'must not be the name of a device' });
}

async function keysOf(services: Services, folder: string): Promise<ReadonlySet<string>> {
  const { project, keys } = await placeOf(services, folder);
  if (project === null) throw new SessionError('not_found', { what: 'project', query: folder });
  return keys;
}

async function documentOf(
  services: Services,
  sessions: readonly Session[],
  all: boolean,
): Promise<ExportDocument> {
  const used = new Set(sessions.map(session => session.project.key));
  const known = await readProjects(services.store);
  // A record that was merged is of use only with the one it was merged into.
  for (const { key, mergedInto } of known) if (mergedInto !== null && used.has(key)) used.add(mergedInto);
  const projects = known.filter(({ key }) => all || used.has(key)).sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    format: exportFormat,
    version: exportVersion,
    exportedAt: services.now().toISOString(),
    projects,
    sessions,
    desks: await desksIn(services, sessions),
  };
}

async function desksIn({ store }: Services, sessions: readonly Session[]): Promise<Record<string, object>> {
  const desks: Record<string, object> = {};
  for (const hash of new Set(sessions.flatMap(desksOf))) {
    const desk = await readDesk(store, hash);
    if (desk !== null) desks[hash] = desk;
  }
  return desks;
}

/** A line for each project and session. What could steer a terminal is written as an escape: the same JSON. */
function jsonOf({ projects, sessions, desks, ...head }: ExportDocument): string {
  const list = (items: readonly object[]) =>
    items.length === 0 ? '[]' : `[\n${items.map(item => stringifyJson(item)).join(',\n')}\n]`;
  const fields = Object.entries(head).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  const json = `{\n${fields.join(',\n')},\n"projects": ${list(projects)},\n"sessions": ${list(sessions)},\n"desks": ${stringifyJson(desks)}\n}\n`;
  return json.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Where an export goes: the path itself, behind all links, and what stands there now. */
interface Target {
  readonly path: string;
  readonly there: Stats | null;
}

/**
 * Where `-o` leads: a new file, or one to be replaced, through any number of links, also those that lead to
 * nothing yet. What is there is looked at itself: replacing a device, or a link, by a file is never meant.
 * @throws SessionError for what must not be replaced: a folder, a pipe, a device, a read-only file, the store's own
 */
async function targetOf(services: Services, output: string): Promise<Target> {
  const refuse = (problem: string) => new SessionError('invalid_input', { field: 'output', problem });
  let path = pathFrom(services, output);
  for (let hop = 0; ; hop++) {
    // Links of this kind lead to an open file, not to a path: only the system can write through them.
    if (openFile.test(path)) throw refuse('leads to standard output; use -o - for that');
    const folder = await realPath(dirname(path));
    if (folder === null) throw new SessionError('not_found', { what: 'folder', query: dirname(path) });
    if (await isInHome(services, folder)) throw refuse('must not be in the home of Work Sessions');
    path = join(folder, basename(path));
    const there = await look(path);
    if (!there?.isSymbolicLink()) {
      if (there?.isDirectory()) throw refuse('must be a file; a folder stands there');
      if (there && !there.isFile())
        throw refuse('must be a file; a pipe or a device stands there: use -o - and redirect the output');
      // An administrator could write it all the same; who made it read-only did not mean that.
      if (there && ((there.mode & 0o222) === 0 || !(await isWritable(path))))
        throw new SessionError('io', { path, code: 'EACCES', action: 'write' });
      return { path, there };
    }
    if (hop > 40) throw new SessionError('io', { path, code: 'ELOOP', action: 'write' });
    path = resolve(folder, await readlink(path));
  }
}

/** How Linux, macOS and the BSDs name the open files of a process. */
const openFile = /^\/(?:dev\/(?:std(?:in|out|err)|fd\/.*)|proc\/[^/]+\/(?:task\/[^/]+\/)?fd\/.*)$/;

async function look(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw asSessionError(error, path);
  }
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}

async function isInHome(services: Services, folder: string): Promise<boolean> {
  const home = await realPath(services.store.home.root);
  return home !== null && contains(home, (await realPath(folder)) ?? folder);
}

/** Over what was looked at, or not at all. */
async function writeDurably(
  { store: { fs } }: Services,
  { path, there }: Target,
  text: string,
): Promise<void> {
  const confirm = async () => {
    const now = await look(path);
    if (now?.ino === there?.ino && now?.dev === there?.dev) return;
    const problem = 'was replaced by another program meanwhile; try again';
    throw new SessionError('invalid_input', { field: 'output', problem });
  };
  // What the disk does not confirm is there and whole all the same, and can be exported again.
  await replaceFile(fs, path, Buffer.from(text), { there, confirm }).catch(error => {
    throw asSessionError(error, path);
  });
}
