import { type ErrorCode, isSessionError } from '../model/errors.ts';
import type { Agent, Session } from '../model/session.ts';
import * as transitions from '../model/transitions.ts';
import { claimForAgent, isClaimed } from '../store/records.ts';
import type { SessionStore, Transition } from '../store/sessionStore.ts';
import { moveOf } from './adrift.ts';
import { following } from './change.ts';
import { type Place, whereOf } from './places.ts';
import { resumeOnce } from './resumeOnce.ts';
import type { Services } from './services.ts';

/*
 * The session that an agent's own id stands for. An agent starts as often as it likes and gets the same
 * session, or the one in which its work goes on: it never gets one that takes no notes any more.
 */

/** What an agent starts with. */
export interface AgentStart {
  readonly agent: Agent;
  readonly intent: string;
  readonly branch: string | undefined;
  /** Where it is. */
  readonly place: () => Promise<Place>;
  /** Prepares for a new session, for when there is none to go on with. */
  readonly prepare: () => Promise<() => Session>;
  /** Adds what was given beside the intent to a session that goes on from another. */
  readonly addTo: Transition;
}

/**
 * The session of an agent that starts, or comes back:
 * - active: the same, and that is a sign of life;
 * - parked: the same, still parked, as it was put aside on purpose;
 * - completed: a new one that goes on from it;
 * - deleted: a new one.
 */
export async function startForAgent(services: Services, given: AgentStart): Promise<Session> {
  return goOnWith(services, await claimed(services.store, given), given);
}

/**
 * `resumeOnce` for an agent as often as it likes, and `startForAgent` from then on, also for a session
 * of its own that was completed instead of parked.
 * @throws SessionError `already_resumed`, `wrong_status`, `in_trash`: the session is not this agent's to resume
 */
export async function resumeForAgent(services: Services, id: string, given: AgentStart): Promise<Session> {
  const { store } = services;
  const { agent, intent, branch, addTo } = given;
  const first = await resumeOnce(services, id, { intent, branch, agent }).then(
    session => ({ session, isNew: true }),
    async error => ({ session: await ownSession(store, id, agent, error), isNew: false }),
  );
  const continuation = first.session;
  const earlier = await claimForAgent(store, agent, () => continuation);
  // What the agent had before and what is over stands for it no longer.
  if (earlier.id !== continuation.id && isOver(await latestPart(store, earlier.id)))
    await claimForAgent(store, agent, () => continuation, earlier.id);
  const session = await goOnWith(services, first, given);
  return store.update(session.id, addTo);
}

/** What cannot be resumed any more as this agent resumed it before, or as it completed it. */
async function ownSession(store: SessionStore, id: string, agent: Agent, error: unknown): Promise<Session> {
  const isEnded = isSessionError(error, 'wrong_status') && error.details.status === 'completed';
  const resumedAs = isSessionError(error, 'already_resumed') ? error.details.resumedAs : null;
  if (!isEnded && resumedAs === null) throw error;
  const own = await store.read(resumedAs ?? id);
  if (own.agent?.name !== agent.name || own.agent.sessionId !== agent.sessionId) throw error;
  return own;
}

/** The session of an agent's claim, and whether it is one that was made for it just now. */
interface Claimed {
  readonly session: Session;
  readonly isNew: boolean;
}

async function claimed(store: SessionStore, given: AgentStart, insteadOf?: string): Promise<Claimed> {
  // Where the agent has a session already nothing begins, and no project is registered.
  const isThere = insteadOf === undefined && (await isClaimed(store, given.agent));
  const prepared = isThere ? null : await given.prepare();
  let begun: string | undefined;
  const begin = () => {
    if (prepared === null) throw new Error(`the claim of ${given.agent.name} is gone`);
    const fresh = prepared();
    begun = fresh.id;
    return fresh;
  };
  const session = await claimForAgent(store, given.agent, begin, insteadOf);
  return { session, isNew: session.id === begun };
}

/** How a session refuses what its state does not allow. */
const refusals: readonly ErrorCode[] = ['wrong_status', 'already_resumed', 'in_trash'];

async function goOnWith(services: Services, first: Claimed, given: AgentStart): Promise<Session> {
  const { store } = services;
  let { session, isNew } = first;
  while (!isNew) {
    const latest = await latestPart(store, session.id);
    try {
      if (latest.place === 'trash' || latest.resumedAs !== null)
        ({ session, isNew } = await claimed(store, given, session.id));
      else if (latest.status === 'parked') return latest;
      else if (latest.status === 'active') {
        const beat: Transition = (current, now) => transitions.beat(current, {}, now);
        const move = await moveOf(services, latest, given.place);
        return await store.update(latest.id, move ? await following(services, move, beat) : beat);
      } else return await goOnFrom(services, latest, given);
    } catch (error) {
      // Somebody parked, completed, reopened or deleted it meanwhile: what it is now decides.
      if (!isSessionError(error) || !refusals.includes(error.code)) throw error;
    }
  }
  return session;
}

/** In a new session, where the agent is now, if that is the same project. */
async function goOnFrom(services: Services, parent: Session, given: AgentStart): Promise<Session> {
  const { agent, intent, addTo } = given;
  const place = await given.place();
  const here = place.keys.has(parent.project.key)
    ? { where: whereOf(place), branch: given.branch ?? place.git?.branch ?? null }
    : { branch: given.branch };
  const continuation = await resumeOnce(services, parent.id, { intent, agent, ...here }, transitions.goOn);
  return services.store.update(continuation.id, addTo);
}

/** The session in which the work of another one goes on. Its `resumedAs` is null, unless what it names is not here. */
async function latestPart(store: SessionStore, id: string): Promise<Session> {
  const seen = new Set<string>();
  let current = await store.read(id);
  while (current.resumedAs !== null && !seen.has(current.id)) {
    seen.add(current.id);
    const { resumedAs } = current;
    const next = await store.read(resumedAs).catch(error => {
      if (isSessionError(error, 'not_found')) return store.rollForward(current);
      throw error;
    });
    if (next === null) break;
    current = next;
  }
  return current;
}

/** True for a session in which nothing can be noted any more. */
function isOver({ place, status }: Session): boolean {
  return place === 'trash' || status === 'completed';
}
