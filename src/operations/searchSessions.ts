import MiniSearch from 'minisearch';
import { isSessionError } from '../model/errors.ts';
import type { Session } from '../model/session.ts';
import { documentPath } from '../store/home.ts';
import type { SummaryEntry, Unreadable } from '../store/summaries.ts';
import { oneLine } from './page.ts';
import type { Services } from './services.ts';

export interface Hit {
  readonly entry: SummaryEntry;
  readonly score: number;
  /** Up to three pieces of the session's text that hold the words, in one line each. */
  readonly matches: string[];
}

const fields = ['intent', 'tags', 'facts', 'notes', 'work'] as const;
type Indexed = { id: string } & Record<(typeof fields)[number], string>;

/**
 * Searches sessions by content, newest documents read at once: there is no index to be built or out
 * of date. Words may be misspelt a little or only begun; the intent counts most.
 */
export async function searchSessions(
  { store }: Services,
  entries: readonly SummaryEntry[],
  words: string,
  limit: number,
): Promise<{ hits: Hit[]; unreadable: Unreadable[] }> {
  const unreadable: Unreadable[] = [];
  const index = new MiniSearch<Indexed>({
    fields: [...fields],
    searchOptions: {
      boost: { intent: 4, tags: 3, facts: 2 },
      fuzzy: term => (term.length > 3 ? 0.2 : false),
      prefix: term => term.length > 1,
      combineWith: 'AND',
    },
  });
  const sessions = new Map<string, { entry: SummaryEntry; session: Session }>();
  for (const entry of entries) {
    try {
      const session = await store.read(entry.id, { forShowing: true });
      sessions.set(entry.id, { entry, session });
      index.add(toIndexed(session));
    } catch (error) {
      // Gone for good since the list was made: it is none of them any more. What cannot be read is told.
      if (!isSessionError(error)) throw error;
      if (error.code !== 'not_found')
        unreadable.push({
          id: entry.id,
          path: documentPath(store.home, entry.id, entry.summary.place),
          error,
        });
    }
  }
  const hits = index
    .search(words)
    .slice(0, limit)
    .flatMap(({ id, score, terms }) => {
      const found = sessions.get(id);
      return found ? [{ entry: found.entry, score, matches: excerpts(found.session, terms) }] : [];
    });
  return { hits, unreadable };
}

function toIndexed(session: Session): Indexed {
  return {
    id: session.id,
    intent: session.intent,
    tags: session.tags.map(({ id }) => id).join('\n'),
    facts: [
      session.ref,
      session.branch,
      session.project.name,
      session.parkedReason,
      session.outcome,
      session.activity?.text,
      session.needs?.text,
      session.id,
      session.agent?.name,
      session.agent?.sessionId,
    ]
      .filter(Boolean)
      .join('\n'),
    notes: textsOf(session).join('\n'),
    work: [
      ...session.commits.flatMap(({ id, message }) => [id, message]),
      ...session.files.map(({ id }) => id),
    ].join('\n'),
  };
}

function textsOf(session: Session): string[] {
  return [
    ...session.nextSteps.map(step => step.text),
    ...session.tasks.map(task => task.subject),
    ...session.questions.flatMap(({ text, answers }) => [text, ...answers.map(answer => answer.text)]),
    ...session.decisions.map(decision => decision.text),
    ...session.events.map(event => event.message),
  ];
}

/** The texts that hold a found term, other than the intent, which is shown anyway. */
function excerpts(session: Session, terms: readonly string[]): string[] {
  const wanted = terms.map(term => term.toLowerCase());
  const texts = [
    session.parkedReason,
    session.outcome,
    session.needs?.text,
    session.activity?.text,
    ...textsOf(session),
  ]
    .concat(
      session.commits.map(commit => commit.message),
      session.files.map(({ id }) => id),
    )
    .filter(text => text != null);
  const matching = texts.filter(text => {
    const lower = text.toLowerCase();
    return wanted.some(term => lower.includes(term));
  });
  return matching.slice(0, 3).map(text => around(oneLine(text), wanted));
}

/** The part of a long text around the first term. */
function around(text: string, terms: readonly string[]): string {
  const room = 100;
  if (text.length <= room) return text;
  const lower = text.toLowerCase();
  const first = Math.min(...terms.map(term => lower.indexOf(term)).filter(at => at >= 0), text.length);
  const from = Math.max(0, Math.min(first - 30, text.length - room));
  return `${from > 0 ? '…' : ''}${text.slice(from, from + room)}${from + room < text.length ? '…' : ''}`;
}
