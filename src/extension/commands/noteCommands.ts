import { l10n, window, workspace } from 'vscode';
import type { Session } from '../../model/session.ts';
import { taskStatuses } from '../../model/session.ts';
import { edit } from '../../operations/lifeOperations.ts';
import * as notes from '../../operations/noteOperations.ts';
import type { Operation } from '../../operations/operation.ts';
import { askText } from '../ask.ts';
import { Notice } from '../errors.ts';
import { taskStatusLabel } from '../tree/items.ts';
import { isNode } from '../tree/nodes.ts';
import { amount, inMessage, inRow } from '../words.ts';
import {
  type CommandContext,
  chooseSession,
  defineCommands,
  isActive,
  isOpen,
  run,
  runTyped,
} from './context.ts';
import { field } from './lifeCommands.ts';

interface Note {
  operation: Operation;
  /** The operation's field that is asked for. */
  name: string;
  title: string;
  prompt: string;
  onlyActive?: boolean;
}

/** Everything that is noted in a session while it goes on. */
export function noteCommands(context: CommandContext) {
  const { model } = context;

  /** A command that asks for one text and hands it to an operation. */
  const note =
    ({ operation, name, title, prompt, onlyActive }: Note) =>
    async (argument: unknown): Promise<void> => {
      const session = await sessionFor(argument, onlyActive);
      if (session === undefined) return;
      const input = field(operation, name);
      const text = await askText({ title: titleOf(session, title), prompt, field: input });
      if (text === undefined) return;
      await runTyped(context, operation, { session, [name]: input.kind === 'list' ? [text] : text });
    };

  const sessionFor = (argument: unknown, onlyActive = false) =>
    chooseSession(context, argument, {
      fits: onlyActive ? isActive : isOpen,
      ask: l10n.t('Select a session'),
      preferWindow: true,
    });

  const titleOf = (id: string, title: string) => `${title}: ${inMessage(model.summary(id)?.intent ?? id)}`;

  async function setTask(argument: unknown): Promise<void> {
    const session = await sessionFor(argument);
    if (session === undefined) return;
    const task = isNode(argument) && argument.kind === 'task' ? argument.task.id : await pickTask(session);
    if (task === undefined) return;
    const items = taskStatuses.map(status => ({ label: taskStatusLabel(status), status }));
    const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Select the status') });
    if (picked) await run(context, notes.taskSet, { session, task, status: picked.status });
  }

  async function pickTask(id: string): Promise<string | undefined> {
    const { tasks }: Session = await model.session(id);
    const items = tasks.map(task => ({
      label: inRow(task.subject),
      description: taskStatusLabel(task.status),
      id: task.id,
    }));
    if (items.length === 0) throw new Notice(l10n.t('The session has no tasks.'));
    return (await window.showQuickPick(items, { placeHolder: l10n.t('Select a task') }))?.id;
  }

  async function answer(argument: unknown): Promise<void> {
    const session = await sessionFor(argument);
    if (session === undefined) return;
    const question =
      isNode(argument) && argument.kind === 'question' ? argument.question : await pickQuestion(session);
    if (question === undefined) return;
    const text = await askText({
      title: l10n.t('Answer Question'),
      prompt: inMessage(question.text),
      field: field(notes.answer, 'answer'),
    });
    if (text !== undefined)
      await runTyped(context, notes.answer, { session, question: question.id, answer: text });
  }

  async function pickQuestion(id: string) {
    const { questions }: Session = await model.session(id);
    const items = questions
      .filter(({ answer: given }) => given === null)
      .map(question => ({ label: inRow(question.text), question }));
    if (items.length === 0) throw new Notice(l10n.t('The session has no open questions.'));
    return (await window.showQuickPick(items, { placeHolder: l10n.t('Select a question') }))?.question;
  }

  async function editIntent(argument: unknown): Promise<void> {
    const session = await sessionFor(argument);
    if (session === undefined) return;
    const intent = await askText({
      title: l10n.t('Edit Intent'),
      prompt: l10n.t('What is the session for?'),
      field: field(edit, 'intent'),
      value: model.summary(session)?.intent ?? '',
    });
    if (intent !== undefined) await runTyped(context, edit, { session, intent });
  }

  async function clearNeeds(argument: unknown): Promise<void> {
    const session = await chooseSession(context, argument, {
      fits: summary => isActive(summary) && summary.needs !== null,
      ask: l10n.t('Select a session'),
      preferWindow: true,
    });
    if (session !== undefined) await run(context, notes.needs, { session, clear: true });
  }

  async function captureCommits(argument: unknown): Promise<void> {
    // Git runs what the folder's own settings name.
    if (!workspace.isTrusted) {
      throw new Notice(l10n.t('Commits can be captured only in a trusted folder. Trust this folder first.'));
    }
    const session = await sessionFor(argument, true);
    if (session === undefined) return;
    const before = model.summary(session)?.counts.commits ?? 0;
    const { commits } = await run<Session>(context, notes.commitCapture, { session });
    const added = commits.length - before;
    void window.showInformationMessage(
      amount(
        added,
        () => l10n.t('Captured 1 commit.'),
        n => l10n.t('Captured {0} commits.', n),
      ) ?? l10n.t('There are no new commits on its branch.'),
    );
  }

  return defineCommands({
    log: note({
      operation: notes.log,
      name: 'message',
      title: l10n.t('Log Event'),
      prompt: l10n.t('What happened?'),
    }),
    addTask: note({
      operation: notes.taskAdd,
      name: 'subjects',
      title: l10n.t('Add Task'),
      prompt: l10n.t('What needs to be done?'),
    }),
    decide: note({
      operation: notes.decide,
      name: 'text',
      title: l10n.t('Note Decision'),
      prompt: l10n.t('What was decided?'),
    }),
    ask: note({
      operation: notes.ask,
      name: 'question',
      title: l10n.t('Note Question'),
      prompt: l10n.t('What is the question?'),
    }),
    addNextStep: note({
      operation: notes.next,
      name: 'steps',
      title: l10n.t('Add Next Step'),
      prompt: l10n.t('What comes next?'),
    }),
    addTag: note({
      operation: notes.tag,
      name: 'tags',
      title: l10n.t('Add Tag'),
      prompt: l10n.t('Which tag?'),
    }),
    setNeeds: note({
      operation: notes.needs,
      name: 'reason',
      title: l10n.t('Set What Needs You'),
      prompt: l10n.t('What does it need you for?'),
      onlyActive: true,
    }),
    setTask,
    answer,
    editIntent,
    clearNeeds,
    captureCommits,
  });
}
