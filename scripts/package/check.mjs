import { readZip } from './zip.mjs';

const kilobyte = 1024;

/** What the package may weigh, in bytes. */
const limits = {
  vsix: 600 * kilobyte,
  /** The extension's own code that every start loads. */
  start: 220 * kilobyte,
  /** That, and the parts that follow when they are needed. */
  extension: 350 * kilobyte,
  picture: 60 * kilobyte,
};

/** Must be there. vsce changes the case of some names, and gives the license an ending. */
const wanted = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/bin/wks',
  'extension/bin/wks.cmd',
  'extension/bin/work-sessions',
  'extension/bin/work-sessions.cmd',
  'extension/dist/cli/cli.cjs',
  'extension/dist/extension.cjs',
  'extension/l10n/bundle.l10n.nl.json',
  'extension/media/activity.svg',
  'extension/media/icon.png',
  'extension/media/walkthrough/note.png',
  'extension/media/walkthrough/park.png',
  'extension/media/walkthrough/resume.png',
  'extension/media/walkthrough/start.png',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/package.nls.nl.json',
];

/** May be there. The command line is built in parts, named by what is in them. */
const allowed = [
  /^extension\/(readme|changelog)\.md$/,
  /^extension\/dist\/(cli|mcp|extension)\/[\w-]+\.cjs$/,
];

const executable = ['extension/bin/wks', 'extension/bin/work-sessions', 'extension/dist/cli/cli.cjs'];

/**
 * What is wrong with a packed extension; nothing, one hopes.
 *
 * @param {Buffer} vsix
 */
export function problemsOf(vsix) {
  const entries = readZip(vsix);
  const byName = new Map(entries.map(entry => [entry.name, entry]));
  /** @type {string[]} */
  const problems = [];
  const check = (/** @type {unknown} */ isRight, /** @type {string} */ problem) =>
    isRight || problems.push(problem);

  for (const name of wanted) check(byName.has(name), `${name} is missing`);
  for (const { name } of entries) {
    check(
      wanted.includes(name) || allowed.some(pattern => pattern.test(name)),
      `${name} does not belong in it`,
    );
  }
  for (const name of executable) check((byName.get(name)?.mode ?? 0) & 0o111, `${name} cannot be executed`);

  check(vsix.length <= limits.vsix, `it has ${vsix.length} bytes, more than ${limits.vsix}`);
  for (const { name, size } of entries.filter(entry => entry.name.endsWith('.png'))) {
    check(size <= limits.picture, `${name} has ${size} bytes, more than ${limits.picture}`);
  }
  const code = entries.filter(({ name }) => /^extension\/dist\/extension[./]/.test(name));
  const codeSize = code.reduce((sum, { size }) => sum + size, 0);
  const startSize = loadedFirst(byName).reduce((sum, { size }) => sum + size, 0);
  check(startSize <= limits.start, `a start loads ${startSize} bytes of code, more than ${limits.start}`);
  check(
    codeSize <= limits.extension,
    `the extension's code has ${codeSize} bytes, more than ${limits.extension}`,
  );

  const manifest = JSON.parse(byName.get('extension/package.json')?.data().toString('utf8') ?? '{}');
  for (const file of filesNamedBy(manifest)) {
    const name = `extension/${file.replace(/^\.\//, '')}`;
    check(
      byName.has(name) || entries.some(entry => entry.name.startsWith(`${name}/`)),
      `package.json names ${file}, which is missing`,
    );
  }
  const license = byName.get('extension/LICENSE.txt')?.data().toString('utf8') ?? '';
  check(manifest.license === 'MIT' && license.startsWith('MIT License'), 'the license is not the one named');
  const icon = byName.get('extension/media/icon.png')?.data();
  check(
    icon && icon.readUInt32BE(16) === 256 && icon.readUInt32BE(20) === 256,
    'the icon does not measure 256 × 256',
  );
  return problems;
}

/**
 * The file that is loaded first, and all that it needs at once; what is loaded later is required in a function.
 *
 * @param {ReadonlyMap<string, ReturnType<typeof readZip>[number]>} byName
 */
function loadedFirst(byName) {
  const names = new Set(['extension/dist/extension.cjs']);
  for (const name of names) {
    const code = byName.get(name)?.data().toString('utf8') ?? '';
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    for (const [, path = ''] of code.matchAll(/=require\("\.\/([^"]+)"\)/g)) names.add(folder + path);
  }
  return [...names].flatMap(name => byName.get(name) ?? []);
}

/** Every file that the manifest leads to. @param {any} manifest */
function filesNamedBy(manifest) {
  const { contributes = {} } = manifest;
  const views = [
    ...Object.values(contributes.viewsContainers ?? {}),
    ...Object.values(contributes.views ?? {}),
  ].flat();
  const steps = (contributes.walkthroughs ?? []).flatMap(
    (/** @type {any} */ walkthrough) => walkthrough.steps,
  );
  return [
    manifest.main,
    manifest.icon,
    manifest.l10n,
    ...Object.values(manifest.bin ?? {}),
    ...views.map(view => view.icon),
    ...steps.map((/** @type {any} */ step) => step.media.image),
  ].filter(Boolean);
}
