import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, type ExtensionContext, window } from 'vscode';
import { activate } from '../../../src/extension/extension.ts';
import type { Log } from '../../../src/extension/log.ts';
import { type CommandId, commandTable } from '../../../src/extension/manifest.ts';
import { commandId, viewId } from '../../../src/extension/names.ts';
import { Desk, extensionUnderTest, scratchFolder, windowFolder } from '../support/desk.ts';
import { FakeMemento } from '../support/memento.ts';
import { testLog } from '../support/model.ts';
import { Person } from '../support/person.ts';
import { own, replace } from '../support/replace.ts';
import { until } from '../support/until.ts';

describe('activation', () => {
  it('happens by itself after the start, without an error', async () => {
    const extension = extensionUnderTest();
    await until('the extension is active', () => extension.isActive);
    await extension.activate();
  });

  it('registers every command there is, and no other', async () => {
    // VS Code adds commands of its own for each view; those that begin with _ are parts of a view.
    const registered = (await commands.getCommands(true)).filter(
      id => /^workSessions\.[^_]/.test(id) && !id.startsWith(`${viewId}.`),
    );
    assert.deepEqual(registered.sort(), (Object.keys(commandTable) as CommandId[]).map(commandId).sort());
  });

  it('makes no folder before there is a session', () => {
    assert.equal(existsSync(join(Desk.ofWindow().home, 'sessions')), false);
  });

  it('puts the command line on the PATH of new terminals, at the home of this window', async () => {
    const output = join(scratchFolder(), 'output.json');
    const { id } = await Desk.ofWindow().start('seen from a terminal');
    const terminal = own(window.createTerminal({ cwd: windowFolder() }));
    terminal.sendText(`work-sessions list --json > "${output}"; exit`);
    const listed = await until('the output of the terminal', () =>
      existsSync(output) ? readFileSync(output, 'utf8') : '',
    );
    assert.match(listed, new RegExp(id));
  });

  it('that fails is told with its reason and the log, and leaves nothing half done', async () => {
    const channel = testLog();
    let isShown = false;
    const log: Log = new Proxy(channel, {
      get: (target, key) =>
        key === 'show' ? () => (isShown = true) : key === 'dispose' ? () => {} : Reflect.get(target, key),
    });
    replace(window, 'createOutputChannel', (() => log) as unknown as typeof window.createOutputChannel);
    const disposed: string[] = [];
    replace(window, 'createTreeView', (() => ({
      ...Object.fromEntries(
        [
          'ChangeSelection',
          'ExpandElement',
          'CollapseElement',
          'ChangeVisibility',
          'ChangeCheckboxState',
        ].map(event => [`onDid${event}`, () => ({ dispose: () => {} })]),
      ),
      dispose: () => disposed.push('the view'),
    })) as unknown as typeof window.createTreeView);
    replace(window, 'createStatusBarItem', () => {
      throw new Error('there is no status bar');
    });
    const person = new Person().willPress(/Show Log/);
    const subscriptions: { dispose(): unknown }[] = [];
    const memento = new FakeMemento();
    activate({ subscriptions, workspaceState: memento, globalState: memento } as unknown as ExtensionContext);
    await until('the log', () => isShown);
    const [message] = person.messages;
    assert.equal(message?.kind, 'error');
    assert.match(message?.text ?? '', /could not start.*there is no status bar/);
    assert.deepEqual(disposed, ['the view']);
    assert.deepEqual(subscriptions, [log]);
  });
});
