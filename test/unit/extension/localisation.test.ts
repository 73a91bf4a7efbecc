import { describe, expect, test } from 'vitest';
import {
  isNode,
  literal,
  parse,
  placeOf,
  readJson,
  type Source,
  type SyntaxNode,
  sourcesIn,
  walk,
} from './sources.ts';

type Texts = Record<string, string>;

const manifest = readJson<Record<string, unknown>>('package.json');
const english = readJson<Texts>('package.nls.json');
const dutch = readJson<Texts>('package.nls.nl.json');
const bundle = readJson<Texts>('l10n/bundle.l10n.nl.json');
const sources = sourcesIn('src/extension');

/** Properties and functions whose strings a person reads. */
const wordProperties =
  /^(title|prompt|placeHolder|placeholder|label|detail|description|tooltip|validationMessage|message)$/;
const wordFunctions = /^(show(Information|Warning|Error)Message|setStatusBarMessage|Notice|NoPermissions)$/;

describe('the texts of package.json', () => {
  const used = [...JSON.stringify(manifest).matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key);

  test('are all there, and no others', () => {
    expect([...new Set(used)].sort()).toEqual(Object.keys(english).sort());
  });

  test('are complete in Dutch, in the same order', () => {
    expect(Object.keys(dutch)).toEqual(Object.keys(english));
  });

  test('say something', () => {
    for (const [key, text] of [...Object.entries(english), ...Object.entries(dutch)]) {
      expect(text.trim(), key).toBe(text);
      expect(text, key).not.toBe('');
    }
  });

  test('lead to the same commands in Dutch', () => {
    const links = (text: string | undefined) => text?.match(/\]\([^)]*\)|`[^`]+`/g) ?? [];
    for (const key of Object.keys(english)) expect(links(dutch[key]), key).toEqual(links(english[key]));
  });

  test('end in an ellipsis in both languages or in neither', () => {
    for (const [key, text] of Object.entries(english)) {
      if (key.startsWith('command.')) expect(dutch[key]?.endsWith('…'), key).toBe(text.endsWith('…'));
    }
  });

  test('leave no words of their own in package.json but the name of the product', () => {
    const words: string[] = [];
    collectWords(manifest.contributes, words);
    expect(new Set(words.filter(text => !/^%.+%$/.test(text)))).toEqual(new Set(['Work Sessions']));
  });
});

describe('the texts of the source', () => {
  const { texts, problems } = collect(sources);

  test('are literals wherever l10n.t is called, and l10n is used for nothing else', () => {
    expect(problems).toEqual([]);
    expect(texts.size).toBeGreaterThan(100);
  });

  test('are complete in Dutch, without superfluous ones', () => {
    expect(Object.keys(bundle).sort()).toEqual([...texts].sort());
  });

  test('are kept in order, so that changes are easy to follow', () => {
    expect(Object.keys(bundle)).toEqual(Object.keys(bundle).sort());
  });

  test('say something in Dutch, with the same placeholders', () => {
    const placeholders = (text: string) => (text.match(/\{\d+\}/g) ?? []).sort();
    for (const [text, translation] of Object.entries(bundle)) {
      expect(translation.trim(), text).not.toBe('');
      expect(placeholders(translation), text).toEqual(placeholders(text));
      expect(translation.endsWith('…'), text).toBe(text.endsWith('…'));
    }
  });

  test('have their arguments', () => {
    expect(sources.flatMap(missingArguments)).toEqual([]);
  });

  test('are nowhere written past l10n', () => {
    expect(sources.flatMap(wordsPastL10n)).toEqual([]);
  });
});

describe('these checks', () => {
  const check = (text: string) => collect([{ path: 'a.ts', text, tree: parse(text) }]).problems;

  test('find what is not a literal', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code that is checked
    expect(check('l10n.t(`Parked ${name}`)')).toHaveLength(1);
    expect(check("l10n.t('Parked ' + name)")).toHaveLength(1);
    expect(check('l10n.t(text)')).toHaveLength(1);
    expect(check("l10n.t({ message: 'Parked' })")).toHaveLength(1);
    expect(check('const { t } = l10n')).toHaveLength(1);
    expect(check("import { l10n as words } from 'vscode'; words.t(text)")).not.toEqual([]);
  });

  test('find words past l10n', () => {
    const past = (text: string) => wordsPastL10n({ path: 'a.ts', text, tree: parse(text) });
    expect(past("window.showErrorMessage('Gone')")).toHaveLength(1);
    expect(past("item.tooltip = 'Gone'")).toHaveLength(1);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code that is checked
    expect(past('pick({ label: `$(check) Gone ${name}` })')).toHaveLength(1);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code that is checked
    expect(past("pick({ label: `$(check) ${l10n.t('Gone')}`, detail: '' })")).toEqual([]);
  });

  test('are not misled by comments, texts and regular expressions', () => {
    expect(check(`// l10n.t(x)\nconst a = "l10n.t(x)"; const b = /["']l10n.t(x)/; l10n.t('Yes');`)).toEqual(
      [],
    );
  });
});

/** Every string given to `l10n.t`, and every use of `l10n` that these tests could not follow. */
function collect(from: readonly Source[]): { texts: Set<string>; problems: string[] } {
  const texts = new Set<string>();
  const problems: string[] = [];
  for (const source of from) {
    const called = new Set<unknown>();
    walk(source.tree, (node, parent) => {
      const call = l10nCall(node);
      if (call) {
        called.add(call.object);
        const text = literal(call.arguments[0]);
        if (text === undefined) problems.push(`${placeOf(source, node)}: not a literal`);
        else texts.add(text);
      }
      const isImport = parent?.type === 'ImportSpecifier' && (parent.local as SyntaxNode).name === 'l10n';
      if (node.type === 'Identifier' && node.name === 'l10n' && !called.has(node) && !isImport) {
        problems.push(`${placeOf(source, node)}: l10n used for something else than l10n.t(…)`);
      }
    });
  }
  return { texts, problems };
}

function l10nCall(node: SyntaxNode): { object: unknown; arguments: unknown[] } | undefined {
  if (node.type !== 'CallExpression' || !isNode(node.callee)) return undefined;
  const { type, object, property } = node.callee;
  const isT = type === 'MemberExpression' && isNode(property) && property.name === 't';
  if (!isT || !isNode(object) || object.name !== 'l10n') return undefined;
  return { object, arguments: node.arguments as unknown[] };
}

function missingArguments(source: Source): string[] {
  const problems: string[] = [];
  walk(source.tree, node => {
    const call = l10nCall(node);
    if (!call) return;
    const wanted = new Set(literal(call.arguments[0])?.match(/\{\d+\}/g));
    if (call.arguments.length - 1 !== wanted.size) problems.push(placeOf(source, node));
  });
  return problems;
}

/** Literals with letters where a person would read them. */
function wordsPastL10n(source: Source): string[] {
  const problems: string[] = [];
  walk(source.tree, node => {
    const found: unknown[] = [];
    if (node.type === 'Property' && wordProperties.test(nameOf(node.key))) found.push(node.value);
    if (
      node.type === 'AssignmentExpression' &&
      isNode(node.left) &&
      wordProperties.test(nameOf(node.left.property))
    )
      found.push(node.right);
    if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      const callee = node.callee as SyntaxNode;
      if (wordFunctions.test(nameOf(callee.property ?? callee))) found.push(...(node.arguments as unknown[]));
    }
    for (const value of found) {
      const text = literal(value) ?? templateText(value);
      // Icons are no words.
      if (text !== undefined && /[a-z]/i.test(text.replace(/\$\([^)]*\)/g, '')))
        problems.push(`${placeOf(source, node)}: ${text}`);
    }
  });
  return problems;
}

function nameOf(node: unknown): string {
  return isNode(node) ? String(node.name ?? '') : '';
}

/** The fixed parts of a template string. */
function templateText(node: unknown): string | undefined {
  if (!isNode(node) || node.type !== 'TemplateLiteral') return undefined;
  return (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('');
}

/** What package.json says to people: titles, names, descriptions and the like. */
function collectWords(value: unknown, words: string[], key = ''): void {
  if (Array.isArray(value)) for (const each of value) collectWords(each, words, key);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) collectWords(each, words, name);
  } else if (
    typeof value === 'string' &&
    /^(title|category|name|contextualTitle|contents|(markdown)?[dD]escription|enumDescriptions|altText|label)$/.test(
      key,
    )
  ) {
    words.push(value);
  }
}
