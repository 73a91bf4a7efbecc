import { commands, l10n, Uri, window } from 'vscode';
import { resolveId } from '../../operations/resolve.ts';
import { Notice } from '../errors.ts';
import type { CommandId } from '../manifest.ts';
import { commandId } from '../names.ts';
import { pickSession } from '../sessionPick.ts';
import { inMessage } from '../words.ts';
import { type CommandContext, sessionOf } from './context.ts';

/** Which session is this window's, and where to go with another one. */

export async function switchSession(
  { model, windowSession }: CommandContext,
  argument?: unknown,
): Promise<void> {
  const offered = model.activeHere;
  const given = sessionOf(argument);
  if (given === undefined && offered.length === 0)
    throw new Notice(l10n.t('There is no active session here.'));
  const session = given ?? (await pickSession(offered, l10n.t('Select the session of this window')));
  if (session === undefined) return;
  const summary = model.summary(session);
  if (summary && !model.isHere(summary)) {
    throw new Notice(l10n.t('“{0}” belongs to {1}.', inMessage(summary.intent), summary.where.worktree));
  }
  await windowSession.choose(session);
}

/** What a click on the status bar offers. */
export async function sessionActions({ windowSession }: CommandContext): Promise<void> {
  const { current } = windowSession;
  if (current === undefined) return;
  const actions: { label: string; command: CommandId }[] = [
    { label: `$(comment) ${l10n.t('Log Event…')}`, command: 'log' },
    { label: `$(checklist) ${l10n.t('Add Task…')}`, command: 'addTask' },
    { label: `$(arrow-right) ${l10n.t('Add Next Step…')}`, command: 'addNextStep' },
    { label: `$(debug-pause) ${l10n.t('Park…')}`, command: 'park' },
    { label: `$(check) ${l10n.t('Complete…')}`, command: 'complete' },
    { label: `$(arrow-swap) ${l10n.t('Switch Session…')}`, command: 'switchSession' },
    { label: `$(open-preview) ${l10n.t('Show Details')}`, command: 'showDetails' },
  ];
  const picked = await window.showQuickPick(actions, { placeHolder: inMessage(current.intent) });
  if (picked === undefined) return;
  const about = picked.command === 'switchSession' ? [] : [current.id];
  await commands.executeCommand(commandId(picked.command), ...about);
}

/** Shows where the work goes on, after somebody else resumed it first. */
export async function goToSession(
  { model, windowSession, tree }: CommandContext,
  argument?: unknown,
): Promise<void> {
  const query = sessionOf(argument);
  if (query === undefined) return;
  const id = await resolveId(model.services(), query);
  const summary = model.summary(id);
  if (summary?.status === 'active' && model.isHere(summary)) await windowSession.choose(id);
  await tree.reveal(id);
  await commands.executeCommand(commandId('showDetails'), id);
}

export async function openFolder({ model }: CommandContext, argument?: unknown): Promise<void> {
  const id = sessionOf(argument);
  if (id === undefined) return;
  const { worktree } = (await model.session(id)).where;
  await commands.executeCommand('vscode.openFolder', Uri.file(worktree), { forceNewWindow: true });
}
