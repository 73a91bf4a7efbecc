/**
 * How long a text and a list may be. One table, used by the input of every operation and by every
 * transition, so that all faces refuse the same thing with the same words.
 * Texts are counted in UTF-16 code units, lists in items.
 */
export const textLimits = {
  intent: 500,
  message: 10_000,
  reason: 4_000,
  outcome: 4_000,
  activity: 500,
  needs: 1_000,
  question: 4_000,
  answer: 10_000,
  decision: 10_000,
  nextStep: 1_000,
  subject: 500,
  tag: 64,
  ref: 500,
  branch: 255,
  path: 4_096,
  sha: 64,
  commitMessage: 2_000,
  agentName: 100,
  agentSession: 200,
  phase: 200,
  roadmapItem: 500,
  words: 500,
} as const;

export const listLimits = {
  tasks: 1_000,
  events: 20_000,
  decisions: 2_000,
  questions: 2_000,
  nextSteps: 500,
  tags: 50,
  commits: 10_000,
  files: 10_000,
  history: 1_000,
  claims: 100,
  desks: 30,
  roadmap: 500,
} as const;

/** The largest document that is written or read, in bytes: what is written can always be read back. */
export const maxDocumentBytes = 16 * 1024 * 1024;

/** The largest desk, in bytes: its layout and places are some kilobytes, kept texts at most a mebibyte. */
export const maxDeskBytes = 4 * 1024 * 1024;

/** The deepest nesting accepted in a document; ours needs four levels, unknown fields may bring more. */
export const maxNesting = 64;

export type TextField = keyof typeof textLimits;
export type ListField = keyof typeof listLimits;
