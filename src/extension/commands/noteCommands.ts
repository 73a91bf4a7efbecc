import { l10n, window, workspace } from 'vscode';
import { edit } from '../../operations/lifeOperations.ts';
import * as notes from '../../operations/noteOperations.ts';
import type { Operation } from '../../operations/operation.ts';
import { askText } from '../ask.ts';
import { Notice } from '../errors.ts';
import { amount } from '../words.ts';
import { type CommandContext, chooseNoted, chooseSession, isActive, run, runTyped } from './context.ts';
import { field, titleOf } from './inputs.ts';

/** Everything that is noted in a session while it goes on. */

interface Note {
  operation: Operation;
  /** The operation's field that is asked for. */
  name: string;
  title: string;
  prompt: string;
  /** What is changed, where there is something already. */
  value?: (session: string) => string;
  onlyActive?: boolean;
}

/** Asks for one text and hands it to an operation. */
async function note(
  context: CommandContext,
  argument: unknown,
  { operation, name, title, prompt, value, onlyActive = false }: Note,
): Promise<void> {
  const session = await chooseNoted(context, argument, onlyActive);
  if (session === undefined) return;
  const input = field(operation, name);
  const text = await askText({
    title: titleOf(context, session, title),
    prompt,
    field: input,
    ...(value ? { value: value(session) } : {}),
  });
  if (text === undefined) return;
  await runTyped(context, operation, { session, [name]: input.kind === 'list' ? [text] : text });
}

export async function log(context: CommandContext, argument?: unknown): Promise<void> {
  await note(context, argument, {
    operation: notes.log,
    name: 'message',
    title: l10n.t('Log Event'),
    prompt: l10n.t('What happened?'),
  });
}

export async function addTask(context: CommandContext, argument?: unknown): Promise<void> {
  await note(context, argument, {
    operation: notes.taskAdd,
    name: 'subjects',
    title: l10n.t('Add Task'),
    prompt: l10n.t('What needs to be done?'),
  });
}

export async function decide(context: CommandContext, argument?: unknown): Promise<void> {
  await note(context, argument, {
    operation: notes.decide,
    name: 'text',
    title: l10n.t('Note Decision'),
    prompt: l10n.t('What was decided?'),
  });
}

export async function ask(context: CommandContext, argument?: unknown): Promise<void> {
  await note(context, argument, {
    operation: notes.ask,
    name: 'question',
    title: l10n.t('Note Question'),
    prompt: l10n.t('What is the question?'),
  });
}

export async function addNextStep(context: CommandContext, argument?: unknown): Promise<void> {
  await note(context, argument, {
    operation: notes.next,
    name: 'steps',
    title: l10n.t('Add Next Step'),
    prompt: l10n.t('What comes next?'),
  });
}

export async function addTag(context: CommandContext, argument?: unknown): Promise<void> {
  await note(context, argument, {
    operation: notes.tag,
    name: 'tags',
    title: l10n.t('Add Tag'),
    prompt: l10n.t('Which tag?'),
  });
}

export async function setActivity(context: CommandContext, argument?: unknown): Promise<void> {
  await note(context, argument, {
    operation: notes.activity,
    name: 'activity',
    title: l10n.t('Set Activity'),
    prompt: l10n.t('What is going on right now?'),
    value: session => context.model.summary(session)?.activity?.text ?? '',
    onlyActive: true,
  });
}

export async function setNeeds(context: CommandContext, argument?: unknown): Promise<void> {
  await note(context, argument, {
    operation: notes.needs,
    name: 'reason',
    title: l10n.t('Set What Needs You'),
    prompt: l10n.t('What does it need you for?'),
    onlyActive: true,
  });
}

export async function clearNeeds(context: CommandContext, argument?: unknown): Promise<void> {
  const session = await chooseSession(context, argument, {
    fits: summary => isActive(summary) && summary.needs !== null,
    ask: l10n.t('Select a session'),
    preferWindow: true,
  });
  if (session !== undefined) await run(context, notes.needs, { session, clear: true });
}

export async function editIntent(context: CommandContext, argument?: unknown): Promise<void> {
  const session = await chooseNoted(context, argument);
  if (session === undefined) return;
  const intent = await askText({
    title: l10n.t('Edit Intent'),
    prompt: l10n.t('What is the session for?'),
    field: field(edit, 'intent'),
    value: context.model.summary(session)?.intent ?? '',
  });
  if (intent !== undefined) await runTyped(context, edit, { session, intent });
}

export async function captureCommits(context: CommandContext, argument?: unknown): Promise<void> {
  // Git runs what the folder's own settings name.
  if (!workspace.isTrusted) {
    throw new Notice(l10n.t('Commits can be captured only in a trusted folder. Trust this folder first.'));
  }
  const session = await chooseNoted(context, argument, true);
  if (session === undefined) return;
  const { added, hasFiles } = await run<notes.Captured>(context, notes.commitCapture, { session });
  const captured =
    amount(
      added,
      () => l10n.t('Captured 1 commit.'),
      n => l10n.t('Captured {0} commits.', n),
    ) ?? l10n.t('There are no new commits on its branch.');
  const lacking = l10n.t('The files of some commits are not in this clone.');
  void window.showInformationMessage(hasFiles ? captured : `${captured} ${lacking}`);
}
