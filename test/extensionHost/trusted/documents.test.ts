import assert from 'node:assert/strict';
import { FileChangeType, type FileSystemProvider, type Uri, workspace } from 'vscode';
import { registerSessionDocuments, sessionUri } from '../../../src/extension/sessionDocuments.ts';
import { park, resume } from '../../../src/operations/lifeOperations.ts';
import * as notes from '../../../src/operations/noteOperations.ts';
import { Desk } from '../support/desk.ts';
import { modelOf } from '../support/model.ts';
import { own, replace } from '../support/replace.ts';
import { until } from '../support/until.ts';

/** The provider of session documents of a home; VS Code has one for the scheme, and that is the extension's. */
async function documentsAt(desk: Desk) {
  let provider: FileSystemProvider | undefined;
  replace(workspace, 'registerFileSystemProvider', (_scheme, given) => {
    provider = given;
    return { dispose: () => {} };
  });
  const model = await modelOf(desk);
  own(registerSessionDocuments(model));
  const made = provider;
  assert.ok(made);
  const read = async (uri: Uri) => new TextDecoder().decode(await made.readFile(uri));
  return { provider: made, read, model };
}

describe('the document of a session', () => {
  it('has all there is, and links to the sessions before and after', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till', { tasks: ['oil it'], tags: ['shop'], ref: '#12' });
    await desk.do(notes.ask, { session: id, question: 'who owns it?' });
    await desk.do(notes.decide, { session: id, text: 'oil it weekly' });
    await desk.do(notes.log, { session: id, message: 'the drawer is stuck' });
    await desk.do(notes.commitAdd, { session: id, sha: 'c0ffee12345', message: 'oil' });
    await desk.do(park, { session: id, reason: 'lunch', nextSteps: ['buy oil'] });
    const next = await desk.do(resume, { session: id, intent: 'mend it at last' });
    const { read } = await documentsAt(desk);
    const first = await read(sessionUri(id, 'mend the till'));
    for (const part of [
      'oil it',
      'shop',
      'who owns it',
      'weekly',
      'drawer is stuck',
      'c0ffee123',
      'lunch',
      'buy oil',
      'main',
    ]) {
      assert.ok(first.includes(part), `“${part}” is in\n${first}`);
    }
    assert.match(first, new RegExp(`\\[mend it at last\\]\\(\\.\\./${next.id}/`));
    assert.match(await read(sessionUri(next.id, 'x')), new RegExp(`\\[mend the till\\]\\(\\.\\./${id}/`));
  });

  it('shows stored text as text', async () => {
    const desk = Desk.scratch();
    const hostile = '<img src=x onerror=alert(1)> [a](command:b) ![i](https://evil.example/x.png) `c` **d**';
    const { id } = await desk.start(hostile);
    await desk.do(notes.log, { session: id, message: `# not a title\n${hostile}` });
    const { read } = await documentsAt(desk);
    const text = await read(sessionUri(id, hostile));
    assert.doesNotMatch(text, /(^|[^\\])<img/m);
    assert.doesNotMatch(text, /[^\\]\]\((command|https)/);
    assert.doesNotMatch(text, /^# not a title/m);
  });

  it('tells of changes to whoever has read it, also after VS Code has let its text go', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const other = await desk.start('count the coins');
    const { provider, read } = await documentsAt(desk);
    const changed: string[] = [];
    own(
      provider.onDidChangeFile(events => {
        for (const { type, uri } of events) if (type === FileChangeType.Changed) changed.push(uri.toString());
      }),
    );
    const uri = sessionUri(id, 'mend the till');
    const before = await provider.stat(uri);
    await read(uri);
    await desk.cli('log', 'somewhere else', '--session', other.id);
    await desk.cli('log', 'the drawer is stuck', '--session', id);
    await until('the change', () => changed.length > 0);
    assert.deepEqual(new Set(changed), new Set([uri.toString()]));
    assert.match(await read(uri), /the drawer is stuck/);
    assert.ok((await provider.stat(uri)).mtime > before.mtime);
  });

  it('of many that were read, changes of the last hundred are told', async () => {
    const desk = Desk.scratch();
    const { id } = await desk.start('mend the till');
    const { provider, read } = await documentsAt(desk);
    const uris = Array.from({ length: 120 }, (_, index) => sessionUri(id, `mend the till ${index}`));
    for (const uri of uris) await read(uri);
    let told: string[] = [];
    own(provider.onDidChangeFile(events => (told = events.map(({ uri }) => uri.toString()))));
    await desk.cli('log', 'the drawer is stuck', '--session', id);
    await until('the change', () => told.length > 0);
    assert.deepEqual(
      told,
      uris.slice(20).map(uri => uri.toString()),
    );
  });

  it('of a session that is not there says so, and none can be written', async () => {
    const { provider, read } = await documentsAt(Desk.scratch());
    for (const id of ['sess_20261121T0900_00000000', '..', '../../etc/passwd', '__proto__']) {
      assert.match(await read(sessionUri(id, 'x')), /no session/);
    }
    const uri = sessionUri('a', 'b');
    assert.throws(
      () => provider.writeFile(uri, new Uint8Array(), { create: true, overwrite: true }),
      /changed by commands/,
    );
    assert.throws(() => provider.delete(uri, { recursive: true }), /changed by commands/);
    assert.throws(() => provider.rename(uri, uri, { overwrite: true }), /changed by commands/);
  });
});
