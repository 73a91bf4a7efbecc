import { join } from 'node:path';
import * as z from 'zod/mini';
import { SessionError } from '../model/errors.ts';
import { isSafeId } from '../model/ids.ts';
import { parseDocument, parseSession, serializeDocument } from '../model/parseSession.ts';
import { type Project, projectSchema } from '../model/project.ts';
import { type Agent, type Session, schemaVersion } from '../model/session.ts';
import { readDocumentFile } from './durableFile.ts';
import { updateFile } from './fencedFile.ts';
import { errorCode } from './fileSystem.ts';
import { sha256 } from './hex.ts';
import { asSessionError, type SessionStore } from './sessionStore.ts';
import { readSettings, type SettingName, type Settings, settingRange, settingsSchema } from './settings.ts';

/*
 * The small documents beside the sessions. Each is changed like a session: read, changed and
 * committed under its own fenced lock.
 */

/** All projects, the readable ones; a project's record is a help, and a broken one hides no session. */
export async function readProjects(store: SessionStore): Promise<Project[]> {
  const names = await store.fs.readdir(store.home.projects).catch(error => {
    if (errorCode(error) === 'ENOENT') return [];
    throw asSessionError(error, store.home.projects);
  });
  const files = names.filter(name => name.endsWith('.json'));
  const projects = await Promise.all(files.map(name => readProject(store, join(store.home.projects, name))));
  return projects.filter(project => project !== null);
}

async function readProject(store: SessionStore, path: string): Promise<Project | null> {
  try {
    const content = await readDocumentFile(store.fs, path);
    return content && parseProject(parseDocument(content.bytes.toString('utf8'), path), path);
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    return null;
  }
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

function parseProject(value: Record<string, unknown>, path: string): Project {
  const parsed = projectSchema.safeParse(value);
  if (!parsed.success) throw new SessionError('unreadable', { path, reason: 'not_a_session' });
  if (parsed.data.schemaVersion > schemaVersion) {
    const version = parsed.data.schemaVersion;
    throw new SessionError('newer_schema', { path, version, supported: schemaVersion });
  }
  return parsed.data;
}

const claimSchema = z.looseObject({
  agent: z.string(),
  agentSession: z.string(),
  session: z.looseObject({ id: z.string() }),
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
  const hash = sha256(`${agent.name}\0${agent.sessionId}`).slice(0, 32);
  const path = join(store.home.agents, `${hash}.json`);
  const claim = await guarded(path, () =>
    updateFile(store, path, current => {
      const claimed = claimSchema.safeParse(current).data?.session.id;
      if (current !== null && (claimed === undefined || claimed !== insteadOf)) return null;
      return { ...current, agent: agent.name, agentSession: agent.sessionId, session: fresh() };
    }),
  );
  const parsed = claimSchema.safeParse(claim);
  if (!parsed.success) throw new SessionError('unreadable', { path, reason: 'not_a_session' });
  const session = parseSession(serializeDocument(parsed.data.session), parsed.data.session.id, path);
  return store.createIfAbsent(session);
}

/** Sets one setting. @throws SessionError `invalid_input` with what is accepted */
export async function updateSettings(
  store: SessionStore,
  name: SettingName,
  value: unknown,
): Promise<Settings> {
  const path = store.home.config;
  await guarded(path, () =>
    updateFile(store, path, current => {
      const next = { ...current, [name]: value };
      const parsed = settingsSchema.safeParse({ [name]: value });
      if (!parsed.success)
        throw new SessionError('invalid_input', { field: name, problem: settingRange(name) });
      return next;
    }),
  );
  return readSettings(store.fs, store.home);
}

async function guarded<T>(path: string, run: () => Promise<T>): Promise<T> {
  return run().catch(error => {
    throw asSessionError(error, path);
  });
}
