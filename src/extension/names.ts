import type { CommandId } from './manifest.ts';

/** Names that the extension shares with package.json and with VS Code's memory, once. */

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

/** What a key hands to a command instead of a session: it acts on the row that has the focus. */
export const focusedRow = 'focused';
