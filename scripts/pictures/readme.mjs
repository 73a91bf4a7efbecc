import { skipNextStep, widenSideBar } from './layout.mjs';

/** @typedef {import('../../test/host/window.mjs').Window} Window */
/** @typedef {import('../takePictures.mjs').Take} Take */

const statusItem = 'work-sessions.work-sessions.workSessions.status';

/**
 * The example's sessions in the side bar with the details of one beside them, and the way back to a parked one.
 *
 * @param {Window} window
 * @param {Take} take
 */
export async function picturesOfReadme(window, take) {
  const { page, runCommand, statusBar, quickInput } = window;
  const tree = window.tree('Sessions');
  await tree.show();
  await widenSideBar(page, 430);
  await tree.toggle('Fix the login on slow networks');
  await tree.untilRow('Retry twice, then say so');
  await tree.toggle('Recently completed');
  await runCommand('Work Sessions: Show Details');
  await window.editors.webview().locator('h1').waitFor({ timeout: 30_000 });
  await page.waitForTimeout(1_000);
  await take('assets/pictures/details.png');

  await runCommand('Work Sessions: Park Session…');
  await quickInput.type('Off to the harbour');
  await quickInput.accept();
  await skipNextStep(quickInput);
  await statusBar.untilText(statusItem, /Resume/);
  await tree.list.locator('.codicon-circle-filled').first().waitFor({ state: 'detached', timeout: 10_000 });
  await statusBar.click(statusItem);
  await quickInput.untilOpen();
  await take('assets/pictures/resume.png');
}
