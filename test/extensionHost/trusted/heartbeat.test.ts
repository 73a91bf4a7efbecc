import assert from 'node:assert/strict';
import { commands, window, workspace } from 'vscode';
import { registerHeartbeat } from '../../../src/extension/heartbeat.ts';
import { park } from '../../../src/operations/lifeOperations.ts';
import { Desk } from '../support/desk.ts';
import { testLog, untilSeen, windowAt } from '../support/model.ts';
import { atEnd, own, replace } from '../support/replace.ts';
import { until } from '../support/until.ts';

const minuteMs = 60_000;

describe('heartbeats', () => {
  let clock: number;

  async function beating(focused = true) {
    clock = Date.now();
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const at = await windowAt(desk);
    replace(window, 'state', { focused, active: focused });
    own(registerHeartbeat(at.model, at.windowSession, testLog(), () => clock));
    return { ...at, desk, id, revision: () => desk.document(id).revision };
  }

  /** The person types something. Whoever listens has heard of it when this is over. */
  async function act(): Promise<void> {
    const document =
      window.activeTextEditor?.document ?? (await workspace.openTextDocument({ content: 'a' }));
    const editor = await window.showTextDocument(document);
    const heard = new Promise<void>(resolve => {
      const listening = workspace.onDidChangeTextDocument(event => {
        if (event.document !== document) return;
        listening.dispose();
        resolve();
      });
    });
    assert.ok(await editor.edit(edit => edit.insert(document.positionAt(0), 'x')));
    await heard;
  }

  afterEach(async () => {
    while (window.activeTextEditor)
      await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('come when the person is there and something happens, at most one in the interval', async () => {
    const { revision, model, desk, id } = await beating();
    await act();
    assert.equal(revision(), 1, 'the start was a sign of life');
    clock += 6 * minuteMs;
    await act();
    await until('a heartbeat', () => revision() === 2);
    await untilSeen(model, desk.document(id));
    for (let times = 0; times < 3; times++) await act();
    clock += 4 * minuteMs;
    await act();
    assert.equal(revision(), 2);
    clock += 2 * minuteMs;
    await act();
    await until('the next heartbeat', () => revision() === 3);
  });

  it('come for a session that was dated by a clock far ahead', async () => {
    const { revision, model, desk, id } = await beating();
    desk.write(id, { ...desk.document(id), lastHeartbeatAt: '2099-01-01T00:00:00.000Z', revision: 2 });
    await untilSeen(model, desk.document(id));
    clock += 6 * minuteMs;
    await act();
    await until('a heartbeat', () => revision() === 3);
    assert.ok(desk.document(id).lastHeartbeatAt < '2099', 'dated with the time it is');
  });

  it('do not come without the focus, however much happens', async () => {
    const { revision } = await beating(false);
    clock += 60 * minuteMs;
    await act();
    assert.equal(revision(), 1);
    // The very same act with the focus brings one: nothing was merely late.
    replace(window, 'state', { focused: true, active: true });
    await act();
    await until('a heartbeat', () => revision() === 2);
  });

  it('do not come while nothing happens, and never for a session that is parked', async () => {
    const { revision, desk, id, model } = await beating();
    clock += 60 * minuteMs;
    await untilSeen(model, await desk.do(park, { session: id }));
    const parked = revision();
    await act();
    assert.equal(revision(), parked);
  });

  it('can be switched off', async () => {
    const settings = workspace.getConfiguration('workSessions');
    await settings.update('heartbeatMinutes', 0, true);
    atEnd(() => settings.update('heartbeatMinutes', undefined, true));
    const { revision } = await beating();
    clock += 60 * minuteMs;
    await act();
    assert.equal(revision(), 1);
    await settings.update('heartbeatMinutes', 5, true);
    await act();
    await until('a heartbeat', () => revision() === 2);
  });
});
