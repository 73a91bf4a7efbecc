import assert from 'node:assert/strict';
import { commands, MarkdownString, type StatusBarItem, window, workspace } from 'vscode';
import { createStatusBar } from '../../../src/extension/statusBar.ts';
import { park, resume } from '../../../src/operations/lifeOperations.ts';
import { needs } from '../../../src/operations/noteOperations.ts';
import { Desk, repository } from '../support/desk.ts';
import { untilSeen, windowAt } from '../support/model.ts';
import { atEnd, own, replace } from '../support/replace.ts';
import { until } from '../support/until.ts';

/** The item that the status bar got, real but for telling whether it is shown. */
async function statusBarAt(desk: Desk) {
  const shown = { visible: false };
  const made: StatusBarItem[] = [];
  const create = window.createStatusBarItem as (...args: unknown[]) => StatusBarItem;
  replace(window, 'createStatusBarItem', ((...args: unknown[]) => {
    const item = create(...args);
    replace(item, 'show', () => {
      shown.visible = true;
    });
    replace(item, 'hide', () => {
      shown.visible = false;
    });
    made.push(item);
    return item;
  }) as typeof window.createStatusBarItem);
  const at = await windowAt(desk);
  const time = { now: 0 };
  const bar = own(createStatusBar(at.model, at.windowSession, () => time.now));
  const [item] = made;
  assert.ok(item && made.length === 1, 'there is one item');
  /** What a press runs. */
  const press = (): unknown[] => {
    let pressed: unknown[] = [];
    const execute = commands.executeCommand;
    commands.executeCommand = (async (...words: unknown[]) => {
      pressed = words;
    }) as typeof commands.executeCommand;
    try {
      void bar.press();
    } finally {
      commands.executeCommand = execute;
    }
    return pressed;
  };
  return { ...at, item, shown, press, time };
}

describe('the status bar', () => {
  it('with neither an active nor a parked session: the way to start one', async () => {
    const { item, shown, press } = await statusBarAt(Desk.scratch());
    assert.match(item.text, /^\$\(add\) Start/);
    assert.deepEqual(press(), ['workSessions.start']);
    assert.match(item.accessibilityInformation?.label ?? '', /Start a work session/);
    assert.ok(shown.visible);
  });

  it('with one parked session: one press resumes it', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.parked('mend the till', 'lunch');
    const { item, press } = await statusBarAt(desk);
    assert.equal(item.text, '$(play) Resume: mend the till');
    assert.deepEqual(press(), ['workSessions.resume', id]);
    assert.match(item.accessibilityInformation?.label ?? '', /Resume.*mend the till/);
    assert.ok(item.tooltip instanceof MarkdownString);
    assert.match(item.tooltip.value, /lunch/);
  });

  it('with several: the newest is named, and a press lets choose', async () => {
    const desk = Desk.scratch();
    await desk.parked('older');
    await desk.parked('newer');
    const { item, press } = await statusBarAt(desk);
    assert.equal(item.text, '$(play) Resume: newer (+1)');
    assert.deepEqual(press(), ['workSessions.resume']);
  });

  it('with an active one: what it is for and since when; a press offers what to do', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.when(new Date(Date.now() - 65 * 60_000)).start('mend the $(bug) till');
    const { item, press } = await statusBarAt(desk);
    assert.match(item.text, /^\$\(circle-filled\) mend the \$\u200b\(bug\) till 1h 0\dm$/);
    assert.deepEqual(press(), ['workSessions.sessionActions']);
    const { tooltip } = item;
    assert.ok(tooltip instanceof MarkdownString);
    // Links run our own commands only, whatever the stored text says.
    assert.deepEqual(tooltip.isTrusted, {
      enabledCommands: ['log', 'park', 'complete', 'showDetails'].map(name => `workSessions.${name}`),
    });
    assert.match(decodeURIComponent(tooltip.value), new RegExp(`command:workSessions.park\\?\\["${id}"\\]`));
  });

  it('a press that is on its way when the item changes does what was shown', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.parked('mend the till', 'lunch');
    const { item, model, press, time } = await statusBarAt(desk);
    const { command } = item;
    await untilSeen(model, await desk.do(resume, { session: id }));
    await until('the item to change', () => !/Resume/.test(item.text));
    // The editor ends the command of an item that gets another: it is the same one all along.
    assert.equal(item.command, command);
    assert.deepEqual(press(), ['workSessions.resume', id]);
    time.now += 1_000;
    assert.notDeepEqual(press(), ['workSessions.resume', id]);
  });

  it('a second press after one of this window does what is shown by then', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.parked('mend the till', 'lunch');
    const { item, model, press } = await statusBarAt(desk);
    assert.deepEqual(press(), ['workSessions.resume', id]);
    await untilSeen(model, await desk.do(resume, { session: id }));
    await until('the item to change', () => !/Resume/.test(item.text));
    assert.notDeepEqual(press(), ['workSessions.resume', id]);
  });

  it('follows what happens, from the outside too', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const { item, model } = await statusBarAt(desk);
    await untilSeen(model, await desk.cli('edit', '--session', id, '--intent', 'mend both tills'));
    assert.match(item.text, /mend both tills/);
    const tooltip = item.tooltip;
    await untilSeen(model, await desk.do(needs, { session: id, reason: 'say yes' }));
    assert.match(item.text, /^\$\(bell-dot\) /);
    assert.match(item.accessibilityInformation?.label ?? '', /needs you: say yes/);
    assert.notEqual(item.tooltip, tooltip);
    await untilSeen(model, await desk.do(park, { session: id }));
    assert.equal(item.text, '$(play) Resume: mend both tills');
    await desk.cli('delete', id);
    await until('nothing is left', () => /Start/.test(item.text));
  });

  it('never shows another project’s session', async () => {
    const desk = Desk.scratch();
    await desk.at(repository()).start('elsewhere');
    await desk.at(repository()).parked('elsewhere as well');
    const { press } = await statusBarAt(desk);
    assert.deepEqual(press(), ['workSessions.start']);
  });

  it('shows as much as the setting says', async () => {
    const desk = Desk.scratch();
    await desk.when(new Date(Date.now() - 5 * 60_000)).start('mend the till');
    const { item, shown } = await statusBarAt(desk);
    const settings = workspace.getConfiguration('workSessions');
    atEnd(() => settings.update('statusBar', undefined, true));
    const texts: Record<string, string> = {
      intent: '$(circle-filled) mend the till',
      icon: '$(circle-filled)',
    };
    for (const [value, text] of Object.entries(texts)) {
      await settings.update('statusBar', value, true);
      await until(`the text “${text}”`, () => item.text === text);
    }
    assert.match(item.accessibilityInformation?.label ?? '', /mend the till/);
    await settings.update('statusBar', 'hidden', true);
    await until('it is hidden', () => !shown.visible);
    await settings.update('statusBar', undefined, true);
    await until('it is shown', () => shown.visible);
    assert.match(item.text, /^\$\(circle-filled\) mend the till \dm$/);
  });
});
