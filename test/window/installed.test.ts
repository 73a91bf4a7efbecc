import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { gitDesk } from '../endToEnd/support/desk.ts';
import { checkout } from '../host/paths.mjs';
import { patience } from '../support/pace.mjs';
import { untilListed, untilStatus } from './support/doing.ts';
import { words } from './support/words.ts';
import { untilDrawn, useWorkbench } from './support/workbench.ts';

const bench = useWorkbench();

/** Packs what was built for these tests, as `npm run package` does in the checkout. */
function pack(): string {
  const vsix = join(mkdtempSync(join(inject('scratch'), 'vsix-')), 'work-sessions.vsix');
  const vsce = join(checkout, 'node_modules/@vscode/vsce/vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  execFileSync(process.execPath, [vsce, 'package', ...flags, '--out', vsix], {
    cwd: inject('extension'),
    stdio: 'pipe',
  });
  return vsix;
}

test('installed from its package: the view, the status bar, the command line in a terminal', async () => {
  const vsix = pack();
  const desk = gitDesk('shop');
  await desk.ok('start', 'Fix the login');
  const settings = {
    // Drawn as text that can be read.
    'terminal.integrated.gpuAcceleration': 'off',
    'terminal.integrated.defaultProfile.linux': 'bash',
  };
  const server = await bench.server(desk, { vsix, settings });
  const window = await bench.open(desk, { server, installed: true });
  await window.tree('Sessions').untilRow('Fix the login');
  await untilStatus(window, words.atWork('Fix the login'));
  await untilDrawn(window, ['Active', '  Fix the login | just now · main']);

  await window.runCommand('Terminal: Create New Terminal');
  const screen = window.page.locator('.terminal-wrapper .xterm-rows').first();
  await expect.poll(() => screen.textContent(), { timeout: patience(30_000) }).toMatch(/[#$>] *$/m);
  await window.page.locator('.terminal-wrapper').first().click();
  await window.page.keyboard.type('work-sessions start "From the terminal"; work-sessions list\n');
  await expect
    .poll(() => screen.textContent(), { timeout: patience(30_000) })
    .toMatch(/Started.*From the terminal.*Fix the login/s);
  await untilListed(desk, 'From the terminal', session => session.status === 'active');
  await window.notifications.until(`${words.startedHere}: “From the terminal”.`);
  await window.tree('Sessions').untilRow('From the terminal');
});
