import { commands, l10n, window } from 'vscode';
import type { Session } from '../../model/session.ts';
import * as transitions from '../../model/transitions.ts';
import * as life from '../../operations/lifeOperations.ts';
import { activity } from '../../operations/noteOperations.ts';
import { resolveId } from '../../operations/resolve.ts';
import { askText, askTexts } from '../ask.ts';
import { Notice, report } from '../errors.ts';
import { commandId } from '../manifest.ts';
import { pickSession } from '../sessionPick.ts';
import { inMessage } from '../words.ts';
import {
  type CommandContext,
  chooseSession,
  defineCommands,
  isActive,
  isCompleted,
  isOpen,
  isParked,
  run,
  runTyped,
  sessionOf,
} from './context.ts';

/** Starting, parking, resuming, completing, reopening, and which session is this window's. */
export function lifeCommands(context: CommandContext) {
  const { model, windowSession } = context;

  async function start(): Promise<void> {
    if (model.folder === undefined) {
      throw new Notice(l10n.t('Open a folder first. A session belongs to a folder.'));
    }
    const intent = await askText({
      title: l10n.t('Start Session'),
      prompt: l10n.t('What is the session for?'),
      placeHolder: l10n.t('Fix the login on slow networks'),
      field: field(life.start, 'intent'),
    });
    if (intent === undefined) return;
    await startWith(intent);
  }

  /** Tried again with what was typed, where the disk or another writer was in the way. */
  async function startWith(intent: string): Promise<void> {
    try {
      await windowSession.adopt(() => run(context, life.start, { intent }));
    } catch (error) {
      void report(error, context.log, () => startWith(intent));
    }
  }

  async function park(argument: unknown): Promise<void> {
    const session = await chooseSession(context, argument, {
      fits: isActive,
      ask: l10n.t('Select a session to park'),
      preferWindow: true,
    });
    if (session === undefined) return;
    const answers = await askTexts([
      {
        title: titleOf(session, l10n.t('Park')),
        prompt: l10n.t('Why is it parked?'),
        field: field(life.park, 'reason'),
        optional: true,
      },
      {
        title: titleOf(session, l10n.t('Park')),
        prompt: l10n.t('What is the next step?'),
        field: field(life.park, 'nextSteps'),
        optional: true,
      },
    ]);
    if (answers === undefined) return;
    const [reason, nextStep] = answers;
    await runTyped(context, life.park, {
      session,
      ...given('reason', reason),
      ...(nextStep ? { nextSteps: [nextStep] } : {}),
    });
  }

  async function resume(argument: unknown): Promise<void> {
    const given = sessionOf(argument);
    const parked = model.parkedHere;
    const session =
      given ??
      (parked.length > 1 ? await pickSession(parked, l10n.t('Select a session to resume')) : parked[0]?.id);
    const chosen =
      session ??
      (parked.length > 0
        ? undefined
        : await chooseSession(context, undefined, {
            fits: isParked,
            ask: l10n.t('Select a session to resume'),
          }));
    if (chosen === undefined) return;
    const resumed = await windowSession.adopt(() => run(context, life.resume, { session: chosen }));
    await welcomeBack(resumed);
  }

  /** One of another folder is not this window's: it is offered where it belongs. */
  async function welcomeBack(session: Session): Promise<void> {
    if (await model.belongsHere(session)) return;
    const open = l10n.t('Open Folder');
    const choice = await window.showInformationMessage(
      l10n.t('Resumed “{0}” in {1}.', inMessage(session.intent), inMessage(session.worktree)),
      open,
    );
    if (choice === open) await commands.executeCommand(commandId('openFolder'), session.id);
  }

  async function complete(argument: unknown): Promise<void> {
    const session = await chooseSession(context, argument, {
      fits: isOpen,
      ask: l10n.t('Select a session to complete'),
      preferWindow: true,
    });
    if (session === undefined) return;
    const outcome = await askText({
      title: titleOf(session, l10n.t('Complete')),
      prompt: l10n.t('What is the outcome?'),
      field: field(life.complete, 'outcome'),
      optional: true,
    });
    if (outcome === undefined) return;
    const wasOfWindow = windowSession.current?.id === session;
    await runTyped(
      context,
      life.complete,
      { session, ...given('outcome', outcome) },
      async (completed: Session) => {
        const undo = l10n.t('Undo');
        void window
          .showInformationMessage(l10n.t('Completed “{0}”.', inMessage(completed.intent)), undo)
          .then(choice => {
            if (choice === undo) void undoCompletion(completed, wasOfWindow);
          });
      },
    );
  }

  /** As it was before: parked if it was parked, and this window's only if it was. */
  async function undoCompletion(completed: Session, wasOfWindow: boolean): Promise<void> {
    const { id, parkedAt, parkedReason } = completed;
    const again = () =>
      parkedAt === null
        ? run(context, life.reopen, { session: id })
        : // In one write: nobody sees it active meanwhile, and nobody is offered it as newly started.
          model
            .services()
            .store.update(id, (session, now) =>
              transitions.park(transitions.reopen(session, {}, now), { reason: parkedReason }, now),
            );
    try {
      await (wasOfWindow ? windowSession.adopt(again) : again());
    } catch (error) {
      void report(error, context.log, () => undoCompletion(completed, wasOfWindow));
    }
  }

  async function reopen(argument: unknown): Promise<void> {
    const session = await chooseSession(context, argument, {
      fits: summary => isCompleted(summary) && summary.resumedAs === null,
      ask: l10n.t('Select a session to reopen'),
    });
    if (session === undefined) return;
    await windowSession.adopt(() => run(context, life.reopen, { session }));
  }

  async function switchSession(argument: unknown): Promise<void> {
    const offered = model.activeHere;
    const given = sessionOf(argument);
    if (given === undefined && offered.length === 0)
      throw new Notice(l10n.t('There is no active session here.'));
    const session = given ?? (await pickSession(offered, l10n.t('Select the session of this window')));
    if (session === undefined) return;
    const summary = model.summary(session);
    if (summary && !model.isHere(summary)) {
      throw new Notice(l10n.t('“{0}” belongs to {1}.', inMessage(summary.intent), summary.worktree));
    }
    await windowSession.choose(session);
  }

  /** What a click on the status bar offers. */
  async function sessionActions(): Promise<void> {
    const { current } = windowSession;
    if (current === undefined) return;
    const actions = [
      { label: `$(comment) ${l10n.t('Log Event…')}`, command: 'log' as const },
      { label: `$(checklist) ${l10n.t('Add Task…')}`, command: 'addTask' as const },
      { label: `$(arrow-right) ${l10n.t('Add Next Step…')}`, command: 'addNextStep' as const },
      { label: `$(debug-pause) ${l10n.t('Park…')}`, command: 'park' as const },
      { label: `$(check) ${l10n.t('Complete…')}`, command: 'complete' as const },
      { label: `$(arrow-swap) ${l10n.t('Switch Session…')}`, command: 'switchSession' as const },
      { label: `$(open-preview) ${l10n.t('Show Details')}`, command: 'showDetails' as const },
    ];
    const picked = await window.showQuickPick(actions, { placeHolder: inMessage(current.intent) });
    if (picked === undefined) return;
    const about = picked.command === 'switchSession' ? [] : [current.id];
    await commands.executeCommand(commandId(picked.command), ...about);
  }

  async function setActivity(argument: unknown): Promise<void> {
    const session = await chooseSession(context, argument, {
      fits: isActive,
      ask: l10n.t('Select a session'),
      preferWindow: true,
    });
    if (session === undefined) return;
    const text = await askText({
      title: titleOf(session, l10n.t('Set Activity')),
      prompt: l10n.t('What is going on right now?'),
      field: field(activity, 'activity'),
      value: model.summary(session)?.activity ?? '',
    });
    if (text !== undefined) await runTyped(context, activity, { session, activity: text });
  }

  /** Shows where the work goes on, after somebody else resumed it first. */
  async function goToSession(argument: unknown): Promise<void> {
    const query = sessionOf(argument);
    if (query === undefined) return;
    const id = await resolveId(model.services(), query);
    const summary = model.summary(id);
    if (summary?.status === 'active' && model.isHere(summary)) await windowSession.choose(id);
    await context.tree.reveal(id);
    await commands.executeCommand(commandId('showDetails'), id);
  }

  const titleOf = (id: string, action: string) => `${action}: ${inMessage(model.summary(id)?.intent ?? id)}`;

  return defineCommands({
    start,
    park,
    resume,
    complete,
    reopen,
    switchSession,
    sessionActions,
    setActivity,
    goToSession,
  });
}

/** A field of an operation, for checking what is typed. */
export function field(
  operation: { fields: Readonly<Record<string, import('../../operations/fields.ts').Field>> },
  name: string,
) {
  const found = operation.fields[name];
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
}

/** An input's field, left out where nothing was typed. */
export function given<K extends string>(name: K, value: string | null | undefined): { [N in K]?: string } {
  return value ? ({ [name]: value } as { [N in K]: string }) : {};
}
