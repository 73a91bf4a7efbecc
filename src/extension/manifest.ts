/**
 * Every id that the extension shares with package.json, once. `test/unit/extension/manifest.test.ts`
 * holds the two against each other.
 */
export const commandIds = [
  'start',
  'park',
  'resume',
  'complete',
  'reopen',
  'log',
  'addTask',
  'setTask',
  'decide',
  'ask',
  'answer',
  'addNextStep',
  'setActivity',
  'setNeeds',
  'clearNeeds',
  'addTag',
  'editIntent',
  'switchSession',
  'sessionActions',
  'showDetails',
  'showBrief',
  'copyBrief',
  'search',
  'export',
  'archive',
  'delete',
  'restore',
  'editProject',
  'captureCommits',
  'runDoctor',
  'refresh',
  'openSessionFile',
  'importAncestor',
  'filter',
  'clearFilter',
  'showAllProjects',
  'showThisProject',
  'copyId',
  'openItem',
  'showAllCompleted',
  'goToSession',
  'openFolder',
] as const;

export type CommandId = (typeof commandIds)[number];

/** The full id of a command, as package.json and VS Code know it. */
export function commandId(id: CommandId): string {
  return `workSessions.${id}`;
}

export const viewId = 'workSessions.sessions';

/** Context keys for `when` clauses. */
export const contextKeys = {
  /** The list was read once. */
  loaded: 'workSessions.loaded',
  /** There is a session in the home, of whatever project. */
  any: 'workSessions.any',
  /** This window has a session. */
  hasSession: 'workSessions.hasSession',
  scope: 'workSessions.scope',
  filtered: 'workSessions.filtered',
} as const;

export const settingNames = ['home', 'statusBar', 'heartbeatMinutes', 'details', 'confirmDelete'] as const;

/** Keys of the workspace's and the machine's own memory. */
export const stateKeys = {
  /** The id of the session of this window. */
  windowSession: 'windowSession',
  scope: 'scope',
  /** Set once the import of the ancestor's sessions was offered. */
  importOffered: 'importOffered',
} as const;

/** The scheme of the read-only documents that show a session. */
export const documentScheme = 'work-session';
