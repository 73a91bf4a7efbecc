import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommandId, commandTable } from '../../../src/extension/manifest.ts';
import {
  commandId,
  contextKeys,
  documentScheme,
  settingNames,
  viewId,
} from '../../../src/extension/names.ts';
import {
  isNode,
  literal,
  placeOf,
  readJson,
  root,
  type Source,
  type SyntaxNode,
  sourcesIn,
  walk,
} from './sources.ts';
import { holds, identifiers, type Row, rows } from './whenClauses.ts';

interface MenuItem {
  command: string;
  when?: string;
  group?: string;
}

interface Manifest {
  name: string;
  publisher: string;
  icon: string;
  l10n: string;
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string }[];
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    views: Record<string, { id: string; icon: string }[]>;
    viewsWelcome: { view: string; when: string; contents: string }[];
    menus: Record<string, MenuItem[]>;
    keybindings: MenuItem[];
    configuration: { properties: Record<string, { order: number; default: unknown }> };
    walkthroughs: {
      id: string;
      steps: { description: string; media: { image: string }; completionEvents: string[] }[];
    }[];
  };
}

const manifest = readJson<Manifest>('package.json');
const texts = readJson<Record<string, string>>('package.nls.json');
const { contributes } = manifest;
const known = (Object.keys(commandTable) as CommandId[]).map(commandId);
const sources = sourcesIn('src/extension');
const commandFiles = sources.filter(({ path }) => path.endsWith('Commands.ts'));
const menuItems = Object.entries(contributes.menus).flatMap(([menu, items]) =>
  items.map(item => ({ menu, ...item })),
);

describe('commands', () => {
  test('have a function each, and no function is without its command', () => {
    const named = Object.values(commandTable).map(({ run }) => {
      const [file, name] = run.split('.');
      return `src/extension/commands/${file}.ts ${name}`;
    });
    const written = commandFiles.flatMap(({ path, tree }) =>
      exportedFunctions(tree).map(name => `${path} ${name}`),
    );
    expect(named.sort()).toEqual(written.sort());
  });

  test('are loaded when they are used, and by nothing else', () => {
    const importersOf = (isIt: (path: string) => boolean) =>
      new Set(
        sources.flatMap(source =>
          imports(source)
            .filter(({ from }) => from !== null && isIt(from))
            .map(({ kind }) => `${source.path} ${kind}`),
        ),
      );
    const isOfCommands = (from: string) => commandFiles.some(({ path }) => path === from);
    expect(importersOf(isOfCommands)).toEqual(
      new Set(['src/extension/commands/all.ts ExportAllDeclaration']),
    );
    expect(importersOf(from => from === 'src/extension/commands/all.ts')).toEqual(
      new Set(['src/extension/commands/loaders.ts ImportExpression']),
    );
  });

  test('have rows that are read for their types only', () => {
    const importers = sources.flatMap(source =>
      imports(source)
        .filter(({ from, isType }) => from === 'src/extension/manifest.ts' && !isType)
        .map(() => source.path),
    );
    expect(importers).toEqual([]);
  });

  test('exist wherever something leads to them', () => {
    const walkthroughs = contributes.walkthroughs.flatMap(({ steps }) => steps);
    const events = walkthroughs.flatMap(step =>
      step.completionEvents.filter(event => event.startsWith('onCommand:')),
    );
    const links = Object.values(texts).flatMap(text =>
      [...text.matchAll(/\(command:(workSessions\.[^?)]*)/g)].map(([, id]) => id),
    );
    const mentioned = [...events.map(event => event.slice('onCommand:'.length)), ...links];
    expect(mentioned.length).toBeGreaterThan(0);
    expect(mentioned.filter(id => id === undefined || !known.includes(id))).toEqual([]);
  });

  test('are named by the typed list only, never by a text of their own', () => {
    const found = sources
      .filter(({ path }) => !path.endsWith('/manifest.ts'))
      .flatMap(source => places(source, node => known.includes(literal(node) ?? '')));
    expect(found).toEqual([]);
  });
});

describe('menus', () => {
  test('speak of the view, and of keys that are set', () => {
    const ours: readonly string[] = Object.values(contextKeys);
    const builtIn = [
      ...['view', 'viewItem', 'focusedView', 'listFocus', 'inputFocus', 'false'],
      ...['treeElementCanExpand', 'treeElementCanCollapse'],
    ];
    const whens = [...menuItems, ...contributes.keybindings, ...contributes.viewsWelcome].map(
      ({ when }) => when ?? '',
    );
    expect(whens.flatMap(identifiers).filter(key => !ours.includes(key) && !builtIn.includes(key))).toEqual(
      [],
    );
    // One that no clause asks for is set in vain.
    expect(ours.filter(key => !whens.some(when => identifiers(when).includes(key)))).toEqual([]);
    for (const { menu, when = '' } of menuItems) {
      if (menu.startsWith('view/')) expect(when).toMatch(new RegExp(`^view == ${viewId}\\b`));
    }
  });

  test.each(rows)('have at most three inline actions on a row "%s", each with an icon', (row: Row) => {
    const inline = itemsOn(row).filter(({ group }) => group?.startsWith('inline'));
    expect(inline.length).toBeLessThanOrEqual(3);
    for (const { command } of inline) {
      expect(contributes.commands.find(each => each.command === command)?.icon, command).toMatch(
        /^\$\([a-z-]+\)$/,
      );
    }
  });

  test('offer what the state of a session allows', () => {
    const on = (row: Row) =>
      new Set(itemsOn(row).map(({ command }) => command.slice('workSessions.'.length)));
    expect(on('session active')).toContain('park');
    expect(on('session active')).not.toContain('resume');
    expect(on('session active')).not.toContain('clearNeeds');
    expect(on('session active needs stale')).toContain('clearNeeds');
    expect(on('session parked')).toContain('resume');
    expect(on('session parked')).not.toContain('park');
    expect(on('session completed')).toContain('reopen');
    expect(on('session completed')).toContain('archive');
    expect(on('session completed resumed')).not.toContain('reopen');
    expect(on('session completed')).not.toContain('log');
    expect(on('task pending')).toEqual(new Set(['setTask']));
    expect(on('unreadable')).toEqual(new Set(['openSessionFile', 'runDoctor']));
    expect(on('group active')).toEqual(new Set());
  });

  test('give every place of a group to one command for each row', () => {
    for (const row of rows) {
      const groups = itemsOn(row).map(({ group }) => group);
      expect(new Set(groups).size, row).toBe(groups.length);
    }
  });

  function itemsOn(row: Row): MenuItem[] {
    return (contributes.menus['view/item/context'] ?? []).filter(({ when = '' }) =>
      holds(when, { view: viewId, viewItem: row }),
    );
  }
});

describe('the rest of package.json', () => {
  test('has the view, in its container', () => {
    const [container] = contributes.viewsContainers.activitybar;
    expect(Object.keys(contributes.views)).toEqual([container?.id]);
    expect(
      Object.values(contributes.views)
        .flat()
        .map(({ id }) => id),
    ).toEqual([viewId]);
    for (const { view } of contributes.viewsWelcome) expect(view).toBe(viewId);
  });

  test('has the settings of the source, in an order, with defaults', () => {
    const { properties } = contributes.configuration;
    expect(Object.keys(properties)).toEqual(settingNames.map(name => `workSessions.${name}`));
    expect(Object.values(properties).map(({ order }) => order)).toEqual(
      settingNames.map((_, index) => index + 1),
    );
    for (const [name, setting] of Object.entries(properties)) expect(setting.default, name).toBeDefined();
    const asked = sources.flatMap(settingsAsked);
    expect(asked.filter(name => !(settingNames as readonly string[]).includes(name))).toEqual([]);
    expect(settingNames.filter(name => !asked.includes(name))).toEqual([]);
  });

  test('activates for what the source registers', () => {
    const registers = (name: string) =>
      sources.some(
        source => places(source, node => isNode(node.property) && node.property.name === name).length > 0,
      );
    expect(registers('registerUriHandler')).toBe(true);
    expect(registers('registerFileSystemProvider')).toBe(true);
    expect(manifest.activationEvents).toEqual([
      'onStartupFinished',
      'onUri',
      `onFileSystem:${documentScheme}`,
    ]);
  });

  test('names files that are there', () => {
    const images = contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.image));
    const icons = [
      ...contributes.viewsContainers.activitybar,
      ...Object.values(contributes.views).flat(),
    ].map(({ icon }) => icon);
    for (const path of [manifest.icon, manifest.l10n, ...images, ...icons])
      expect(existsSync(join(root, path)), path).toBe(true);
  });

  test('leads from the empty view to the walkthrough', () => {
    const { publisher, name } = manifest;
    const id = encodeURIComponent(
      JSON.stringify([`${publisher}.${name}#${contributes.walkthroughs[0]?.id}`]),
    );
    expect(texts['welcome.none']).toContain(`(command:workbench.action.openWalkthrough?${id})`);
  });
});

test('vscode is imported in src/extension only', () => {
  const strays = sourcesIn('src')
    .filter(({ path }) => !path.startsWith('src/extension/'))
    .flatMap(source => places(source, node => isNode(node.source) && literal(node.source) === 'vscode'));
  expect(strays).toEqual([]);
});

function places(source: Source, isWanted: (node: SyntaxNode) => boolean): string[] {
  const found: string[] = [];
  walk(source.tree, node => {
    if (isWanted(node)) found.push(placeOf(source, node));
  });
  return found;
}

/** What a file imports of our own, by whatever kind of import. */
function imports({ path, tree }: Source): { from: string; kind: string; isType: boolean }[] {
  const found: { from: string; kind: string; isType: boolean }[] = [];
  walk(tree, node => {
    const specifier = /^(Import|Export)/.test(node.type) ? literal(node.source) : undefined;
    if (specifier?.startsWith('.'))
      found.push({
        from: posix.join(posix.dirname(path), specifier),
        kind: node.type,
        isType: node.importKind === 'type',
      });
  });
  return found;
}

function exportedFunctions(tree: SyntaxNode): string[] {
  const found: string[] = [];
  walk(tree, ({ type, declaration }) => {
    if (type !== 'ExportNamedDeclaration' || !isNode(declaration)) return;
    const declared = isNode(declaration.id)
      ? [declaration]
      : ((declaration.declarations ?? []) as SyntaxNode[]);
    found.push(...declared.map(({ id }) => String((id as SyntaxNode).name)));
  });
  return found;
}

/** The names of our settings that a file reads or listens to. */
function settingsAsked({ tree }: Source): string[] {
  const found: string[] = [];
  walk(tree, node => {
    if (node.type !== 'CallExpression') return;
    const { object, property } = node.callee as { object?: SyntaxNode; property?: SyntaxNode };
    const text = literal((node.arguments as unknown[])[0]);
    const from =
      object?.type === 'CallExpression' && literal((object.arguments as unknown[])[0]) === 'workSessions';
    if (property?.name === 'get' && from && text !== undefined) found.push(text);
    if (property?.name === 'affectsConfiguration' && text?.startsWith('workSessions.'))
      found.push(text.slice('workSessions.'.length));
  });
  return found;
}
