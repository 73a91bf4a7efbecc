import assert from 'node:assert/strict';
import {
  type InputBoxOptions,
  QuickInputButtons,
  type QuickPickItem,
  type QuickPickOptions,
  type Uri,
  window,
} from 'vscode';
import { ScriptedInputBox } from './inputBox.ts';
import { atEnd, replace } from './replace.ts';

/** What the person does when they are asked something. */
export type Answer =
  | { readonly types: string }
  /** Types what is refused; the next answer is for the same box. */
  | { readonly types: string; readonly refused: RegExp }
  /** Picks the first row whose label fits. */
  | { readonly picks: RegExp }
  | 'escape'
  /** Goes back a step, with what was typed by then. */
  | { readonly back: string };

export interface Asked {
  readonly title: string;
  readonly prompt: string;
  readonly value: string;
  /** The labels offered; none for an input box. */
  readonly labels: readonly string[];
  readonly items: readonly QuickPickItem[];
}

export interface Message {
  readonly kind: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly buttons: readonly string[];
}

interface Press {
  readonly button: RegExp;
  readonly before: (() => unknown) | undefined;
}

/**
 * The person at the window, at the edge of VS Code's API: input boxes, lists, messages and dialogs. A
 * question that was not foreseen and an answer that was not asked for fail the test.
 */
export class Person {
  readonly asked: Asked[] = [];
  readonly messages: Message[] = [];
  /** Sessions of others that were offered: every session that a test makes is one. */
  readonly offers: Message[] = [];
  readonly #answers: Answer[] = [];
  readonly #presses: Press[] = [];
  readonly #problems: string[] = [];
  #saveTo: Uri | undefined;
  #openFolder: Uri | undefined;

  constructor() {
    replace(window, 'createInputBox', () => new ScriptedInputBox(box => this.#inBox(box)).asInputBox());
    replace(window, 'showInputBox', options => this.#inInput(options));
    replace(window, 'showQuickPick', this.#pick.bind(this) as typeof window.showQuickPick);
    replace(window, 'showInformationMessage', this.#told('information'));
    replace(window, 'showWarningMessage', this.#told('warning'));
    replace(window, 'showErrorMessage', this.#told('error'));
    replace(window, 'showSaveDialog', async () => this.#saveTo);
    replace(window, 'showOpenDialog', async () => (this.#openFolder ? [this.#openFolder] : undefined));
    atEnd(() => this.#check());
  }

  /** Answers to come, in the order of the questions. */
  will(...answers: Answer[]): this {
    this.#answers.push(...answers);
    return this;
  }

  /** Presses a button of a message to come, after having done something else. */
  willPress(button: RegExp, before?: () => unknown): this {
    this.#presses.push({ button, before });
    return this;
  }

  willSaveTo(file: Uri): this {
    this.#saveTo = file;
    return this;
  }

  willOpen(folder: Uri): this {
    this.#openFolder = folder;
    return this;
  }

  /** The texts of the messages so far. */
  get told(): string[] {
    return this.messages.map(message => message.text);
  }

  #check(): void {
    const left = [...this.#answers, ...this.#presses].map(each => JSON.stringify(each, patterns));
    assert.deepEqual({ problems: this.#problems, left }, { problems: [], left: [] });
  }

  #inBox(box: ScriptedInputBox): void {
    const answer = this.#answers.shift();
    this.#note({ title: box.title, prompt: box.prompt, value: box.value });
    this.#answerBox(box, answer);
  }

  #answerBox(box: ScriptedInputBox, answer: Answer | undefined): void {
    if (answer === 'escape') {
      box.hide();
    } else if (typeof answer === 'object' && 'back' in answer) {
      box.type(answer.back);
      box.press(box.buttons[0] ?? QuickInputButtons.Back);
    } else if (typeof answer === 'object' && 'types' in answer) {
      if (answer.types !== '') box.type(answer.types);
      if ('refused' in answer) this.#typeRefused(box, answer.types, answer.refused);
      else this.#enter(box, answer.types);
    } else {
      this.#problems.push(
        `An input box was shown, “${box.title}”, with the answer ${JSON.stringify(answer)}`,
      );
      box.hide();
    }
  }

  #typeRefused(box: ScriptedInputBox, text: string, refused: RegExp): void {
    box.enter();
    if (!refused.test(String(box.validationMessage))) {
      this.#problems.push(`“${text.slice(0, 50)}” was answered with ${String(box.validationMessage)}`);
    }
    this.#answerBox(box, this.#answers.shift());
  }

  #enter(box: ScriptedInputBox, text: string): void {
    box.enter();
    if (box.validationMessage !== undefined) {
      this.#problems.push(`“${text.slice(0, 50)}” was refused: ${String(box.validationMessage)}`);
      box.hide();
    }
  }

  async #inInput(options: InputBoxOptions = {}): Promise<string | undefined> {
    this.#note({ title: options.title, prompt: options.prompt, value: options.value });
    const answer = this.#answers.shift();
    if (typeof answer === 'object' && 'types' in answer) return answer.types;
    if (answer !== 'escape') this.#problems.push(`An input was shown: ${options.title}`);
    return undefined;
  }

  async #pick(
    given: readonly (string | QuickPickItem)[] | Promise<readonly (string | QuickPickItem)[]>,
    options: QuickPickOptions = {},
  ): Promise<string | QuickPickItem | undefined> {
    const items = await given;
    const labels = items.map(item => (typeof item === 'string' ? item : item.label));
    const rows = items.filter((item): item is QuickPickItem => typeof item !== 'string');
    this.#note({ title: options.title, prompt: options.placeHolder, labels, items: rows });
    const answer = this.#answers.shift();
    if (answer === 'escape') return undefined;
    if (typeof answer === 'object' && 'picks' in answer) {
      const index = labels.findIndex(label => answer.picks.test(label));
      if (index >= 0) return items[index];
    }
    this.#problems.push(
      `Offered [${labels.join(', ')}], with the answer ${JSON.stringify(answer, patterns)}`,
    );
    return undefined;
  }

  #told(kind: Message['kind']): typeof window.showInformationMessage {
    const show = async (text: string, ...rest: unknown[]): Promise<string | undefined> => {
      const buttons = rest.filter((item): item is string => typeof item === 'string');
      const isOffer = buttons.some(button => /Use in This Window/.test(button));
      (isOffer ? this.offers : this.messages).push({ kind, text, buttons });
      const index = this.#presses.findIndex(press => buttons.some(button => press.button.test(button)));
      const [press] = index < 0 ? [] : this.#presses.splice(index, 1);
      await press?.before?.();
      return press && buttons.find(button => press.button.test(button));
    };
    return show as typeof window.showInformationMessage;
  }

  #note(asked: { [K in keyof Asked]?: Asked[K] | undefined }): void {
    const { title = '', prompt = '', value = '', labels = [], items = [] } = asked;
    this.asked.push({ title, prompt, value, labels, items });
  }
}

function patterns(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? String(value) : value;
}
