import { commands, env, l10n, Uri, window, workspace } from 'vscode';
import { brief } from '../../operations/viewOperations.ts';
import { documentPath } from '../../store/home.ts';
import { sessionUri } from '../sessionDocuments.ts';
import { type CommandContext, chooseSession, isAny, run } from './context.ts';

/** Looking at one session. */

const choose = (context: CommandContext, argument: unknown) =>
  chooseSession(context, argument, { fits: isAny, ask: l10n.t('Select a session'), preferWindow: true });

export async function showDetails(context: CommandContext, argument?: unknown): Promise<void> {
  const id = await choose(context, argument);
  if (id === undefined) return;
  const { intent } = context.model.summary(id) ?? (await context.model.session(id));
  const uri = sessionUri(id, intent);
  try {
    await commands.executeCommand('markdown.showPreview', uri);
  } catch {
    // Editors without the built-in Markdown preview show the text.
    await window.showTextDocument(uri, { preview: true });
  }
}

export async function showBrief(context: CommandContext, argument?: unknown): Promise<void> {
  const text = await briefOf(context, argument);
  if (text === undefined) return;
  const document = await workspace.openTextDocument({ language: 'markdown', content: text });
  await window.showTextDocument(document, { preview: true });
}

export async function copyBrief(context: CommandContext, argument?: unknown): Promise<void> {
  const text = await briefOf(context, argument);
  if (text === undefined) return;
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(l10n.t('Brief copied. Paste it for a person or an agent.'), 5_000);
}

async function briefOf(context: CommandContext, argument: unknown): Promise<string | undefined> {
  const session = await choose(context, argument);
  return session && (await run<{ brief: string }>(context, brief, { session })).brief;
}

export async function copyId(context: CommandContext, argument?: unknown): Promise<void> {
  const id = await choose(context, argument);
  if (id !== undefined) await env.clipboard.writeText(id);
}

export async function openSessionFile(context: CommandContext, argument?: unknown): Promise<void> {
  const path = pathOf(argument) ?? (await pathOfSession(context, argument));
  if (path !== undefined) await window.showTextDocument(Uri.file(path));
}

/** The path that an unreadable row, or an error about a document, stands for. */
function pathOf(argument: unknown): string | undefined {
  const path = (argument as { path?: unknown } | undefined)?.path;
  return typeof path === 'string' ? path : undefined;
}

async function pathOfSession(context: CommandContext, argument: unknown): Promise<string | undefined> {
  const id = await choose(context, argument);
  if (id === undefined) return undefined;
  const { place } = context.model.summary(id) ?? (await context.model.session(id));
  return documentPath(context.model.home, id, place);
}
