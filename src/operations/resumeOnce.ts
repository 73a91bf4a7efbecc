import { kindOf } from '../git/files.ts';
import { findWorktree } from '../git/worktree.ts';
import { isSessionError } from '../model/errors.ts';
import { sessionId } from '../model/ids.ts';
import type { Agent, Session, Where } from '../model/session.ts';
import * as transitions from '../model/transitions.ts';
import { placeOf, whereOf } from './places.ts';
import type { Services } from './services.ts';

export interface ResumeInput {
  intent?: string | undefined;
  branch?: string | null | undefined;
  /** Default: where the session was parked. */
  where?: Omit<Where, 'machine'> | undefined;
  agent?: Agent | null;
}

/**
 * Resumes a session and returns its continuation. Whoever loses the race is refused with the
 * continuation's id, and makes sure first that the continuation is there. `transition` is `resume` for
 * what is parked, `goOn` for what is completed.
 */
export async function resumeOnce(
  services: Services,
  id: string,
  input: ResumeInput,
  transition: typeof transitions.resume = transitions.resume,
): Promise<Session> {
  const { store } = services;
  const parent = await store.read(id);
  const where = input.where ?? (await whereToResume(services, parent));
  const head = (await findWorktree(where.worktree, services.mayRunGit()))?.head ?? null;
  const random = services.random();
  try {
    const resumed = await store.update(id, (session, moment) =>
      transition(
        session,
        {
          newId: sessionId(moment.now, random),
          intent: input.intent,
          where,
          branch: input.branch === undefined ? session.branch : input.branch,
          head,
          agent: input.agent ?? null,
        },
        moment,
      ),
    );
    const continuation = await store.rollForward(resumed).catch(error => {
      if (!isSessionError(error, 'io') && !isSessionError(error, 'busy')) throw error;
      // The resume is decided: the claim in the parent makes this very session, now or when somebody comes next.
      const claimed = transitions.continuationOf(resumed);
      if (claimed) store.onUnconfirmed({ id: claimed.id, reason: 'follows' });
      return claimed;
    });
    if (continuation === null) throw new Error(`session ${id} was resumed without a continuation`);
    return continuation;
  } catch (error) {
    if (isSessionError(error, 'already_resumed'))
      await store.rollForward(await store.read(id)).catch(() => {});
    throw error;
  }
}

/** Where the session was parked; if that folder is gone, where the caller is, if it is of the same project. */
async function whereToResume(services: Services, parent: Session): Promise<Omit<Where, 'machine'>> {
  if ((await kindOf(parent.where.worktree)) === 'folder') return parent.where;
  const place = await placeOf(services).catch(error => {
    if (isSessionError(error, 'folder_gone')) return null;
    throw error;
  });
  return place?.keys.has(parent.project.key) ? whereOf(place) : parent.where;
}
