import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commands, window } from 'vscode';
import type { CommandId } from '../../../src/extension/manifest.ts';
import { commandId } from '../../../src/extension/names.ts';
import type { Node } from '../../../src/extension/tree/nodes.ts';
import { Desk } from './desk.ts';
import { until } from './until.ts';

/** Runs a command of the extension under test, as the palette or a row does. */
export function execute(id: CommandId, ...args: unknown[]): Thenable<unknown> {
  return commands.executeCommand(commandId(id), ...args);
}

/** The row of a session, as the tree hands it to a command. */
export function rowOf(session: { id: string }): Node {
  const group: Node = { kind: 'group', id: 'here/active', group: 'active', project: null, parent: null };
  return { kind: 'session', id: `${group.id}/${session.id}`, session: session.id, parent: group };
}

/** What a command offers to choose from, or asks or tells first. The person then thinks better of it. */
async function firstQuestion(id: CommandId): Promise<{ placeHolder: string; ids: string[] } | undefined> {
  const { showQuickPick, showInformationMessage } = window;
  let seen: { placeHolder: string; ids: string[] } | undefined;
  const edge = window as { -readonly [K in keyof typeof window]: unknown };
  edge.showQuickPick = async (items: { id?: string }[], options: { placeHolder?: string }) => {
    seen = { placeHolder: options.placeHolder ?? '', ids: items.map(item => item.id ?? '') };
  };
  edge.showInformationMessage = async () => undefined;
  try {
    await execute(id);
    return seen;
  } finally {
    edge.showQuickPick = showQuickPick;
    edge.showInformationMessage = showInformationMessage;
  }
}

/** The intent of the session that the window is at work in, as its status bar's menu says; '' where there is none. */
export async function sessionOfWindow(): Promise<string> {
  return (await firstQuestion('sessionActions'))?.placeHolder ?? '';
}

/** The ids of the active sessions that the window knows in its worktree. */
export async function activeInWindow(): Promise<string[]> {
  return (await firstQuestion('switchSession'))?.ids ?? [];
}

/** Waits until the window is at work in a session. */
export function untilWindowIn(session: { intent: string }): Promise<unknown> {
  return until(`the window in “${session.intent}”`, async () => (await sessionOfWindow()) === session.intent);
}

/** A desk at the window's own home, without a session; the window has looked. */
export async function emptiedDesk(): Promise<Desk> {
  const desk = Desk.ofWindow();
  for (const name of readdirSync(desk.home)) {
    if (name !== 'config.json') rmSync(join(desk.home, name), { recursive: true, force: true });
  }
  await execute('refresh');
  return desk;
}
