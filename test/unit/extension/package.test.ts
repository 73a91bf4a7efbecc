import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readJson, root } from './sources.ts';

// What can be known of the package before it is packed. `npm run package` checks the packed one.

const read = (path: string) => readFileSync(join(root, path));
const pictures = (folder: string) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });

test('only what is named gets in', () => {
  const [first, ...others] = read('.vscodeignore').toString().trim().split('\n');
  expect(first).toBe('**');
  for (const line of others) expect(line).toMatch(/^!/);
  expect(others.filter(line => /src|test|scripts|assets|node_modules|\.map/.test(line))).toEqual([]);
});

test('the license is there, and is the one that package.json names', () => {
  expect(readJson<{ license: string }>('package.json').license).toBe('MIT');
  expect(read('LICENSE').toString()).toMatch(
    /^MIT License\n\nCopyright \(c\) \d{4} Work Sessions contributors\n/,
  );
});

test('the media are the ones that are used, and small', () => {
  const media = pictures('media').map(name => name.replaceAll('\\', '/'));
  expect(media.filter(name => name.includes('.')).sort()).toEqual([
    'activity.svg',
    'icon.png',
    'walkthrough/note.png',
    'walkthrough/park.png',
    'walkthrough/resume.png',
    'walkthrough/start.png',
  ]);
  const all = [
    ...pictures('media').map(name => join('media', name)),
    ...pictures('assets/pictures').map(name => join('assets/pictures', name)),
  ];
  for (const path of all.filter(name => name.endsWith('.png'))) {
    expect(statSync(join(root, path)).size, path).toBeLessThanOrEqual(60 * 1024);
  }
});

test('the icon is a picture of 256 × 256, and its shape in the activity bar has one colour', () => {
  const icon = read('media/icon.png');
  expect(icon.toString('latin1', 1, 4)).toBe('PNG');
  expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([256, 256]);
  const shape = read('media/activity.svg').toString();
  expect(shape).toContain('viewBox="0 0 24 24"');
  expect(new Set(shape.match(/#[0-9a-f]{3,6}\b/gi))).toEqual(new Set(['#000']));
});

test.skipIf(process.platform === 'win32')('the launchers for terminals can be executed', () => {
  for (const name of ['work-sessions', 'wks'])
    expect(statSync(join(root, 'bin', name)).mode & 0o111, name).toBe(0o111);
});

test('the pictures of the README are there', () => {
  const named = [
    ...read('README.md')
      .toString()
      .matchAll(/!\[[^\]]*\]\(([^):]+)\)/g),
  ].map(([, path]) => path ?? '');
  expect(named.length).toBeGreaterThan(0);
  for (const path of named) expect(statSync(join(root, path)).isFile(), path).toBe(true);
});
