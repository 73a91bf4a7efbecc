import { commands, type Disposable } from 'vscode';
import { report } from '../errors.ts';
import type { CommandId } from '../manifest.ts';
import { commandId } from '../names.ts';
import type { CommandContext } from './context.ts';
import { loaders } from './loaders.ts';

/** Registers all commands, each with the same ending: what goes wrong is told, with a way on. */
export function registerCommands(context: CommandContext): Disposable[] {
  return (Object.keys(loaders) as CommandId[]).map(id =>
    commands.registerCommand(commandId(id), async (argument?: unknown) => {
      try {
        // Nothing of it is kept here: a file that could not be loaded is tried again the next time.
        const command = await loaders[id]();
        await command(context, argument);
      } catch (error) {
        // Not awaited: a command is done when it has failed, not when its message has been read.
        void report(error, context.log, () => commands.executeCommand(commandId(id), argument));
      }
    }),
  );
}
