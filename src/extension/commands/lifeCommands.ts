import { commands, l10n, window } from 'vscode';
import type { Session } from '../../model/session.ts';
import * as transitions from '../../model/transitions.ts';
import * as life from '../../operations/lifeOperations.ts';
import { askText, askTexts } from '../ask.ts';
import { Notice, report } from '../errors.ts';
import { commandId } from '../names.ts';
import { pickSession } from '../sessionPick.ts';
import { inMessage } from '../words.ts';
import {
  type CommandContext,
  chooseSession,
  isActive,
  isCompleted,
  isOpen,
  isParked,
  run,
  runTyped,
  sessionOf,
} from './context.ts';
import { field, given, titleOf } from './inputs.ts';

/** Starting, parking, resuming, completing and reopening. */

export async function start(context: CommandContext): Promise<void> {
  if (context.model.folder === undefined) {
    throw new Notice(l10n.t('Open a folder first. A session belongs to a folder.'));
  }
  const intent = await askText({
    title: l10n.t('Start Session'),
    prompt: l10n.t('What is the session for?'),
    placeHolder: l10n.t('Fix the login on slow networks'),
    field: field(life.start, 'intent'),
  });
  if (intent !== undefined) await startWith(context, intent);
}

/** Tried again with what was typed, where the disk or another writer was in the way. */
async function startWith(context: CommandContext, intent: string): Promise<void> {
  try {
    await context.windowSession.adopt(() => run(context, life.start, { intent }));
  } catch (error) {
    void report(error, context.log, () => startWith(context, intent));
  }
}

export async function park(context: CommandContext, argument?: unknown): Promise<void> {
  const session = await chooseSession(context, argument, {
    fits: isActive,
    ask: l10n.t('Select a session to park'),
    preferWindow: true,
  });
  if (session === undefined) return;
  const title = titleOf(context, session, l10n.t('Park'));
  const answers = await askTexts([
    { title, prompt: l10n.t('Why is it parked?'), field: field(life.park, 'reason'), optional: true },
    { title, prompt: l10n.t('What is the next step?'), field: field(life.park, 'nextSteps'), optional: true },
  ]);
  if (answers === undefined) return;
  const [reason, nextStep] = answers;
  await runTyped(context, life.park, {
    session,
    ...given('reason', reason),
    ...(nextStep ? { nextSteps: [nextStep] } : {}),
  });
}

export async function resume(context: CommandContext, argument?: unknown): Promise<void> {
  const session = sessionOf(argument) ?? (await chooseParked(context));
  if (session === undefined) return;
  const resumed = await context.windowSession.adopt(() => run(context, life.resume, { session }));
  await welcomeBack(context, resumed);
}

/** One that is parked here; only where there is none, one of elsewhere. */
async function chooseParked(context: CommandContext): Promise<string | undefined> {
  const parked = context.model.parkedHere;
  const ask = l10n.t('Select a session to resume');
  if (parked.length === 0) return chooseSession(context, undefined, { fits: isParked, ask });
  return parked.length > 1 ? pickSession(parked, ask) : parked[0]?.id;
}

/** One of another folder is not this window's: it is offered where it belongs. */
async function welcomeBack({ model }: CommandContext, session: Session): Promise<void> {
  if (await model.belongsHere(session)) return;
  const open = l10n.t('Open Folder');
  const choice = await window.showInformationMessage(
    l10n.t('Resumed “{0}” in {1}.', inMessage(session.intent), inMessage(session.where.worktree)),
    open,
  );
  if (choice === open) await commands.executeCommand(commandId('openFolder'), session.id);
}

export async function complete(context: CommandContext, argument?: unknown): Promise<void> {
  const session = await chooseSession(context, argument, {
    fits: isOpen,
    ask: l10n.t('Select a session to complete'),
    preferWindow: true,
  });
  if (session === undefined) return;
  const outcome = await askText({
    title: titleOf(context, session, l10n.t('Complete')),
    prompt: l10n.t('What is the outcome?'),
    field: field(life.complete, 'outcome'),
    optional: true,
  });
  if (outcome === undefined) return;
  const wasOfWindow = context.windowSession.current?.id === session;
  await runTyped(
    context,
    life.complete,
    { session, ...given('outcome', outcome) },
    async (completed: Session) => {
      const undo = l10n.t('Undo');
      void window
        .showInformationMessage(l10n.t('Completed “{0}”.', inMessage(completed.intent)), undo)
        .then(choice => {
          if (choice === undo) void undoCompletion(context, completed, wasOfWindow);
        });
    },
  );
}

/** As it was before: parked if it was parked, and this window's only if it was. */
async function undoCompletion(
  context: CommandContext,
  completed: Session,
  wasOfWindow: boolean,
): Promise<void> {
  const { id, parkedAt, parkedReason } = completed;
  const again = () =>
    parkedAt === null
      ? run(context, life.reopen, { session: id })
      : // In one write: nobody sees it active meanwhile, and nobody is offered it as newly started.
        context.model
          .services()
          .store.update(id, (session, moment) =>
            transitions.park(transitions.reopen(session, {}, moment), { reason: parkedReason }, moment),
          );
  try {
    await (wasOfWindow ? context.windowSession.adopt(again) : again());
  } catch (error) {
    void report(error, context.log, () => undoCompletion(context, completed, wasOfWindow));
  }
}

export async function reopen(context: CommandContext, argument?: unknown): Promise<void> {
  const session = await chooseSession(context, argument, {
    fits: summary => isCompleted(summary) && summary.resumedAs === null,
    ask: l10n.t('Select a session to reopen'),
  });
  if (session === undefined) return;
  await context.windowSession.adopt(() => run(context, life.reopen, { session }));
}
