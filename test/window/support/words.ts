/** The same text, with what happened within this test as if it had been just now: a busy machine takes its minutes. */
export function asJustNow(text: string): string {
  return text.replace(/\b\d+ min\. ago/g, 'just now');
}

/** What the product says, in one place: tests name the sentence, not its wording. */
export const words = {
  intent: 'What is the session for?',
  event: 'What happened?',
  task: 'What needs to be done?',
  reason: 'Why is it parked?',
  nextStep: 'What is the next step?',
  outcome: 'What is the outcome?',
  filter: 'Words, and tags with',
  startIdle: 'Start Session',
  /** The session of this window; from the second minute on with its time. */
  atWork: (intent: string) => new RegExp(`^${intent}( \\d+m)?$`),
  resume: (intent: string) => `Resume: ${intent}`,
  completed: (intent: string) => `Completed “${intent}”.`,
  deleted: (intent: string) => `Deleted “${intent}”.`,
  doctorFound: /^Found \d+ problems?\./,
  startedHere: 'A session was started here',
  goToContinuation: 'Go to Continuation',
  alreadyResumed: 'This session was already resumed.',
};
