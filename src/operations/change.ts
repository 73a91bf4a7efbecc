import type { Session } from '../model/session.ts';
import type { Transition } from '../store/sessionStore.ts';
import { inPlace, type Move, moveOf } from './adrift.ts';
import { type Field, line, optional } from './fields.ts';
import { registerProject } from './places.ts';
import { resolveSession } from './resolve.ts';
import type { Services } from './services.ts';

const named = line('words', 'The session: its id or an unambiguous part of it', { value: 'ID' });

/** `--session ID`: without it the one active session whose worktree holds the current folder is meant. */
export const sessionField: Field<string | undefined> = optional(named);

/** The same as a positional argument, for commands that are about one session. */
export const sessionArgument: Field<string | undefined> = { ...sessionField, positional: 'one' };

/** For commands that must not guess: what they do to a session is seldom meant for the one at hand. */
export const namedSession: Field<string> = { ...named, positional: 'one' };

/** Changes the session that is meant. */
export async function change(
  services: Services,
  query: string | undefined,
  transition: Transition,
): Promise<Session> {
  return changeAfter(services, query, async () => transition);
}

/**
 * `change`, where the change depends on what is asked elsewhere first: `prepare` gets the session, and nobody waits
 * for it. A session that was moved to where the caller is says so with this same change.
 */
export async function changeAfter(
  services: Services,
  query: string | undefined,
  prepare: (session: Session) => Promise<Transition>,
): Promise<Session> {
  const session = await services.store.read(await resolveSession(services, query));
  const move = await moveOf(services, session);
  const transition = await prepare(move ? inPlace(session, move, await services.store.moment()) : session);
  return services.store.update(session.id, move ? await following(services, move, transition) : transition);
}

/** A transition that also says where the session is now; its project's record comes along. */
export async function following(services: Services, move: Move, transition: Transition): Promise<Transition> {
  await registerProject(services, move.to);
  return (session, moment) => transition(inPlace(session, move, moment), moment);
}
