import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const source = join(import.meta.dirname, '../../src');

/** The arrows of CONTRIBUTING.md: what each part may import. Nothing points back, and no face knows another. */
const allowed: Record<string, readonly string[]> = {
  model: [],
  store: ['model'],
  git: ['model'],
  operations: ['model', 'store', 'git', 'ancestor'],
  ancestor: ['model', 'store', 'git'],
  cli: ['model', 'store', 'git', 'operations'],
  mcp: ['model', 'store', 'git', 'operations'],
  extension: ['model', 'store', 'git', 'operations'],
};

interface File {
  readonly path: string;
  readonly part: string;
  readonly text: string;
  /** Everything it imports, by whatever kind of import. */
  readonly imports: readonly string[];
}

const importing = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"]([^'"]+)['"]/g;

const files: File[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.(ts|cts|mts|js|cjs|mjs)$/.test(name))
  .map(path => {
    const text = readFileSync(join(source, path), 'utf8');
    const imports = [...text.matchAll(importing)].map(match => match[1] ?? '');
    return { path, part: path.split(sep)[0] ?? '', text, imports };
  });

/** The part that a relative import leads to. */
function partOf(file: File, specifier: string): string {
  return relative(source, resolve(source, dirname(file.path), specifier)).split(sep)[0] ?? '';
}

test('every part is known, and has files to look at', () => {
  expect(Object.keys(allowed)).toEqual(expect.arrayContaining([...new Set(files.map(({ part }) => part))]));
  for (const part of ['model', 'store', 'git', 'ancestor', 'operations', 'cli']) {
    expect(files.filter(file => file.part === part && file.imports.length > 0).length).toBeGreaterThan(2);
  }
});

test('imports follow the arrows', () => {
  const wrong = files.flatMap(file =>
    file.imports
      .filter(specifier => specifier.startsWith('.'))
      .filter(specifier => ![file.part, ...(allowed[file.part] ?? [])].includes(partOf(file, specifier)))
      .map(specifier => `${file.path} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test('the ancestor’s part is known to its import alone, which is loaded when something is imported', () => {
  const leadsTo = (file: File, specifier: string, target: string) =>
    specifier.startsWith('.') &&
    resolve(source, dirname(file.path), specifier).startsWith(join(source, target));
  const importers = (target: string) =>
    files
      .filter(({ path }) => !path.startsWith(target))
      .filter(file => file.imports.some(each => leadsTo(file, each, target)))
      .map(({ path }) => path.replaceAll(sep, '/'));
  expect(importers(`ancestor${sep}`)).toEqual(['operations/importAncestor.ts']);
  const door = join('operations', 'importAncestor.ts');
  expect(importers(door)).toEqual(['operations/importFolder.ts']);
  const { text } = files.find(({ path }) => path === join('operations', 'importFolder.ts')) ?? { text: '' };
  const ways = text.match(/^.*importAncestor\.ts.*$/gm)?.map(line => line.trim());
  expect(ways).toEqual(["const { importAncestor } = await import('./importAncestor.ts');"]);
});

test('nobody but the extension knows vscode, not even its types', () => {
  const wrong = files.filter(({ part, imports }) => part !== 'extension' && imports.includes('vscode'));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('the model knows no modules of Node, no clock and no randomness', () => {
  const model = files.filter(({ part }) => part === 'model');
  const wrong = model.filter(
    ({ text, imports }) =>
      imports.some(specifier => /^(node:|fs|path|os|crypto)/.test(specifier)) ||
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bperformance\./.test(text),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('git knows nothing of sessions', () => {
  const wrong = files.filter(
    file => file.part === 'git' && file.imports.some(each => each.includes('session')),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

/** Ways to change what is in the file system. */
const writing =
  /\b(?:writeFile|appendFile|createWriteStream|copyFile|cp|rename|unlink|rmdir|rm|mkdir|mkdtemp|truncate|ftruncate|utimes|symlink|link|fsync)(?:Sync)?\s*\(/;

test('only the store writes files; an export writes the one that -o names, by the store’s own means', () => {
  const others = files.filter(({ part }) => part !== 'store');
  const writers = others.filter(
    ({ text, imports }) =>
      (imports.some(each => /^(node:)?fs(\/promises)?$/.test(each)) && writing.test(text)) ||
      /\b(?:replaceFile|writeFlushedFile|writeFlushed|fs\.(?:write|rename))\b/.test(text),
  );
  expect(writers.map(({ path }) => path.replaceAll(sep, '/'))).toEqual(['operations/exportSession.ts']);
});

test('no file outside of the store commits or locks by itself', () => {
  const wrong = files.filter(
    ({ part, text }) => part !== 'store' && /\bwithTenure\b|\bnew Locks\b|proper-lockfile/.test(text),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

/** All files that one leads to, whenever they are loaded. */
function reachedFrom(path: string, seen = new Set<string>()): Set<string> {
  const file = files.find(each => each.path === path);
  if (file === undefined || seen.has(path)) return seen;
  seen.add(path);
  for (const each of file.imports.filter(specifier => specifier.startsWith('.')))
    reachedFrom(relative(source, resolve(source, dirname(path), each)), seen);
  return seen;
}

test('nothing synchronous touches the disk in an editor: one that does not answer would stop all of it', () => {
  const reached = [...reachedFrom(join('extension', 'extension.ts'))];
  expect(reached.length).toBeGreaterThan(100);
  const calls = reached.flatMap(path => {
    const text = files.find(file => file.path === path)?.text ?? '';
    return (text.match(/\b\w+Sync\b/g) ?? []).map(name => `${path.replaceAll(sep, '/')} ${name}`);
  });
  // What is below /proc is the kernel's memory, and no disk.
  expect(new Set(calls)).toEqual(
    new Set(['store/tenureName.ts readFileSync', 'store/tenureName.ts readlinkSync']),
  );
});
