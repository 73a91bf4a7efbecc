import { l10n } from 'vscode';
import type { Summary } from '../../model/queries.ts';
import type { Session } from '../../model/session.ts';
import { parseInput } from '../../operations/fields.ts';
import type { Operation } from '../../operations/operation.ts';
import { Notice, report } from '../errors.ts';
import type { Log } from '../log.ts';
import { pickSession } from '../sessionPick.ts';
import type { SessionsModel } from '../sessionsModel.ts';
import type { SessionsTree } from '../tree/index.ts';
import { isNode } from '../tree/nodes.ts';
import type { WindowSession } from '../windowSession.ts';

/** What commands work with. */
export interface CommandContext {
  readonly model: SessionsModel;
  readonly windowSession: WindowSession;
  readonly tree: SessionsTree;
  readonly log: Log;
}

/**
 * A command is one function. Its argument is the row it was called on, the id of a session, or what its
 * key hands over; nothing when it comes from the palette.
 */
export type Command = (context: CommandContext, argument?: unknown) => Promise<void>;

/** Runs an operation for this window; its input is checked like everybody's. */
export async function run<Output = Session>(
  context: CommandContext,
  operation: Operation,
  input: object,
): Promise<Output> {
  const services = context.model.services();
  return (await operation.run(services, parseInput(operation.fields, input))) as Output;
}

/**
 * Runs an operation with what the person typed. When it fails because of the disk or another writer,
 * the message has a button that does it again with the same input: nothing typed is lost.
 */
export async function runTyped<Output = Session>(
  context: CommandContext,
  operation: Operation,
  input: object,
  then?: (output: Output) => unknown,
): Promise<Output | undefined> {
  try {
    const output = await run<Output>(context, operation, input);
    await then?.(output);
    return output;
  } catch (error) {
    void report(error, context.log, () => runTyped(context, operation, input, then));
    return undefined;
  }
}

/** The session a command is about: the argument's (a row, or an id), or undefined. */
export function sessionOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  if (isNode(argument) && 'session' in argument) return argument.session;
  return undefined;
}

export interface Choice {
  /** Which sessions the command can be about. */
  fits: (summary: Summary) => boolean;
  /** The question, when one has to be chosen. */
  ask: string;
  /** Taken without asking, if it fits: the session of this window. */
  preferWindow?: boolean;
}

/** The session a command is about: of its argument, else this window's, else the only one that fits, else chosen. */
export async function chooseSession(
  context: CommandContext,
  argument: unknown,
  choice: Choice,
): Promise<string | undefined> {
  const given = sessionOf(argument);
  if (given !== undefined) return given;
  const { model, windowSession } = context;
  const current = windowSession.current;
  if (choice.preferWindow && current && choice.fits(current)) return current.id;
  const fitting = model.summaries.filter(choice.fits);
  const here = fitting.filter(summary => model.isHere(summary));
  const offered = here.length > 0 ? here : fitting;
  const [only] = offered;
  if (only === undefined) {
    throw new Notice(l10n.t('There is no session for this command.'));
  }
  return offered.length === 1 ? only.id : pickSession(offered, choice.ask);
}

/** The session that something is noted in. */
export function chooseNoted(context: CommandContext, argument: unknown, onlyActive = false) {
  return chooseSession(context, argument, {
    fits: onlyActive ? isActive : isOpen,
    ask: l10n.t('Select a session'),
    preferWindow: true,
  });
}

export const isActive = (summary: Summary) => summary.status === 'active';
export const isParked = (summary: Summary) => summary.status === 'parked';
export const isCompleted = (summary: Summary) => summary.status === 'completed';
export const isOpen = (summary: Summary) => summary.status !== 'completed';
export const isAny = () => true;
