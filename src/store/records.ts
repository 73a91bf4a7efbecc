import type { Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { isSessionError, SessionError } from '../model/errors.ts';
import { isSafeId } from '../model/ids.ts';
import { parseDocument, parseSession, serializeDocument } from '../model/parseSession.ts';
import { type Project, projectSchema, projectVersion } from '../model/project.ts';
import type { Agent, Session } from '../model/session.ts';
import { readDocumentFile, replaceFile } from './durableFile.ts';
import { updateFile } from './fencedFile.ts';
import { few } from './few.ts';
import { errorCode, type FileSystem } from './fileSystem.ts';
import { sha256 } from './hash.ts';
import { idOfDocument } from './home.ts';
import { asSessionError, type SessionStore } from './sessionStore.ts';
import { readSettings, type SettingName, type Settings, settingRange, settingsSchema } from './settings.ts';
import { keepCopy, putAside } from './unreadable.ts';

/*
 * The small documents beside the sessions. Each is changed like a session: read, changed and
 * committed under its own fenced lock.
 */

export interface ProjectRecords {
  readonly projects: readonly Project[];
  /** The keys of records that could not be read; the store's `warn` was told why. */
  readonly unreadable: ReadonlySet<string>;
}

/** All projects. A record is a help: one that cannot be read is told, and hides no session. */
export async function readProjects(store: SessionStore): Promise<Project[]> {
  return [...(await readProjectRecords(store)).projects];
}

export async function readProjectRecords(store: SessionStore): Promise<ProjectRecords> {
  const names = await store.fs.readdir(store.home.projects).catch(error => {
    if (errorCode(error) === 'ENOENT') return [];
    throw asSessionError(error, store.home.projects);
  });
  const keys = names.map(idOfDocument).filter(key => key !== null);
  const unreadable = new Set<string>();
  const projects = await few(keys, async key => {
    try {
      return await readProject(store, join(store.home.projects, `${key}.json`));
    } catch (error) {
      if (!isSessionError(error)) throw error;
      store.warn(error);
      unreadable.add(key);
      return null;
    }
  });
  return { projects: projects.filter(project => project !== null), unreadable };
}

/** One of a newer version is read as far as it is understood, to find sessions by; it is never written. */
async function readProject(store: SessionStore, path: string): Promise<Project | null> {
  const content = await readDocumentFile(store.fs, path);
  return content && parseProject(parseDocument(content.bytes.toString('utf8'), path), path, true);
}

/**
 * Changes a project's record, or makes it: `change` gets null where there is none.
 * @throws SessionError `unreadable`: a record that cannot be read is not overwritten
 */
export async function updateProject(
  store: SessionStore,
  key: string,
  change: (current: Project | null) => Project | null,
): Promise<Project | null> {
  if (!isSafeId(key)) throw new SessionError('not_found', { what: 'project', query: key });
  const path = join(store.home.projects, `${key}.json`);
  const result = await guarded(path, () =>
    updateFile(store, path, current => {
      const project = current && parseProject(current, path);
      const next = change(project);
      if (next === null || next === project) return null;
      return { ...next, revision: (project?.revision ?? 0) + 1 };
    }),
  );
  return result && parseProject(result as Record<string, unknown>, path);
}

function parseProject(value: Record<string, unknown>, path: string, forShowing = false): Project {
  const parsed = projectSchema.safeParse(value);
  const version = value['schemaVersion'];
  if (typeof version === 'number' && version > projectVersion && !(forShowing && parsed.success))
    throw new SessionError('newer_schema', { path, version, supported: projectVersion });
  if (!parsed.success) throw new SessionError('unreadable', { path, reason: 'not_a_session' });
  return parsed.data;
}

const claimSchema = z.looseObject({
  agent: z.string(),
  agentSession: z.string(),
  session: z.looseObject({ id: z.string() }),
  /** The session was removed for good: the agent begins anew. */
  closed: z.optional(z.boolean()),
});

/**
 * The session that belongs to an agent's own session id: the one of an earlier call, or `fresh`. The
 * claim is committed first, with the whole new session in it, so that of many callers at once one
 * decides, and a crash before the session's own document is rolled forward by the next call.
 * A claim for the session `insteadOf` stands for `fresh` from now on, whoever of many callers comes first.
 */
export async function claimForAgent(
  store: SessionStore,
  agent: Agent,
  fresh: () => Session,
  insteadOf?: string,
): Promise<Session> {
  const path = claimPath(store, agent);
  const claim = await guarded(path, () =>
    updateFile(store, path, current => {
      const claim = claimSchema.safeParse(current).data;
      const isFree = current === null || (claim && (claim.closed || claim.session.id === insteadOf));
      if (!isFree) return null;
      const { closed: _, ...kept } = current ?? {};
      return { ...kept, agent: agent.name, agentSession: agent.sessionId, session: fresh() };
    }),
  );
  const parsed = claimSchema.safeParse(claim);
  if (!parsed.success) throw new SessionError('unreadable', { path, reason: 'not_a_session' });
  const session = parseSession(serializeDocument(parsed.data.session), parsed.data.session.id, path);
  return store.createIfAbsent(session);
}

/** Whether an agent's own session id stands for a session already. @throws SessionError `unreadable`, `io` */
export async function isClaimed(store: SessionStore, agent: Agent): Promise<boolean> {
  const path = claimPath(store, agent);
  const content = await readDocumentFile(store.fs, path);
  if (content === null) return false;
  const claim = claimSchema.safeParse(parseDocument(content.bytes.toString('utf8'), path));
  return !claim.data?.closed;
}

/** Closes an agent's claim, if it stands for this session: from it nothing is made any more. */
export async function closeClaimOf(store: SessionStore, agent: Agent, id: string): Promise<void> {
  const path = claimPath(store, agent);
  await guarded(path, () =>
    updateFile(store, path, current => {
      const claim = claimSchema.safeParse(current).data;
      return claim && claim.session.id === id && !claim.closed ? { ...current, closed: true } : null;
    }),
  );
}

function claimPath(store: SessionStore, agent: Agent): string {
  const hash = sha256(`${agent.name}\0${agent.sessionId}`).slice(0, 32);
  return join(store.home.agents, `${hash}.json`);
}

/**
 * Sets one setting, and gives all as they are then. A file that cannot be read is put aside first; where the file is
 * a link, what it leads to is replaced.
 * @throws SessionError `invalid_input` with what is accepted, before anything is written
 */
export async function updateSettings(
  store: SessionStore,
  name: SettingName,
  value: unknown,
): Promise<Settings> {
  const { fs, home } = store;
  const path = home.config;
  if (!settingsSchema.shape[name].safeParse(value).success)
    throw new SessionError('invalid_input', { field: name, problem: settingRange(name) });
  await guarded(path, () =>
    store.queue.run(path, () =>
      store.locks.withTenure(path, async tenure => {
        const target = await behindLinks(fs, path);
        const isLink = target !== path;
        const current = await readSettingsFile(fs, target).catch(async error => {
          if (!isSessionError(error, 'unreadable')) throw error;
          await tenure.confirm();
          // What a link leads to may be on another disk, and is replaced as a whole: a copy of it is enough.
          await (isLink ? keepCopy : putAside)(store, target);
          return null;
        });
        const data = Buffer.from(serializeDocument({ ...current, [name]: value }));
        const isConfirmed = isLink
          ? await replaceFile(fs, target, data, {
              there: await lstatOrNull(fs, target),
              confirm: () => tenure.confirm(),
            })
          : await tenure.commit(data, path);
        if (!isConfirmed) store.onUnconfirmed({ id: 'config', reason: 'flush' });
      }),
    ),
  );
  return (await readSettings(fs, home)).settings;
}

/** As many links as Linux follows. */
const mostLinks = 40;

/** The path itself, or what it leads to if it is a link, also where nothing stands yet. */
async function behindLinks(fs: FileSystem, path: string): Promise<string> {
  let target = path;
  for (let hop = 0; hop < mostLinks; hop++) {
    const stats = await lstatOrNull(fs, target);
    if (!stats?.isSymbolicLink()) return target;
    target = resolve(await fs.realpath(dirname(target)), await fs.readlink(target));
  }
  throw new SessionError('io', { path, code: 'ELOOP', action: 'write' });
}

async function lstatOrNull(fs: FileSystem, path: string): Promise<Stats | null> {
  return fs.lstat(path).catch(error => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
}

async function readSettingsFile(fs: FileSystem, path: string): Promise<Record<string, unknown> | null> {
  const content = await readDocumentFile(fs, path);
  return content && parseDocument(content.bytes.toString('utf8'), path);
}

async function guarded<T>(path: string, run: () => Promise<T>): Promise<T> {
  return run().catch(error => {
    throw asSessionError(error, path);
  });
}
