import type { Session } from '../model/session.ts';
import type { Transition } from '../store/sessionStore.ts';
import { type Field, line, optional } from './fields.ts';
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
  return services.store.update(await resolveSession(services, query), transition);
}
