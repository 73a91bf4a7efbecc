import { isSessionError } from '../../src/model/errors.ts';
import { firstAnswer } from '../../src/model/queries.ts';
import type { Session } from '../../src/model/session.ts';
import { stamped } from '../../src/model/sessionRules.ts';
import { itemId, type Moment } from '../../src/model/stamp.ts';
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

type Step = (session: Session, text: string, moment: Moment) => Session;

export const mixedSteps: Record<string, Step> = {
  log: (session, text, moment) => transitions.log(session, { message: text }, moment),
  task: (session, text, moment) => transitions.addTasks(session, { tasks: [text] }, moment),
  decide: (session, text, moment) => transitions.decide(session, { text }, moment),
  ask: (session, text, moment) => transitions.ask(session, { text }, moment),
  tag: (session, text, moment) => transitions.addTags(session, { tags: [text] }, moment),
  nextStep: (session, text, moment) => transitions.addNextSteps(session, { nextSteps: [text] }, moment),
  answer: (session, text, moment) => {
    const open = session.questions.find(question => firstAnswer(question) === null);
    if (open === undefined) return transitions.log(session, { message: text }, moment);
    return transitions.answer(session, { question: open.id, answer: text }, moment);
  },
  // The whole way round: each leaves its note in the history or the events.
  complete: (session, text, moment) => transitions.complete(session, { outcome: text }, moment),
  park: (session, text, moment) => transitions.park(session, { reason: text }, moment),
  archive: (session, text, moment) => noted(transitions.archive(session, {}, moment), text, moment),
  unarchive: (session, text, moment) => noted(transitions.unarchive(session, {}, moment), text, moment),
  trash: (session, text, moment) => noted(transitions.moveToTrash(session, {}, moment), text, moment),
  restore: (session, text, moment) => noted(transitions.restore(session, {}, moment), text, moment),
  reopen: (session, text, moment) => noted(transitions.reopen(session, {}, moment), text, moment),
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
    const session = await store.update(task.id, (current, moment) =>
      (mixedSteps[kind] as Step)(current, text, moment),
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
    ...session.questions.flatMap(question => [question.text, ...question.answers.map(answer => answer.text)]),
    ...session.tags.map(({ id }) => id),
    ...session.nextSteps.map(step => step.text),
    ...session.history.map(change => change.note ?? ''),
  ]);
}

function noted(session: Session, message: string, moment: Moment): Session {
  const noted = stamped(session, moment);
  const event = {
    id: itemId(moment, noted.clock),
    stamp: noted.clock,
    at: moment.now.toISOString(),
    message,
  };
  return { ...noted, events: [...noted.events, event] };
}

/** A number that looks random and is the same for the same seed. */
export function random(seed: number): number {
  let value = (seed + 0x6d2b79f5) | 0;
  value = Math.imul(value ^ (value >>> 15), value | 1);
  value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
  return (value ^ (value >>> 14)) >>> 0;
}
