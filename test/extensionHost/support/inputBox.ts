import { EventEmitter, type InputBox, type InputBoxValidationMessage, type QuickInputButton } from 'vscode';

/**
 * An input box as far as the extension uses one: the person types into it, and presses Enter, Escape or a
 * button. What the real one looks like is the window tests' matter.
 */
export class ScriptedInputBox {
  title: string | undefined;
  prompt: string | undefined;
  placeholder: string | undefined;
  step: number | undefined;
  totalSteps: number | undefined;
  value = '';
  ignoreFocusOut = false;
  buttons: readonly QuickInputButton[] = [];
  validationMessage: string | InputBoxValidationMessage | undefined;
  readonly #onShow: (box: ScriptedInputBox) => void;
  readonly #changed = new EventEmitter<string>();
  readonly #accepted = new EventEmitter<void>();
  readonly #pressed = new EventEmitter<QuickInputButton>();
  readonly #hidden = new EventEmitter<void>();
  readonly onDidChangeValue = this.#changed.event;
  readonly onDidAccept = this.#accepted.event;
  readonly onDidTriggerButton = this.#pressed.event;
  readonly onDidHide = this.#hidden.event;

  constructor(onShow: (box: ScriptedInputBox) => void) {
    this.#onShow = onShow;
  }

  /** As the API's own type, of which the extension uses this much. */
  asInputBox(): InputBox {
    return this as unknown as InputBox;
  }

  show(): void {
    // The person acts after the box has appeared, never within `show`.
    setImmediate(() => this.#onShow(this));
  }

  hide(): void {
    this.#hidden.fire();
  }

  dispose(): void {
    for (const emitter of [this.#changed, this.#accepted, this.#pressed, this.#hidden]) emitter.dispose();
  }

  type(text: string): void {
    this.value = text;
    this.#changed.fire(text);
  }

  enter(): void {
    this.#accepted.fire();
  }

  press(button: QuickInputButton): void {
    this.#pressed.fire(button);
  }
}
