import assert from 'node:assert/strict';
import { commands, Uri, type UriHandler, window } from 'vscode';
import { registerUriHandler } from '../../../src/extension/uriHandler.ts';
import { type Desk, repository } from '../support/desk.ts';
import { modelOf, testLog } from '../support/model.ts';
import { Person } from '../support/person.ts';
import { own, replace } from '../support/replace.ts';
import { until } from '../support/until.ts';
import { emptiedDesk } from '../support/window.ts';

const link = (path: string, query: string) =>
  Uri.from({ scheme: 'vscode', authority: 'work-sessions.work-sessions', path, query });
const tabs = () => window.tabGroups.all.flatMap(group => group.tabs.map(tab => tab.label));

describe('links from outside', () => {
  let desk: Desk;
  before(async () => {
    desk = await emptiedDesk();
  });
  afterEach(() => commands.executeCommand('workbench.action.closeAllEditors'));

  async function handler(): Promise<UriHandler> {
    let handler: UriHandler | undefined;
    replace(window, 'registerUriHandler', given => {
      handler = given;
      return { dispose: () => {} };
    });
    // The same home as the extension's, whose command shows the session.
    own(registerUriHandler(await modelOf(desk), testLog()));
    assert.ok(handler);
    return handler;
  }

  it('a session’s id shows the session', async () => {
    const { id } = await desk.start('mend the till');
    const person = new Person();
    await (await handler()).handleUri(link('/open', `session=${id}`));
    await until('the details', () => tabs().some(label => /mend the till/.test(label)));
    assert.deepEqual(person.told, []);
  });

  it('one of another project says where it belongs', async () => {
    const { id } = await desk.at(repository('warehouse')).start('count [the](command:x) boxes');
    const person = new Person();
    await (await handler()).handleUri(link('/open', `session=${id}`));
    assert.match(await until('a message', () => person.told[0]), /count .* boxes.*warehouse/);
    assert.deepEqual(person.messages[0]?.buttons, ['Open Folder']);
    assert.doesNotMatch(person.told[0] ?? '', /\]\(/);
  });

  it('anything else is refused in words, shows nothing and changes nothing', async () => {
    const hostile = [
      ['/open', 'session=../../../../etc/passwd'],
      ['/open', `session=${encodeURIComponent('[a](command:workbench.action.quit)')}`],
      ['/open', `session=${encodeURIComponent('<script>alert(1)</script>\u0000\n')}`],
      ['/open', `session=${'a'.repeat(100_000)}`],
      ['/open', 'session='],
      ['/open', 'session=__proto__'],
      ['/open', 'id=1'],
      ['/open', ''],
      ['/delete', 'session=sess'],
      ['/open/../delete', 'session=sess'],
      ['', 'session=sess'],
    ] as const;
    const { id } = await desk.start('stays as it is');
    const document = JSON.stringify(desk.document(id));
    const open = tabs();
    const handle = await handler();
    for (const [path, query] of hostile) {
      const person = new Person();
      await handle.handleUri(link(path, query));
      const told = await until(`a message about ${path}?${query.slice(0, 40)}`, () => person.messages[0]);
      assert.notEqual(told.kind, 'information');
      assert.doesNotMatch(told.text, /\]\(/);
      assert.ok(told.text.length <= 500, `a message of ${told.text.length} characters`);
    }
    assert.deepEqual(tabs(), open);
    assert.equal(JSON.stringify(desk.document(id)), document);
  });
});
