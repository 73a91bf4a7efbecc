import { commands, extensions, l10n, Uri, window, workspace } from 'vscode';
import { firstAnswer } from '../../model/queries.ts';
import { type Question, type Session, taskStatuses } from '../../model/session.ts';
import * as notes from '../../operations/noteOperations.ts';
import { askText } from '../ask.ts';
import { Notice } from '../errors.ts';
import { commandId } from '../names.ts';
import { taskStatusLabel } from '../tree/items.ts';
import { isNode } from '../tree/nodes.ts';
import { inMessage, inRow } from '../words.ts';
import { type CommandContext, chooseNoted, run, runTyped } from './context.ts';
import { field } from './inputs.ts';

/** Commands about one thing in a session: a task, a question, a commit, a file. */

export async function setTask(context: CommandContext, argument?: unknown): Promise<void> {
  const session = await chooseNoted(context, argument);
  if (session === undefined) return;
  const task =
    isNode(argument) && argument.kind === 'task' ? argument.task.id : await pickTask(context, session);
  if (task === undefined) return;
  const items = taskStatuses.map(status => ({ label: taskStatusLabel(status), status }));
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Select the status') });
  if (picked) await run(context, notes.taskSet, { session, task, status: picked.status });
}

async function pickTask({ model }: CommandContext, id: string): Promise<string | undefined> {
  const { tasks }: Session = await model.session(id);
  const items = tasks.map(task => ({
    label: inRow(task.subject),
    description: taskStatusLabel(task.status),
    id: task.id,
  }));
  if (items.length === 0) throw new Notice(l10n.t('The session has no tasks.'));
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Select a task') }))?.id;
}

export async function answer(context: CommandContext, argument?: unknown): Promise<void> {
  const session = await chooseNoted(context, argument);
  if (session === undefined) return;
  const question =
    isNode(argument) && argument.kind === 'question'
      ? argument.question
      : await pickQuestion(context, session);
  if (question === undefined) return;
  const text = await askText({
    title: l10n.t('Answer Question'),
    prompt: inMessage(question.text),
    field: field(notes.answer, 'answer'),
  });
  if (text !== undefined)
    await runTyped(context, notes.answer, { session, question: question.id, answer: text });
}

async function pickQuestion({ model }: CommandContext, id: string): Promise<Question | undefined> {
  const { questions }: Session = await model.session(id);
  const items = questions
    .filter(question => firstAnswer(question) === null)
    .map(question => ({ label: inRow(question.text), question }));
  if (items.length === 0) throw new Notice(l10n.t('The session has no open questions.'));
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Select a question') }))?.question;
}

/** Opens what a row names: a commit's changes, a file, else the session's details. */
export async function openItem(context: CommandContext, argument?: unknown): Promise<void> {
  if (!isNode(argument) || !('session' in argument)) return;
  const { worktree } = (await context.model.session(argument.session)).where;
  if (argument.kind === 'file') {
    await commands.executeCommand('vscode.open', Uri.joinPath(Uri.file(worktree), argument.path));
  } else if (argument.kind !== 'commit' || !(await openCommit(context, worktree, argument.commit.id))) {
    await commands.executeCommand(commandId('showDetails'), argument.session);
  }
}

/** Through VS Code's own git; false where it is not there or does not know the commit. */
async function openCommit({ log }: CommandContext, worktree: string, sha: string): Promise<boolean> {
  const known = await commands.getCommands(true);
  if (!workspace.isTrusted || !known.includes('git.viewCommit')) return false;
  try {
    await commands.executeCommand('git.viewCommit', await gitRepository(worktree), sha);
    return true;
  } catch (error) {
    log.info(`The commit could not be shown by the built-in git: ${error}`);
    return false;
  }
}

interface GitApi {
  getRepository(uri: Uri): unknown;
}

/** The built-in git's own object for a worktree, asked for when it is needed: it may be missing or disabled. */
async function gitRepository(worktree: string): Promise<unknown> {
  const extension = extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git');
  const api = (await extension?.activate())?.getAPI(1);
  return api?.getRepository(Uri.file(worktree));
}
