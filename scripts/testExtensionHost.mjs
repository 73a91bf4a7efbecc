// The extension-host tests: mocha inside a real VS Code, once for each kind of window. `npm run build` comes
// first. EXTENSION_TESTS_GREP narrows them down; the names of suites as arguments leave the others out.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleSuite } from '../test/host/bundleSuite.mjs';
import { checkout } from '../test/host/paths.mjs';
import { runExtensionTests } from '../test/host/runExtensionTests.mjs';
import { measurePace, patience } from '../test/support/pace.mjs';

/**
 * @typedef {object} Suite
 * @property {string} name Of its folder in test/extensionHost.
 * @property {boolean} [restricted] The folder is not trusted.
 * @property {boolean} [withoutFolder]
 * @property {object} [config] The home's settings; without them there is no home until something makes one.
 */

/** @type {readonly Suite[]} */
const suites = [
  // A lock that somebody holds is to be given up soon, for the test's sake.
  { name: 'trusted', config: { lockWaitSeconds: 1, lockStaleSeconds: 600 } },
  { name: 'restricted', restricted: true },
  { name: 'withoutFolder', withoutFolder: true },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !suites.some(suite => suite.name === name));
if (unknown.length > 0) throw new Error(`There is no suite ${unknown.join(', ')}`);

measurePace();
let passed = 0;
let failed = 0;
for (const suite of suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n${suite.name}`);
  const result = await run(suite);
  passed += result.passed;
  failed += result.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** @param {Suite} suite */
async function run({ name, restricted = false, withoutFolder = false, config }) {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'wsx-')));
  // What ran before something failed still counts.
  let passes = 0;
  let failures = 0;
  const print = (/** @type {string} */ text) => {
    process.stdout.write(text);
    passes += sumOf(text, /^ {2}(\d+) passing/gm);
    failures += sumOf(text, /^ {2}(\d+) failing/gm);
    // A test that is skipped proves nothing.
    failures += sumOf(text, /^ {2}(\d+) pending/gm);
  };
  try {
    const extensionTestsPath = await bundleSuite({
      testsFolder: join(checkout, 'test/extensionHost', name),
      outfile: join(checkout, `dist/test/${name}.cjs`),
    });
    await runExtensionTests({
      extensionDevelopmentPath: checkout,
      extensionTestsPath,
      env: { WORK_SESSIONS_HOME: makeHome(join(scratch, 'sessions'), config) },
      ...(withoutFolder ? {} : { folder: makeRepository(join(scratch, 'shop'), restricted) }),
      workspaceTrust: restricted,
      home: makeFolder(join(scratch, 'home')),
      timeout: patience(300_000),
      print,
    });
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
    failures = Math.max(1, failures);
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return { passed: passes, failed: failures };
}

/** @param {string} text @param {RegExp} pattern */
function sumOf(text, pattern) {
  return [...text.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
}

/** @param {string} folder */
function makeFolder(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** @param {string} folder @param {object | undefined} config */
function makeHome(folder, config) {
  if (config) writeFileSync(join(makeFolder(folder), 'config.json'), JSON.stringify(config), { mode: 0o600 });
  return folder;
}

/**
 * A repository with one commit. A hostile one has settings that name another home: as long as the folder is not
 * trusted, they must not count.
 *
 * @param {string} folder
 * @param {boolean} hostile
 */
function makeRepository(folder, hostile) {
  makeFolder(folder);
  writeFileSync(join(folder, 'README.md'), '# Shop\n');
  if (hostile) {
    const settings = { 'workSessions.home': `${folder}-chosen-by-the-folder` };
    writeFileSync(join(makeFolder(join(folder, '.vscode')), 'settings.json'), JSON.stringify(settings));
  }
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: folder });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'Open the shop');
  return folder;
}
