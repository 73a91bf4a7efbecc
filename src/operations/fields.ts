import * as z from 'zod/mini';
import { SessionError } from '../model/errors.ts';
import { type TextField, textLimits } from '../model/limits.ts';

/**
 * One field of an operation's input: its zod schema, and what the faces need to ask for it. The
 * command line makes its arguments and help from this, MCP and the editor their tools.
 */
export interface Field<T = unknown> {
  readonly schema: () => z.ZodMiniType<T>;
  readonly description: string;
  /** What stands for the value in help: `ID`, `FOLDER`… */
  readonly value: string;
  readonly kind: 'text' | 'list' | 'switch' | 'number' | 'choice';
  readonly required: boolean;
  readonly choices?: readonly string[];
  /** Where it is a positional argument: one word, or all that are left (joined to one text, or as a list). */
  readonly positional?: 'one' | 'rest';
  /** The option's name where it is not the field's own. */
  readonly flag?: string;
  /** The option's one-letter form, where it has one. */
  readonly short?: string;
}

type FieldOptions = Pick<Field, 'positional' | 'flag' | 'short'> & { value?: string };

// Line ends and tabs may be in a text, but nothing that moves a terminal's cursor.
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const controlsAndLineEnds = /[\u0000-\u001f\u007f-\u009f]/;

function boundedText(limit: TextField, singleLine: boolean): z.ZodMiniType<string> {
  const forbidden = singleLine ? controlsAndLineEnds : controls;
  return z.string().check(
    z.overwrite(value => value.replace(/\r\n/g, '\n').trim()),
    z.minLength(1),
    z.maxLength(textLimits[limit]),
    z.refine(value => !forbidden.test(value), {
      error: singleLine
        ? 'must be one line without control characters'
        : 'must not contain control characters',
    }),
  ) as z.ZodMiniType<string>;
}

/** A text of one line. */
export function line(limit: TextField, description: string, options: FieldOptions = {}): Field<string> {
  const { value = 'TEXT', ...rest } = options;
  return {
    schema: () => boundedText(limit, true),
    description,
    value,
    kind: 'text',
    required: true,
    ...rest,
  };
}

/** A text that may have several lines. */
export function text(limit: TextField, description: string, options: FieldOptions = {}): Field<string> {
  return { ...line(limit, description, options), schema: () => boundedText(limit, false) };
}

/** Any number of one-line texts, at least one. */
export function lines(limit: TextField, description: string, options: FieldOptions = {}): Field<string[]> {
  const { value = 'TEXT', ...rest } = options;
  const schema = () => z.array(boundedText(limit, true)).check(z.minLength(1)) as z.ZodMiniType<string[]>;
  return { schema, description, value, kind: 'list', required: true, ...rest };
}

export function flag(description: string): Field<boolean | undefined> {
  return { schema: () => z.optional(z.boolean()), description, value: '', kind: 'switch', required: false };
}

export function choice<const C extends readonly string[]>(
  choices: C,
  description: string,
  options: FieldOptions = {},
): Field<C[number]> {
  const { value = choices.join('|'), ...rest } = options;
  const schema = () => z.enum(choices as unknown as [string, ...string[]]) as z.ZodMiniType<C[number]>;
  return { schema, description, value, kind: 'choice', choices, required: true, ...rest };
}

/** A whole number from `least` to `most`. */
export function count(least: number, most: number, description: string): Field<number> {
  const schema = () => z.int().check(z.minimum(least), z.maximum(most)) as z.ZodMiniType<number>;
  return { schema, description, value: 'N', kind: 'number', required: true };
}

/** A field that may be left out. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    ...field,
    required: false,
    schema: () => z.optional(field.schema()) as z.ZodMiniType<T | undefined>,
  };
}

export type Fields = { readonly [name: string]: Field };

type OptionalKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<infer T> ? (undefined extends T ? K : never) : never;
}[keyof F];

/** The input that an operation's `run` gets: what its fields' schemas give. */
export type InputOf<F extends Fields> = {
  [K in Exclude<keyof F, OptionalKeys<F>>]: F[K] extends Field<infer T> ? T : never;
} & { [K in OptionalKeys<F>]?: F[K] extends Field<infer T> ? T : never };

/** The zod schema of an operation's whole input; unknown fields are refused. */
export function inputSchema(fields: Fields): z.ZodMiniObject {
  return z.strictObject(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.schema()])),
  );
}

/**
 * Checks an input before anything is done with it.
 * @throws SessionError `over_limit` or `invalid_input`, naming the field
 */
export function parseInput<F extends Fields>(fields: F, input: object): InputOf<F> {
  // With the input in the issue, so that a wrong type can be told from nothing at all.
  const parsed = inputSchema(fields).safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data as InputOf<F>;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? (issue?.code === 'unrecognized_keys' ? issue.keys[0] : 'input'));
  if (issue?.code === 'too_big' && issue.origin === 'string') {
    throw new SessionError('over_limit', { field, limit: Number(issue.maximum), unit: 'characters' });
  }
  throw new SessionError('invalid_input', { field, problem: problemOf(issue) });
}

function problemOf(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'must not be empty'
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'unrecognized_keys':
      return 'is not known here';
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${article(issue.expected)}`;
    case 'custom':
      return issue.message ?? 'is not valid';
    default:
      return 'is not valid';
  }
}

function article(expected: string): string {
  return expected === 'int'
    ? 'a whole number'
    : /^[aeiou]/.test(expected)
      ? `an ${expected}`
      : `a ${expected}`;
}
