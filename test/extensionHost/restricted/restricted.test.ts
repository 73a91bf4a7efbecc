import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, window, workspace } from 'vscode';
import { createStatusBar } from '../../../src/extension/statusBar.ts';
import { SessionsProvider } from '../../../src/extension/tree/provider.ts';
import { commit, Desk, extensionUnderTest } from '../support/desk.ts';
import { untilSeen, windowAt } from '../support/model.ts';
import { Person } from '../support/person.ts';
import { own } from '../support/replace.ts';
import { until } from '../support/until.ts';
import { emptiedDesk, execute, untilWindowIn } from '../support/window.ts';

describe('in a folder that is not trusted', () => {
  before(async () => {
    assert.equal(workspace.isTrusted, false, 'the window is in Restricted Mode');
    await until('the extension is active', () => extensionUnderTest().isActive);
  });

  it('a home that the folder’s own settings name does not count', async () => {
    const desk = Desk.ofWindow();
    const settings = readFileSync(join(desk.folder, '.vscode', 'settings.json'), 'utf8');
    const named = JSON.parse(settings)['workSessions.home'];
    assert.equal(typeof named, 'string', 'the folder names one');
    assert.equal(workspace.getConfiguration('workSessions').get('home'), '');
    new Person().will({ types: 'mend the till' });
    await execute('start');
    assert.equal(readdirSync(join(desk.home, 'sessions')).length, 1);
    assert.equal(existsSync(named), false);
  });

  it('the life of a session goes as everywhere', async () => {
    const desk = await emptiedDesk();
    const person = new Person().will(
      { types: 'mend the till' },
      { types: 'it rings' },
      { types: 'oil it' },
      { types: 'lunch' },
      { types: '' },
    );
    await execute('start');
    await untilWindowIn({ intent: 'mend the till' });
    const [{ id }] = JSON.parse((await desk.run('list', '--json')).stdout);
    await execute('log');
    await execute('addTask');
    await execute('park');
    const parked = desk.document(id);
    assert.deepEqual(
      [parked.status, parked.events.at(-1)?.message, parked.tasks[0]?.subject, parked.branch],
      ['parked', 'it rings', 'oil it', 'main'],
    );
    await execute('refresh');
    await execute('resume');
    await untilWindowIn({ intent: 'mend the till' });
    person.will({ types: 'done' }, 'escape');
    await execute('copyBrief');
    assert.match(await env.clipboard.readText(), /mend the till/);
    await execute('showDetails', id);
    await execute('complete');
    await execute('filter');
    assert.match(person.told.join('|'), /^Completed/);
  });

  it('commits are not captured: git is not run, and the person is told why', async () => {
    const desk = await emptiedDesk();
    const { id } = await desk.start('mend the till');
    commit(desk.folder, 'oil the drawer');
    const person = new Person();
    await execute('captureCommits', id);
    const message = await until('a message', () => person.messages[0]);
    assert.equal(message.kind, 'information');
    assert.match(message.text, /trust/i);
    assert.deepEqual(desk.document(id).commits, []);
  });

  it('a commit’s row shows the session instead of asking git', async () => {
    const desk = await emptiedDesk();
    const session = await desk.start('mend the till');
    const parent = {
      kind: 'group',
      id: 'here/active',
      group: 'active',
      project: null,
      parent: null,
    } as const;
    const entry = { id: commit(desk.folder, 'ring the bell'), message: 'ring the bell', at: null };
    new Person();
    await execute('openItem', { kind: 'commit', id: 'x', commit: entry, session: session.id, parent });
    await until('the details', () =>
      window.tabGroups.all.some(group => group.tabs.some(tab => /mend the till/.test(tab.label))),
    );
  });

  it('what others do is seen in tree and status bar', async () => {
    const desk = Desk.scratch();
    const { model, windowSession } = await windowAt(desk);
    const provider = new SessionsProvider(model);
    own(createStatusBar(model, windowSession));
    const session = await desk.cli('start', 'from a terminal');
    await untilSeen(model, session);
    await until('its project is known', () => model.summaries.every(summary => model.isHere(summary)));
    const [group] = await provider.getChildren();
    const rows = await provider.getChildren(group);
    assert.deepEqual(
      rows.map(row => provider.getTreeItem(row).label),
      ['from a terminal'],
    );
  });
});
