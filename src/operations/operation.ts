import type { Fields, InputOf } from './fields.ts';
import type { Page } from './page.ts';
import type { Services } from './services.ts';

/** What a person or an agent can do, as a value: faces loop over these and add nothing of their own. */
export interface Operation<F extends Fields = Fields, Output = unknown> {
  /** The words of the command, `task add`; tools join them by `_`. */
  readonly name: string;
  readonly title: string;
  /** One sentence for people and for agents. */
  readonly description: string;
  /** True only for what changes no file of anybody's, whatever its input: faces trust it. */
  readonly readOnly: boolean;
  readonly fields: F;
  readonly examples?: readonly string[];
  run(services: Services, input: InputOf<F>): Promise<Output>;
  /** Whether this time anything was changed; by default whatever is not read-only does. */
  changed?(output: Output): boolean;
  /** What `--json` prints; the output itself where this is missing. */
  json?(output: Output): unknown;
  /** What a person reads. */
  show(output: Output, page: Page): string;
  /** The exit code of a success that says no, as `doctor` and `occupancy` do for scripts; 0 by default. */
  exitCode?(output: Output): number;
  /** Things to warn of beside the output, such as documents that could not be read. */
  warnings?(output: Output): readonly string[];
}

/** Gives an operation the types of its own fields, and takes them away again for the table. */
export function operation<F extends Fields, Output>(value: Operation<F, Output>): Operation {
  return value as unknown as Operation;
}
