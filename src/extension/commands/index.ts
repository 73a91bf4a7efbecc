import { commands, type Disposable } from 'vscode';
import { report } from '../errors.ts';
import { type CommandId, commandId } from '../manifest.ts';
import type { CommandContext, Handler } from './context.ts';

/** Commands that are loaded together, when the first of them is used. */
interface Group<Id extends CommandId> {
  readonly ids: readonly Id[];
  readonly load: (context: CommandContext) => Promise<Readonly<Record<Id, Handler>>>;
}

/** Forgets which ids a group has, once the compiler has seen that there is a handler for each. */
function group<const Id extends CommandId>(value: Group<Id>): Group<CommandId> {
  return value as unknown as Group<CommandId>;
}

const groups: readonly Group<CommandId>[] = [
  group({
    ids: [
      'start',
      'park',
      'resume',
      'complete',
      'reopen',
      'switchSession',
      'sessionActions',
      'setActivity',
      'goToSession',
    ],
    load: async context => (await import('./lifeCommands.ts')).lifeCommands(context),
  }),
  group({
    ids: [
      'log',
      'addTask',
      'decide',
      'ask',
      'addNextStep',
      'addTag',
      'setNeeds',
      'setTask',
      'answer',
      'editIntent',
      'clearNeeds',
      'captureCommits',
    ],
    load: async context => (await import('./noteCommands.ts')).noteCommands(context),
  }),
  group({
    ids: [
      'showDetails',
      'showBrief',
      'copyBrief',
      'copyId',
      'search',
      'filter',
      'clearFilter',
      'showAllProjects',
      'showThisProject',
      'showAllCompleted',
      'refresh',
      'openSessionFile',
      'openItem',
      'openFolder',
      'editProject',
    ],
    load: async context => (await import('./viewCommands.ts')).viewCommands(context),
  }),
  group({
    ids: ['archive', 'delete', 'restore', 'export', 'importAncestor', 'runDoctor'],
    load: async context => (await import('./storeCommands.ts')).storeCommands(context),
  }),
];

/** Registers commands, each with the same ending: what goes wrong is told, with a way on. */
export function registerCommands(context: CommandContext): Disposable[] {
  return groups.flatMap(({ ids, load }) => {
    let loading: Promise<Readonly<Record<CommandId, Handler>>> | undefined;
    return ids.map(id =>
      commands.registerCommand(commandId(id), async (...args: unknown[]) => {
        try {
          loading ??= load(context);
          return await (await loading)[id](...args);
        } catch (error) {
          // Not awaited: a command is done when it has failed, not when its message has been read.
          void report(error, context.log, () => commands.executeCommand(commandId(id), ...args));
          return undefined;
        }
      }),
    );
  });
}
