import { isSessionError } from '../../src/model/errors.ts';
import type { Session } from '../../src/model/session.ts';
import * as transitions from '../../src/model/transitions.ts';
import type { SessionStore } from '../../src/store/sessionStore.ts';

/** What one step of mixed work did: the text that must be found in the document for ever after. */
export interface Done {
  readonly kind: string;
  readonly text: string;
  readonly revision: number;
}

/** Refusals that the session's state explains, as other writers park, complete and move it meanwhile. */
const expected = ['wrong_status', 'wrong_place', 'in_trash'];

type Step = (session: Session, text: string, now: Date) => Session;

export const mixedSteps: Record<string, Step> = {
  log: (session, text, now) => transitions.log(session, { message: text }, now),
  task: (session, text, now) => transitions.addTasks(session, { tasks: [{ id: text, subject: text }] }, now),
  decide: (session, text, now) => transitions.decide(session, { id: text, text }, now),
  ask: (session, text, now) => transitions.ask(session, { id: text, text }, now),
  tag: (session, text, now) => transitions.addTags(session, { tags: [text] }, now),
  nextStep: (session, text, now) => transitions.addNextSteps(session, { nextSteps: [text] }, now),
  answer: (session, text, now) => {
    const open = session.questions.find(question => question.answer === null);
    if (open === undefined) return transitions.log(session, { message: text }, now);
    return transitions.answer(session, { question: open.id, answer: text }, now);
  },
  // The whole way round: each leaves its note in the history or the events.
  complete: (session, text, now) => transitions.complete(session, { outcome: text }, now),
  park: (session, text, now) => transitions.park(session, { reason: text }, now),
  archive: (session, text, now) => noted(transitions.archive(session, {}, now), text, now),
  unarchive: (session, text, now) => noted(transitions.unarchive(session, {}, now), text, now),
  trash: (session, text, now) => noted(transitions.moveToTrash(session, {}, now), text, now),
  restore: (session, text, now) => noted(transitions.restore(session, {}, now), text, now),
  reopen: (session, text, now) => noted(transitions.reopen(session, {}, now), text, now),
};

/** Weighted towards what brings the session back, so that it is not completed all the time. */
const order = [
  ...['log', 'task', 'decide', 'ask', 'answer', 'tag', 'nextStep', 'log', 'task', 'ask', 'answer'],
  ...[
    'reopen',
    'restore',
    'unarchive',
    'reopen',
    'complete',
    'archive',
    'park',
    'trash',
    'restore',
    'reopen',
  ],
];

/** What a writer tries next after a step of its own: the way round is long, and others cut it short. */
const followUps: Record<string, string> = { complete: 'archive', archive: 'unarchive', unarchive: 'reopen' };

export async function mixedStep(
  store: SessionStore,
  task: { id: string; writer: string; seed: number },
  step: number,
  before?: Done | string,
): Promise<Done | string> {
  const followUp = typeof before === 'object' ? followUps[before.kind] : undefined;
  const kind = followUp ?? order[random(task.seed + step) % order.length] ?? 'log';
  const text = `${task.writer}-${step}`;
  try {
    const session = await store.update(task.id, (current, now) =>
      (mixedSteps[kind] as Step)(current, text, now),
    );
    return { kind, text, revision: session.revision };
  } catch (error) {
    if (isSessionError(error) && expected.includes(error.code)) return error.code;
    throw error;
  }
}

/** Every text that is anywhere in the document. */
export function textsOf(session: Session): Set<string> {
  return new Set([
    ...session.events.map(event => event.message),
    ...session.tasks.map(task => task.subject),
    ...session.decisions.map(decision => decision.text),
    ...session.questions.flatMap(question => [question.text, question.answer ?? '']),
    ...session.tags,
    ...session.nextSteps,
    ...session.history.map(change => change.note ?? ''),
  ]);
}

function noted(session: Session, message: string, now: Date): Session {
  return { ...session, events: [...session.events, { at: now.toISOString(), message }] };
}

/** A number that looks random and is the same for the same seed. */
export function random(seed: number): number {
  let value = (seed + 0x6d2b79f5) | 0;
  value = Math.imul(value ^ (value >>> 15), value | 1);
  value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
  return (value ^ (value >>> 14)) >>> 0;
}
