import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folders = [
  'src',
  'scripts',
  'bench',
  'test',
  'assets',
  'bin',
  'l10n',
  'media',
  'dist',
  '.github',
  '.ci',
];

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
    path => `${folder}/${path.replaceAll(sep, '/')}`,
  );
}

const existing = [
  ...folders.filter(folder => readdirSync(root).includes(folder)).flatMap(filesIn),
  ...readdirSync(root),
];
const names = new Set(existing.map(path => basename(path)));

/** A file's name or path in a text; what has a `*` before it stands for many files. */
const reference = /(?<![*\w./-])(?:\.{1,2}\/)*([\w-]+(?:[./][\w-]+)*\.(?:ts|mjs|cjs|md))\b/g;

/** The lines of a program's comments. */
function commentsOf(text: string): string {
  return (text.match(/^\s*(?:\/\*|\*|\/\/).*$/gm) ?? []).join('\n');
}

function dangling(text: string): string[] {
  const named = [...text.matchAll(reference)].map(([, path = '']) => path);
  return named.filter(path =>
    path.includes('/') ? !existing.some(each => `/${each}`.endsWith(`/${path}`)) : !names.has(path),
  );
}

test('files that comments and CONTRIBUTING name are there', () => {
  const programs = ['src', 'scripts', 'bench', 'test/host', 'test/support']
    .flatMap(filesIn)
    .filter(path => /\.(ts|mjs|cjs)$/.test(path));
  expect(programs.length).toBeGreaterThan(100);
  const found = programs.map(path => [path, dangling(commentsOf(readFileSync(join(root, path), 'utf8')))]);
  found.push(['CONTRIBUTING.md', dangling(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'))]);
  expect(found.filter(([, missing]) => missing?.length)).toEqual([]);
});

test('a file that is not there is found', () => {
  expect(dangling('see store/lock.ts, `../src/store/lock.ts`, lock.ts and *.test.ts')).toEqual([]);
  expect(dangling('see NOWHERE.md and store/nowhere.ts')).toEqual(['NOWHERE.md', 'store/nowhere.ts']);
});
