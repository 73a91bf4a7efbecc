import type { Session } from '../model/session.ts';
import type { Transition } from '../store/sessionStore.ts';
import { inPlace } from './adrift.ts';
import { type Field, line, optional } from './fields.ts';
import { registerProject } from './places.ts';
import { type Here, resolveHere } from './resolve.ts';
import type { Services } from './services.ts';

const named = line('words', 'The session: its id or an unambiguous part of it', { value: 'ID' });

/** `--session ID`: without it the one active session whose worktree holds the current folder is meant. */
export const sessionField: Field<string | undefined> = optional(named);

/** The same as a positional argument, for commands that are about one session. */
export const sessionArgument: Field<string | undefined> = { ...sessionField, positional: 'one' };

/** For commands that must not guess: what they do to a session is seldom meant for the one at hand. */
export const namedSession: Field<string> = { ...named, positional: 'one' };

/** Changes the session that is meant; one that was moved says with the same write where it is now. */
export async function change(
  services: Services,
  query: string | undefined,
  transition: Transition,
): Promise<Session> {
  const { id, moved } = await resolveHere(services, query);
  return services.store.update(id, moved ? await following(services, moved, transition) : transition);
}

/** A transition that also says where the session is now; its project's record comes along. */
export async function following(
  services: Services,
  { from, to }: NonNullable<Here['moved']>,
  transition: Transition,
): Promise<Transition> {
  await registerProject(services, to);
  return (session, now) => transition(inPlace(session, from, to), now);
}
