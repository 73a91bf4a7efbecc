import type { Field } from '../../operations/fields.ts';
import type { Operation } from '../../operations/operation.ts';
import { inMessage } from '../words.ts';
import type { CommandContext } from './context.ts';

/** A field of an operation, for checking what is typed. */
export function field(operation: Pick<Operation, 'fields'>, name: string): Field {
  const found = operation.fields[name];
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
}

/** An input's field, left out where nothing was typed. */
export function given<K extends string>(name: K, value: string | null | undefined): { [N in K]?: string } {
  return value ? ({ [name]: value } as { [N in K]: string }) : {};
}

/** The title of a box that asks for something: what is done, and to which session. */
export function titleOf({ model }: CommandContext, id: string, action: string): string {
  return `${action}: ${inMessage(model.summary(id)?.intent ?? id)}`;
}
