import { isSessionError, SessionError, type Unconfirmed } from '../model/errors.ts';
import { stringifyJson } from '../model/json.ts';
import { describeError } from '../operations/describeError.ts';
import { type Fields, type InputOf, parseInput } from '../operations/fields.ts';
import type { Operation } from '../operations/operation.ts';
import { oneLine } from '../operations/page.ts';
import { createServices, type Services } from '../operations/services.ts';
import { operations } from '../operations/table.ts';
import { errorCode } from '../store/fileSystem.ts';
import { currentFolder } from '../store/home.ts';
import { atOnceFileSystem } from '../store/stampsAtOnce.ts';
import { type CommonFlags, findOperation, parseArguments, parseCommon, splitCommand } from './arguments.ts';
import { pageFor, print, printError } from './output.ts';

declare const PRODUCT_VERSION: string;

/** Runs one command line and sets the exit code. The one place where an error becomes words. */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  // Known before the arguments are parsed, so that an error in them is reported in the form asked for.
  const asJson = argv.includes('--json');
  const fail = (error: unknown) => {
    const report = describeError(error);
    if (process.env['WORK_SESSIONS_DEBUG']) console.error(error);
    if (asJson) {
      // Some details have a code or a message of their own, which must not stand for the error's.
      printError(
        JSON.stringify({ error: { ...report.details, code: report.code, message: report.message } }),
      );
    } else if (!told.has(report.message)) {
      printError(`work-sessions: ${report.message}${adviceFor(error, argv)}`);
    }
    process.exitCode = report.exitCode;
  };
  // What nobody waited for ends in a sentence as well; the program does not go on after it.
  process.on('uncaughtException', error => {
    fail(error);
    process.exit();
  });
  try {
    process.exitCode = await runCommand(argv);
  } catch (error) {
    // A reader that has seen enough of something that was only read (`| head`) is no error.
    if (isSessionError(error, 'output') && error.details.code === 'EPIPE' && error.details.done === null)
      process.exitCode = 0;
    else fail(error);
  }
}

async function runCommand(argv: readonly string[]): Promise<number> {
  const { leading, words } = splitCommand(argv);
  const found = findOperation(operations, words);
  if (found === null) return runOwnCommand(leading, words);
  const { operation, length } = found;
  const { input, common } = parseArguments(operation, [...leading, ...words.slice(length)]);
  if (common.help) {
    await print((await import('./help.ts')).commandHelp(operation));
    return 0;
  }
  return runOperation(operation, parseInput(operation.fields, input), common);
}

async function runOperation(
  operation: Operation,
  input: InputOf<Fields>,
  common: CommonFlags,
): Promise<number> {
  const unconfirmed: Unconfirmed[] = [];
  const services = servicesFor(common, unconfirmed);
  const output = await operation.run(services, input);
  const reservations = unconfirmed.map(each => describeError(new SessionError('unconfirmed', each)));
  const warnings = [...(operation.warnings?.(output) ?? []), ...reservations.map(({ message }) => message)];
  for (const warning of warnings) printError(`work-sessions: ${warning}`);
  const show = async () => operation.show(output, await pageFor(services, operation.effects !== 'changes'));
  const toJson = () => {
    const json = operation.json ? operation.json(output) : output;
    return stringifyJson(unconfirmed.length > 0 ? withReservation(json) : json, 2);
  };
  await print(common.json ? toJson() : await show()).catch(async error => {
    const isChanged = operation.changed?.(output) ?? operation.effects !== 'reads';
    if (!isChanged || !isSessionError(error, 'output')) throw error;
    // What was changed is told all the same, or it would be done again.
    const done = oneLine((await show()).split('\n')[0] ?? '');
    throw new SessionError('output', { ...error.details, done }, { cause: error });
  });
  return operation.exitCode?.(output) || (reservations[0]?.exitCode ?? 0);
}

/** What was done, marked as not confirmed by the disk. */
function withReservation(json: unknown): unknown {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isObject ? { ...json, confirmed: false } : json;
}

async function runOwnCommand(leading: readonly string[], words: readonly string[]): Promise<number> {
  const [name, ...rest] = words;
  if (name === '__complete') return (await import('./completion.ts')).printCandidates(operations, rest);
  const { common, words: args } = parseCommon([...leading, ...rest]);
  if (common.version) {
    await print(PRODUCT_VERSION);
    return 0;
  }
  if (name === undefined || name === 'help' || common.help) {
    await print((await import('./help.ts')).generalHelp(operations));
    return name === undefined && !common.help ? 2 : 0;
  }
  switch (name) {
    case 'watch':
      refuseMore(name, args);
      return (await import('./watch.ts')).watchSessions(servicesFor(common));
    case 'completion':
      refuseMore(name, args.slice(1));
      return (await import('./completion.ts')).printScript(args[0]);
    case '__identify':
      await (await import('../operations/identifyProject.ts')).identifyProject(
        servicesFor(common),
        args[0] ?? '',
        30_000,
      );
      return 0;
    default:
      throw new SessionError('usage', {
        message: `There is no command "${oneLine(name).slice(0, 100)}".${await suggestion(words)}`,
      });
  }
}

function refuseMore(name: string, [extra]: readonly string[]): void {
  if (extra === undefined) return;
  throw new SessionError('usage', { message: `"${extra.slice(0, 100)}" is one word too many for ${name}.` });
}

/** What was asked for is done all the same: the first commit serves only to know a repository that moved. */
function tellNotIdentified(error: unknown): void {
  const code = errorCode(error) || String(error);
  printError(
    `work-sessions: The first commit of the project could not be looked up (${code}). Should its repository move: work-sessions project relink.`,
  );
}

/** Warnings that were printed: each once, however often it is come across. */
const told = new Set<string>();

function servicesFor(common: CommonFlags, unconfirmed: Unconfirmed[] = []): Services {
  const services: Services = createServices({
    home: common.home,
    folder: currentFolder,
    confirm: async question => (await import('./confirm.ts')).confirm(question),
    fs: atOnceFileSystem,
    warn: problem => {
      const { message } = describeError(problem);
      if (!told.has(message)) printError(`work-sessions: ${message}`);
      told.add(message);
    },
    onUnconfirmed: each => {
      if (unconfirmed.every(({ id }) => id !== each.id)) unconfirmed.push(each);
    },
    identifyLater: project => {
      // A process of its own, which nobody waits for: git may take seconds in a large repository.
      import('node:child_process')
        .then(({ spawn }) => {
          const script = process.argv[1] ?? '';
          const args = [script, '--home', services.store.home.root, '__identify', project.key];
          spawn(process.execPath, args, {
            detached: true,
            stdio: 'ignore',
            windowsHide: true,
            cwd: services.store.home.root,
          })
            .on('error', tellNotIdentified)
            .unref();
        })
        .catch(tellNotIdentified);
    },
  });
  return services;
}

function adviceFor(error: unknown, argv: readonly string[]): string {
  if (!isSessionError(error, 'usage') && !isSessionError(error, 'invalid_input')) return '';
  const found = findOperation(operations, splitCommand(argv).words);
  return ` See: work-sessions ${found ? `${found.operation.name} ` : ''}--help`;
}

/** The command that was probably meant. */
async function suggestion(words: readonly string[]): Promise<string> {
  const [first = ''] = words;
  const group = operations.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (group.length > 0) return ` There are: ${group.join(', ')}.`;
  const near = operations
    .map(({ name }) => name)
    .find(name => distance(first, name.split(' ')[0] ?? '') <= 2);
  return near && first.length > 2 ? ` Did you mean ${near}?` : '';
}

/** The edit distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
