import { type Disposable, l10n, QuickInputButtons, window } from 'vscode';
import { SessionError } from '../model/errors.ts';
import { type Field, parseInput } from '../operations/fields.ts';
import type { Confirmation } from '../operations/services.ts';

export interface Question {
  title: string;
  prompt: string;
  /** The operation's own field: what it accepts is checked while it is typed. */
  field: Field;
  value?: string;
  placeHolder?: string;
  /** May be left empty. */
  optional?: boolean;
}

/** What was typed, also where the person goes back from there: it is there again when they return. */
type Answer = 'cancel' | { readonly value: string; readonly back: boolean };

/** Asks before something is removed for good. */
export async function confirmRemoval({ count }: Confirmation): Promise<boolean> {
  const sure = l10n.t('Empty Trash');
  const message =
    count === 1 ? l10n.t('Remove 1 session for good?') : l10n.t('Remove {0} sessions for good?', count);
  const options = { modal: true, detail: l10n.t('Nothing brings them back.') };
  return (await window.showWarningMessage(message, options, sure)) === sure;
}

/** Asks for one text, checked as it is typed; undefined when the person thought better of it. */
export async function askText(question: Question): Promise<string | undefined> {
  const answers = await askTexts([question]);
  return answers?.[0];
}

/**
 * Asks for several texts in one flow, with a way back. Empty answers to optional questions are empty
 * texts. Undefined when the person thought better of it.
 */
export async function askTexts(questions: readonly Question[]): Promise<string[] | undefined> {
  const answers = questions.map(question => question.value ?? '');
  let step = 0;
  while (step < questions.length) {
    const question = questions[step];
    if (question === undefined) break;
    const result = await showInput(question, answers[step] ?? '', step + 1, questions.length);
    if (result === 'cancel') return undefined;
    answers[step] = result.value;
    step += result.back ? -1 : 1;
  }
  return answers;
}

function showInput(question: Question, value: string, step: number, totalSteps: number): Promise<Answer> {
  const input = window.createInputBox();
  input.title = question.title;
  input.prompt = question.optional ? l10n.t('{0} (optional)', question.prompt) : question.prompt;
  if (question.placeHolder !== undefined) input.placeholder = question.placeHolder;
  input.value = value;
  // What was typed is not lost when the person looks something up.
  input.ignoreFocusOut = true;
  if (totalSteps > 1) {
    input.step = step;
    input.totalSteps = totalSteps;
    if (step > 1) input.buttons = [QuickInputButtons.Back];
  }
  return new Promise(resolve => {
    const done = (result: Answer) => {
      resolve(result);
      for (const subscription of subscriptions) subscription.dispose();
    };
    const subscriptions: Disposable[] = [
      input,
      input.onDidChangeValue(text => {
        input.validationMessage = text.trim() === '' ? undefined : problemOf(question, text);
      }),
      input.onDidAccept(() => {
        const problem = problemOf(question, input.value);
        input.validationMessage = problem;
        if (problem === undefined) done({ value: input.value.trim(), back: false });
      }),
      input.onDidTriggerButton(() => done({ value: input.value, back: true })),
      input.onDidHide(() => done('cancel')),
    ];
    input.show();
  });
}

/** What is wrong with a text, by the operation's own rules; undefined when nothing is. */
function problemOf({ field, optional }: Question, text: string): string | undefined {
  if (text.trim() === '') return optional ? undefined : l10n.t('Enter some text');
  const value = field.kind === 'list' ? [text] : text;
  try {
    parseInput({ value: field }, { value });
    return undefined;
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    const details = error.details as { limit?: number };
    return details.limit === undefined
      ? l10n.t('Enter one line, without control characters')
      : l10n.t('Enter at most {0} characters', details.limit);
  }
}
