import { constants } from 'node:buffer';
import { basename, join } from 'node:path';
import { kindOf, realPath } from '../git/files.ts';
import { isSessionError, SessionError } from '../model/errors.ts';
import { isObject, parseJson } from '../model/json.ts';
import { join as joinSessions } from '../model/merge.ts';
import { projectSchema, projectVersion } from '../model/project.ts';
import { type Place, places, type Session } from '../model/session.ts';
import { deskFile, writeDesk } from '../store/desks.ts';
import { readDocumentFile } from '../store/durableFile.ts';
import { decodeText, documentNames } from '../store/foreignFiles.ts';
import { isGone } from '../store/gone.ts';
import { claimForAgent, readProjects, updateProject } from '../store/records.ts';
import { joinWith, type SessionStore } from '../store/sessionStore.ts';
import { exportFormat, exportVersion } from './exportSession.ts';
import { attempt, checked, emptyResult, type ImportResult, type Incoming, reasonOf } from './importResult.ts';
import { pathFrom, type Services } from './services.ts';

export interface ImportInput {
  readonly path: string;
  readonly dryRun: boolean;
  /** Makes sessions again that were removed for good. */
  readonly again: boolean;
}

/**
 * Imports what is at a path: the ancestor's folder, an export of ours, or a folder of exports. Each
 * session and project succeeds or fails alone; a session that is there already is joined with what comes in.
 */
export async function importFrom(
  services: Services,
  { path, dryRun, again }: ImportInput,
): Promise<ImportResult> {
  const root = await realPath(pathFrom(services, path));
  if (root === null) throw new SessionError('not_found', { what: 'folder', query: path });
  const isFolder = (await kindOf(root)) === 'folder';
  if (
    isFolder &&
    ((await kindOf(join(root, 'sessions'))) === 'folder' ||
      (await kindOf(join(root, 'projects'))) === 'folder')
  ) {
    const result = emptyResult('ancestor', dryRun);
    const { importAncestor } = await import('./importAncestor.ts');
    await addSessions(services, await importAncestor(services, root, result), result, again);
    return result;
  }
  const result = emptyResult('work-sessions', dryRun);
  await addSessions(services, await readExports(services, root, isFolder, result), result, again);
  return result;
}

/**
 * Creates the sessions that are not there in any place, each after the one that goes on from it: nobody
 * who sees only a resumed session is to make an empty continuation of it.
 */
async function addSessions(
  services: Services,
  incoming: readonly Incoming[],
  result: ImportResult,
  again: boolean,
): Promise<void> {
  const there = new Map<string, Place>();
  for (const place of places)
    for (const id of await services.store.ids(place)) if (!there.has(id)) there.set(id, place);
  const ordered = continuationsFirst(incoming);
  const claims = claimsOf(incoming);
  const came = new Set(incoming.map(({ session }) => session.id));
  for (const { file, session } of ordered) {
    const place = there.get(session.id);
    await attempt(result, file, async () => {
      // A continuation that did not come along (it was deleted) is not made anew from what it began with. One
      // that did is a fact, also if it cannot be written now: the next import brings the whole of it.
      const { resumedAs } = session;
      const isAlone = resumedAs !== null && !there.has(resumedAs) && !came.has(resumedAs);
      const asHere = (known: Session['claims']) => (isAlone ? withoutMaking(session, known) : session);
      if (place === undefined && (await isGone(services.store, session.id))) {
        if (!again) return void result.gone.push(session.id);
        if (!result.dryRun) await services.store.forgetGone(session.id);
      }
      const isAdded =
        place === undefined &&
        (result.dryRun || (await add(services, asHere([]), claims.has(session), file, result)));
      there.set(session.id, place ?? session.place);
      if (isAdded) result.added.push(session.id);
      else if (await joinInto(services, session.id, asHere, result.dryRun)) result.joined.push(session.id);
      else result.present.push(session.id);
      if (isAdded) return;
      if (place === 'trash') result.inTrash.push(session.id);
      if (place === 'archive') result.inArchive.push(session.id);
    });
  }
}

/** False: somebody else made it meanwhile. */
async function add(
  services: Services,
  session: Session,
  claims: boolean,
  file: string,
  result: ImportResult,
): Promise<boolean> {
  const { store } = services;
  const { agent } = session;
  const failures: unknown[] = [];
  if (claims && agent !== null) {
    // The claim comes first and has the session in it, so that a crash in between leaves nothing undone.
    const claimed = await claimForAgent(store, agent, () => session).catch(error => {
      failures.push(error);
      return null;
    });
    if (claimed?.id === session.id) return true;
  }
  const isAdded = await store.create(session).then(
    () => true,
    error => {
      if (isSessionError(error, 'already_exists')) return false;
      throw error;
    },
  );
  // The session is there; only its agent will not find it.
  for (const error of failures) result.failed.push({ file, message: reasonOf(error) });
  return isAdded;
}

/** Joins what came in with the session that is there. True if that brings it anything. */
async function joinInto(
  { store }: Services,
  id: string,
  asHere: (known: Session['claims']) => Session,
  dryRun: boolean,
): Promise<boolean> {
  const current = await readable(store, id);
  const join = (stored: Session) => joinWith(stored, asHere(stored.claims));
  if (current === null || join(current) === current) return false;
  if (!dryRun) await store.update(id, join);
  return true;
}

/**
 * A session whose continuation did not come along: it is not made anew from what it began with, unless this very
 * home decided it and was kept from making it.
 */
function withoutMaking(session: Session, known: Session['claims']): Session {
  const isKnown = (id: string) => known.some(claim => claim.id === id);
  const claims = session.claims.map(claim => (isKnown(claim.id) ? claim : { ...claim, made: true }));
  return { ...session, claims };
}

/** A session that is there; null where it cannot be read, which lists and the doctor tell. */
async function readable(store: SessionStore, id: string): Promise<Session | null> {
  return store.read(id).catch(error => {
    if (isSessionError(error)) return null;
    throw error;
  });
}

function continuationsFirst(incoming: readonly Incoming[]): ReadonlySet<Incoming> {
  const byId = new Map(incoming.map(each => [each.session.id, each]));
  const ordered = new Set<Incoming>();
  for (const each of incoming) {
    const chain = new Set<Incoming>();
    let link: Incoming | undefined = each;
    while (link !== undefined && !ordered.has(link) && !chain.has(link)) {
      chain.add(link);
      link = byId.get(link.session.resumedAs ?? '');
    }
    for (const next of [...chain].reverse()) ordered.add(next);
  }
  return ordered;
}

/** Which sessions an agent's own session id stands for from now on: of several the active one, the newest. */
function claimsOf(incoming: readonly Incoming[]): ReadonlySet<Session> {
  const chosen = new Map<string, Session>();
  const rank = ({ status, startedAt }: Session) => `${status === 'active' ? 1 : 0} ${startedAt}`;
  for (const { session } of incoming) {
    if (session.agent === null || session.status === 'completed' || session.place === 'trash') continue;
    const agent = JSON.stringify([session.agent.name, session.agent.sessionId]);
    const other = chosen.get(agent);
    if (other === undefined || rank(session) > rank(other)) chosen.set(agent, session);
  }
  return new Set(chosen.values());
}

async function readExports(
  services: Services,
  root: string,
  isFolder: boolean,
  result: ImportResult,
): Promise<Incoming[]> {
  const files = isFolder
    ? (await documentNames(services.store.fs, root)).map(name => join(root, name))
    : [root];
  const incoming = new Map<string, Incoming>();
  let exports = 0;
  for (const path of files) {
    const file = basename(path);
    const read = async () => {
      const value = await readExport(services, path);
      exports++;
      for (const [hash, desk] of Object.entries(isObject(value.desks) ? value.desks : {}))
        await attempt(result, file, () => addDesk(services, hash, desk, result.dryRun));
      for (const project of listOf(value, 'projects')) {
        await attempt(result, file, () => addProject(services, project, result));
      }
      for (const session of listOf(value, 'sessions')) {
        await attempt(result, file, async () => {
          const id = isObject(session) && typeof session.id === 'string' ? session.id : '';
          // Several exports of a session are joined.
          const next = checked(session, id, id === '' ? file : id);
          const other = incoming.get(id)?.session;
          incoming.set(id, { file, session: other ? joinSessions(other, next) : next });
        });
      }
    };
    if (isFolder) await attempt(result, file, read);
    else await read();
  }
  if (exports === 0) throw notAnImport(root);
  return [...incoming.values()];
}

async function readExport(services: Services, path: string): Promise<Record<string, unknown>> {
  const content = await readDocumentFile(services.store.fs, path, constants.MAX_STRING_LENGTH);
  if (content === null) throw new SessionError('not_found', { what: 'folder', query: path });
  let value: unknown;
  try {
    value = parseJson(decodeText(content.bytes));
  } catch (error) {
    throw new SessionError('unreadable', { path, reason: 'not_json' }, { cause: error });
  }
  if (!isObject(value) || value.format !== exportFormat) throw notAnImport(path);
  if (typeof value.version !== 'number' || value.version > exportVersion) {
    throw new SessionError('invalid_input', {
      field: basename(path),
      problem: 'was exported by a newer Work Sessions; update this one',
    });
  }
  return value;
}

/** A desk that came along, if it is what its name says. It is there before the session that names it. */
async function addDesk({ store }: Services, hash: string, desk: unknown, dryRun: boolean): Promise<void> {
  const file = isObject(desk) ? deskFile(desk) : null;
  if (file?.hash !== hash)
    throw new SessionError('invalid_input', {
      field: 'desks',
      problem: 'has one that is not what it is called',
    });
  if (!dryRun) await writeDesk(store, file);
}

async function addProject(services: Services, value: unknown, result: ImportResult): Promise<void> {
  const parsed = projectSchema.safeParse(value);
  if (!parsed.success)
    throw new SessionError('invalid_input', {
      field: 'projects',
      problem: 'has a record that is no project',
    });
  const project = parsed.data;
  if (project.schemaVersion > projectVersion)
    throw new SessionError('newer_schema', {
      path: project.key,
      version: project.schemaVersion,
      supported: projectVersion,
    });
  const isThere = (await readProjects(services.store)).some(({ key }) => key === project.key);
  const { added, present } = result.projects;
  if (added.includes(project.key) || present.includes(project.key)) return;
  if (!isThere && !result.dryRun)
    await updateProject(services.store, project.key, current => current ?? project);
  (isThere ? present : added).push(project.key);
}

function listOf(value: Record<string, unknown>, name: string): readonly unknown[] {
  const list = value[name];
  return Array.isArray(list) ? list : [];
}

function notAnImport(path: string): SessionError {
  const problem = "is neither the ancestor's folder nor a JSON export of Work Sessions";
  return new SessionError('invalid_input', { field: basename(path), problem });
}
