import { SessionError } from '../model/errors.ts';
import { isCalendarDay } from '../model/moments.ts';
import { isStale, type Summary } from '../model/queries.ts';
import type { Session } from '../model/session.ts';
import { sweepLeftovers } from '../store/leftovers.ts';
import { Summaries, type SummaryEntry, type SummaryList, type Unreadable } from '../store/summaries.ts';
import { adriftAmong } from './adrift.ts';
import { sessionArgument } from './change.ts';
import { describeError } from './describeError.ts';
import { choice, count, flag, line, optional } from './fields.ts';
import { operation } from './operation.ts';
import { plural } from './page.ts';
import { placeOf } from './places.ts';
import { activeAmong, entriesHere, readSession, resolveId, resolveSession } from './resolve.ts';
import type { Services } from './services.ts';
import { showSession } from './showSession.ts';

/** A summary as lists give it: with whether it is stale, which depends on the moment. */
export type ListedSession = Summary & { readonly stale: boolean };

interface Listed {
  sessions: ListedSession[];
  /** How many more there are than `limit`. */
  more: number;
  unreadable: readonly Unreadable[];
  /** What the list is of; null for all projects. */
  project: string | null;
}

const statusFilters = ['active', 'parked', 'completed', 'stale'] as const;

export const list = operation({
  name: 'list',
  title: 'List sessions',
  description: "Lists this project's sessions, newest activity first.",
  effects: 'reads',
  fields: {
    status: optional(choice(statusFilters, 'Only those in this state')),
    project: optional(line('path', "Another project's folder", { value: 'DIR' })),
    all: flag('All projects'),
    tag: optional(line('tag', 'Only those with this tag')),
    since: optional(
      line('words', 'Only those with activity since a date, like 2026-11-21 or 3d', { value: 'DATE' }),
    ),
    limit: optional(count(1, 100_000, 'At most so many')),
    archived: flag('Archived ones too'),
  },
  examples: ['work-sessions list --all --status parked', 'work-sessions list --since 7d --json'],
  async run(services, input): Promise<Listed> {
    const now = services.now();
    const since = input.since === undefined ? null : parseSince(input.since, now);
    const place = input.all && input.project === undefined ? null : await placeOf(services, input.project);
    const { staleHours } = await services.settings();
    const { entries, unreadable } = await allEntries(services, input.archived === true, place?.keys);
    const wanted = entries.filter(
      entry =>
        (since === null || entry.lastActivityAt >= since) &&
        (input.status === undefined ||
          entry.status === (input.status === 'stale' ? 'active' : input.status)) &&
        (input.status !== 'stale' || isStale(entry.summary, now, staleHours)) &&
        (input.tag === undefined || entry.summary.tags.includes(input.tag)),
    );
    wanted.sort((a, b) =>
      a.lastActivityAt < b.lastActivityAt
        ? 1
        : a.lastActivityAt > b.lastActivityAt
          ? -1
          : a.id < b.id
            ? 1
            : -1,
    );
    const shown = wanted.slice(0, input.limit);
    return {
      sessions: shown.map(({ summary }) => ({ ...summary, stale: isStale(summary, now, staleHours) })),
      more: wanted.length - shown.length,
      unreadable,
      project: place && (place.project?.name ?? place.folder),
    };
  },
  json: ({ sessions }) => sessions,
  show: ({ sessions, more, project }, page) => {
    if (sessions.length === 0) {
      const where = project === null ? '' : ` in ${project}`;
      return `No sessions${where}. Start one: work-sessions start "what it is for"${project === null ? '' : '; or look at all: work-sessions list --all'}`;
    }
    return (
      page.table(sessions, project === null) + (more > 0 ? `\n${page.style.dim(`and ${more} more`)}` : '')
    );
  },
  warnings: ({ unreadable }) => unreadableWarnings(unreadable),
});

export const show = operation({
  name: 'show',
  title: 'Show a session',
  description: 'Shows one session, whole.',
  effects: 'reads',
  fields: { session: sessionArgument },
  run: async (services, { session }): Promise<Session> =>
    readSession(services, await resolveSession(services, session)),
  show: showSession,
});

interface Occupancy {
  worktree: string;
  occupied: boolean;
  sessions: ListedSession[];
  unreadable: readonly Unreadable[];
}

export const occupancy = operation({
  name: 'occupancy',
  title: 'Who is at work here',
  description:
    "Who is at work in a worktree. Exit code 1 if somebody else's fresh active session is: for hooks, with --agent-session naming one's own.",
  effects: 'reads',
  fields: {
    folder: optional(
      line('path', 'The folder (default: the current one)', { positional: 'one', value: 'DIR' }),
    ),
    session: optional(line('words', 'The session that is one’s own', { value: 'ID' })),
    agentSession: optional(line('agentSession', "One's own agent session id", { value: 'ID' })),
  },
  async run(services, input): Promise<Occupancy> {
    const place = await placeOf(services, input.folder);
    const now = services.now();
    const { staleHours } = await services.settings();
    const { entries, unreadable } = await entriesHere(services, place);
    const own = input.session === undefined ? null : await resolveId(services, input.session);
    const sessions = [...activeAmong(entries, place), ...(await adriftAmong(entries, place))]
      .map(({ summary }) => ({ ...summary, stale: isStale(summary, now, staleHours) }))
      .filter(
        ({ id, agent }) =>
          id !== own && (input.agentSession === undefined || agent?.sessionId !== input.agentSession),
      );
    return {
      worktree: place.git?.root ?? place.folder,
      occupied: sessions.some(session => !session.stale),
      sessions,
      unreadable,
    };
  },
  json: ({ unreadable: _, ...occupancy }) => occupancy,
  show: ({ worktree, sessions }, page) =>
    sessions.length === 0 ? `Nobody is at work in ${worktree}.` : page.table(sessions, false),
  exitCode: ({ occupied }) => (occupied ? 1 : 0),
  warnings: ({ unreadable }) => unreadableWarnings(unreadable),
});

export const brief = operation({
  name: 'brief',
  title: 'Brief',
  description:
    'One screen to pick the work up: why it was parked, where, what is open, the last commits, the next step. Made to be given to a person or an agent word for word.',
  effects: 'reads',
  fields: { session: sessionArgument },
  async run(services, { session }): Promise<{ id: string; brief: string }> {
    const { briefOf } = await import('./brief.ts');
    const whole = await readSession(services, await resolveSession(services, session));
    // What a continuation has not got of its own yet is taken from the session it goes on from, if that is there.
    const parent =
      whole.resumedFrom === null ? null : await readSession(services, whole.resumedFrom).catch(() => null);
    return { id: whole.id, brief: briefOf(whole, parent, services.now()) };
  },
  show: ({ brief: text }) => text,
});

interface Found {
  results: { session: ListedSession; score: number; matches: string[] }[];
  unreadable: readonly Unreadable[];
}

export const search = operation({
  name: 'search',
  title: 'Search',
  description: 'Searches the content of sessions, ranked; small misspellings are forgiven.',
  effects: 'reads',
  fields: {
    words: line('words', 'What to look for', { positional: 'rest', value: 'WORDS' }),
    all: flag('All projects (default: this one)'),
    limit: optional(count(1, 1_000, 'At most so many (default 20)')),
  },
  async run(services, { words, all, limit = 20 }): Promise<Found> {
    const { searchSessions } = await import('./searchSessions.ts');
    const keys = all ? undefined : (await placeOf(services)).keys;
    const { staleHours } = await services.settings();
    const { entries, unreadable } = await allEntries(services, true, keys);
    const now = services.now();
    const { hits, unreadable: missed } = await searchSessions(services, entries, words, limit);
    return {
      results: hits.map(({ entry, score, matches }) => ({
        session: { ...entry.summary, stale: isStale(entry.summary, now, staleHours) },
        score,
        matches,
      })),
      unreadable: [...unreadable, ...missed],
    };
  },
  json: ({ results }) => results,
  show: ({ results }, page) => {
    if (results.length === 0) return 'Nothing found.';
    const rows = page
      .table(
        results.map(({ session }) => session),
        true,
      )
      .split('\n');
    return results
      .flatMap(({ matches }, index) => [
        rows[index] ?? '',
        ...matches.map(match => `    ${page.style.dim(match)}`),
      ])
      .join('\n');
  },
  warnings: ({ unreadable }) => unreadableWarnings(unreadable),
});

/**
 * All sessions for a list, or those of some projects, each once. What a crash left half done is finished on the way: leftovers of
 * killed processes, moves, continuations of interrupted resumes. None of that may fail the list.
 */
export async function allEntries(
  services: Services,
  archived: boolean,
  projects?: ReadonlySet<string>,
): Promise<SummaryList> {
  const { store } = services;
  const summaries = new Summaries(store.fs, store.home);
  const main = await summaries.list('sessions', { projects });
  if (main.names.some(name => !name.endsWith('.json'))) {
    await sweepLeftovers(store.fs, store.home.sessions, main.names).catch(() => []);
  }
  const made = await finishResumes(services, main.entries);
  const entries: SummaryEntry[] = [];
  const ids = new Set<string>();
  const add = (entry: SummaryEntry) => {
    if (ids.has(entry.id)) return;
    ids.add(entry.id);
    if (entry.place === 'sessions' || (archived && entry.place === 'archive')) entries.push(entry);
  };
  for (const entry of [...main.entries, ...made]) {
    if (entry.place !== 'sessions') await store.settle(entry.id).catch(() => {});
    add(entry);
  }
  if (!archived) return { ...main, entries };
  const away = await summaries.list('archive', { projects });
  for (const entry of away.entries) add(entry);
  return { ...main, entries, unreadable: [...main.unreadable, ...away.unreadable] };
}

/** Creates the continuations that a crash kept from being created, and gives their entries. */
async function finishResumes(services: Services, entries: readonly SummaryEntry[]): Promise<SummaryEntry[]> {
  const { store } = services;
  const known = new Set(entries.map(entry => entry.id));
  const open = entries.filter(entry => entry.resumedAs !== null && !known.has(entry.resumedAs));
  if (open.length === 0) return [];
  const away = new Set([...(await store.ids('archive')), ...(await store.ids('trash'))]);
  const summaries = new Summaries(store.fs, store.home);
  const made: SummaryEntry[] = [];
  for (const { id, resumedAs } of open) {
    if (resumedAs === null || away.has(resumedAs)) continue;
    try {
      await store.rollForward(await store.read(id));
      const entry = await summaries.readOne('sessions', resumedAs);
      if (entry !== null && 'summary' in entry) made.push(entry);
    } catch {
      // The next list, or the doctor, tries again.
    }
  }
  return made;
}

export function unreadableWarnings(unreadable: readonly Unreadable[]): string[] {
  const [first] = unreadable;
  if (first === undefined) return [];
  if (unreadable.length === 1) return [describeError(first.error).message];
  return [`${plural(unreadable.length, 'document')} could not be read; work-sessions doctor names them.`];
}

const relativeSince = /^([0-9]{1,5})\s*(h|d|w)$/;
/** The day, and where there is one the time after it, with its offset from UTC or in local time. */
const dateSince =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?))?$/i;
const hours: Record<string, number> = { h: 1, d: 24, w: 168 };

/** A date, a moment, or a time back from now like `12h`, `3d`, `2w`, as an ISO moment. A date is local midnight. */
export function parseSince(text: string, now: Date): string {
  const back = relativeSince.exec(text);
  const [, day = '', clock = '00:00'] = dateSince.exec(text) ?? [];
  const time = back
    ? now.getTime() - Number(back[1]) * (hours[back[2] ?? ''] ?? 0) * 3_600_000
    : isCalendarDay(day)
      ? Date.parse(`${day}T${clock.toUpperCase()}`)
      : Number.NaN;
  if (Number.isNaN(time)) {
    throw new SessionError('invalid_input', {
      field: 'since',
      problem: 'must be a date like 2026-11-21, or 12h, 3d, 2w',
    });
  }
  return new Date(time).toISOString();
}
