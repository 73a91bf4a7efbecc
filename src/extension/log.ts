import { type LogOutputChannel, window } from 'vscode';

/** The extension's one log: Output, "Work Sessions". */
export type Log = LogOutputChannel;

export function createLog(): Log {
  return window.createOutputChannel('Work Sessions', { log: true });
}
