import type { Field } from '../operations/fields.ts';
import type { Operation } from '../operations/operation.ts';
import { flagOf } from './arguments.ts';

/** Commands that only the command line has: they are not operations on sessions. */
export const ownCommands = [
  { name: 'watch', usage: 'watch', description: 'Prints a line of JSON for every change, until stopped.' },
  {
    name: 'completion',
    usage: 'completion bash|zsh|fish',
    description: 'Prints the completion script of a shell.',
  },
] as const;

const commonHelp: readonly [string, string][] = [
  ['--json', 'Print JSON; an error is a line of JSON on standard error'],
  ['--home DIR', 'The home folder (default: WORK_SESSIONS_HOME, else ~/.work-sessions)'],
  ['-h, --help', 'This help'],
];

const exitCodeHelp =
  'Exit codes: 0 done, 1 refused by the session’s state, 2 bad usage or input, 3 not found or ambiguous,\n' +
  '4 busy, 5 could not read or write, 6 done, but not confirmed by the disk.';

/** `start INTENT [--task SUBJECT]… …` */
export function usageOf(operation: Operation): string {
  const parts = [operation.name];
  for (const [name, field] of Object.entries(operation.fields)) {
    if (field.positional !== undefined) {
      const many = field.kind === 'list' ? `${field.value}…` : field.value;
      parts.push(field.required ? `<${many}>` : `[${many}]`);
    } else {
      parts.push(`[${optionOf(name, field)}]${field.kind === 'list' ? '…' : ''}`);
    }
  }
  return parts.join(' ');
}

export function generalHelp(operations: readonly Operation[]): string {
  const rows: [string, string][] = [...operations, ...ownCommands].map(({ name, description }) => [
    name,
    description,
  ]);
  return [
    'Usage: work-sessions <command> [arguments]   (short: wks)',
    '',
    'One piece of work is a session: start it, log what happens, park it with a reason, resume it once, complete it.',
    '',
    ...columns(rows),
    '',
    ...columns(commonHelp),
    '',
    'work-sessions <command> --help tells more of a command.',
    exitCodeHelp,
  ].join('\n');
}

export function commandHelp(operation: Operation): string {
  const fields = Object.entries(operation.fields);
  const rows = fields.map(([name, field]): [string, string] => [
    field.positional !== undefined ? field.value : optionOf(name, field),
    field.description,
  ]);
  const examples = operation.examples ?? [];
  return [
    `Usage: work-sessions ${usageOf(operation)}`,
    '',
    operation.description,
    '',
    ...columns([...rows, ...commonHelp]),
    ...(examples.length > 0 ? ['', 'Examples:', ...examples.map(example => `  ${example}`)] : []),
  ].join('\n');
}

function optionOf(name: string, field: Field): string {
  const flag = `${field.short ? `-${field.short}, ` : ''}--${flagOf(name, field)}`;
  return field.kind === 'switch' ? flag : `${flag} ${field.value}`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(34, Math.max(...rows.map(([name]) => name.length)));
  return rows.map(([name, text]) =>
    name.length > width ? `  ${name}\n  ${' '.repeat(width)}  ${text}` : `  ${name.padEnd(width)}  ${text}`,
  );
}
