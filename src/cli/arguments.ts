import { parseArgs } from 'node:util';
import { SessionError } from '../model/errors.ts';
import type { Field } from '../operations/fields.ts';
import type { Operation } from '../operations/operation.ts';

/** The flags that every command has. */
export interface CommonFlags {
  json: boolean;
  help: boolean;
  version: boolean;
  home: string | undefined;
}

const commonOptions = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  home: { type: 'string' },
} as const;

/** A command line taken apart: the words of the command, then what belongs to it. */
export interface CommandLine {
  /** Words before the first flag of the command itself, at most two are its name. */
  readonly words: readonly string[];
  /** Flags that came before the command. */
  readonly leading: readonly string[];
}

/** Splits off the flags before the command: `work-sessions --home DIR list`. */
export function splitCommand(argv: readonly string[]): CommandLine {
  let at = 0;
  while (argv[at]?.startsWith('-') && argv[at] !== '--') at += argv[at] === '--home' ? 2 : 1;
  return { leading: argv.slice(0, at), words: argv.slice(at) };
}

/** The operation named by the first one or two words, and how many words that took. */
export function findOperation(
  operations: readonly Operation[],
  words: readonly string[],
): { operation: Operation; length: number } | null {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const operation = operations.find(each => each.name === name);
    if (operation && words.length >= length) return { operation, length };
  }
  return null;
}

/** The name of a field's option: its own in lower case with hyphens, unless it has another. */
export function flagOf(name: string, field: Field): string {
  return field.flag ?? name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}

/** True for a field that can be given as an option; the session can be given either way. */
export function hasFlag(name: string, field: Field): boolean {
  return field.positional === undefined || name === 'session';
}

/**
 * Arguments of an operation as its input, unchecked but for their form.
 * @throws SessionError `usage` for an unknown flag, a missing value, a word too many
 */
export function parseArguments(
  operation: Operation,
  args: readonly string[],
): { input: Record<string, unknown>; common: CommonFlags } {
  const fields = Object.entries(operation.fields);
  const options: Record<string, { type: 'string' | 'boolean'; short?: string; multiple?: boolean }> = {
    ...commonOptions,
  };
  for (const [name, field] of fields) {
    if (!hasFlag(name, field)) continue;
    options[flagOf(name, field)] = {
      type: field.kind === 'switch' ? 'boolean' : 'string',
      ...(field.kind === 'list' ? { multiple: true } : {}),
      ...(field.short ? { short: field.short } : {}),
    };
  }
  const { values, positionals } = parse(args, options);
  const input: Record<string, unknown> = {};
  for (const [name, field] of fields) {
    const value = hasFlag(name, field) ? values[flagOf(name, field)] : undefined;
    if (value !== undefined) input[name] = field.kind === 'number' ? toNumber(name, value) : value;
  }
  takePositionals(operation, positionals, input);
  return { input, common: commonOf(values) };
}

/** The common flags alone, where there is no operation. */
export function parseCommon(args: readonly string[]): { common: CommonFlags; words: string[] } {
  const { values, positionals } = parse(args, commonOptions);
  return { common: commonOf(values), words: positionals };
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

function parse(args: readonly string[], options: object): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: options as typeof commonOptions, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    // Node's own sentences name the flag, and go on with advice on positional arguments.
    const short = message
      .replace(/\. To specify a positional.*$/, '')
      .replace(/\.$/, '')
      .replace(/(\S{100})\S+/g, "$1…'");
    throw new SessionError('usage', { message: `${short}.` });
  }
}

function commonOf(values: Values): CommonFlags {
  return {
    json: values['json'] === true,
    help: values['help'] === true,
    version: values['version'] === true,
    home: typeof values['home'] === 'string' ? values['home'] : undefined,
  };
}

function takePositionals(
  operation: Operation,
  words: readonly string[],
  input: Record<string, unknown>,
): void {
  const rest = [...words];
  for (const [name, field] of Object.entries(operation.fields)) {
    if (field.positional === undefined || rest.length === 0) continue;
    if (input[name] !== undefined) continue;
    const taken = field.positional === 'one' ? rest.splice(0, 1) : rest.splice(0);
    input[name] = field.kind === 'list' ? taken : taken.join(' ');
  }
  const [extra] = rest;
  if (extra !== undefined) {
    throw new SessionError('usage', {
      message: `"${extra.slice(0, 100)}" is one word too many for ${operation.name}.`,
    });
  }
}

function toNumber(name: string, value: unknown): number {
  const number = typeof value === 'string' && /^-?[0-9]{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(number))
    throw new SessionError('invalid_input', { field: name, problem: 'must be a whole number' });
  return number;
}
