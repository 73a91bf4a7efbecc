import type { Fields, InputOf } from './fields.ts';
import type { Page } from './page.ts';
import type { Services } from './services.ts';

/** `removes`: takes something out of sight, as a deletion into the trash. */
export type Effects = 'reads' | 'changes' | 'removes';

/** What a person or an agent can do, as a value: faces loop over these and add nothing of their own. */
export interface Operation<F extends Fields = Fields, Output = unknown> {
  /** The words of the command, `task add`; tools join them by `_`. */
  readonly name: string;
  readonly title: string;
  /** One sentence for people and for agents. */
  readonly description: string;
  /** What it does to sessions and what is beside them, whatever its input: faces trust it. */
  readonly effects: Effects;
  /** What it does to files outside the home; nothing where this is missing. */
  readonly files?: 'reads' | 'writes';
  readonly fields: F;
  readonly examples?: readonly string[];
  run(services: Services, input: InputOf<F>): Promise<Output>;
  /** Whether this time anything was changed; by default whatever does not only read has. */
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
