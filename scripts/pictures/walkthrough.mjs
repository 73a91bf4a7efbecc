import { openFile, skipNextStep, widenSideBar } from './layout.mjs';

/** @typedef {import('../../test/host/window.mjs').Window} Window */
/** @typedef {import('../takePictures.mjs').Take} Take */

const statusItem = 'work-sessions.work-sessions.workSessions.status';

/**
 * A newcomer's first session: started, noted in, parked, and ready to be resumed.
 *
 * @param {Window} window
 * @param {Take} take
 */
export async function picturesOfWalkthrough(window, take) {
  const { page, quickInput, runCommand, statusBar } = window;
  const tree = window.tree('Sessions');
  const whole = page.viewportSize() ?? { width: 0, height: 0 };
  const answer = async (/** @type {string} */ text) => {
    await quickInput.type(text);
    await quickInput.accept();
  };

  await openFile(page, 'tides/login.py');
  await tree.show();
  await widenSideBar(page, 330);
  await runCommand('Work Sessions: Start Session…');
  await quickInput.type('Fix the login on slow networks');
  await take('media/walkthrough/start.png');
  await quickInput.accept();
  await tree.untilRow('Fix the login on slow networks');

  /** @type {[string, string][]} */
  const notes = [
    ['Add Task…', 'Reproduce it with a slow proxy'],
    ['Add Task…', 'Retry twice, then say so'],
    ['Note Question…', 'Are 10 s enough over satellite?'],
    ['Add Next Step…', 'Finish the retry in tides/login.py'],
    ['Log Event…', 'It gives up after 3 s'],
  ];
  for (const [command, text] of notes) {
    await runCommand(`Work Sessions: ${command}`);
    await answer(text);
    await quickInput.untilClosed();
  }
  await tree.toggle('Fix the login on slow networks');
  await tree.untilRow('Reproduce it with a slow proxy');
  await (await tree.row('Reproduce it with a slow proxy')).getByRole('checkbox').click();
  await page.mouse.move(whole.width - 50, whole.height - 100);
  await take('media/walkthrough/note.png');

  await runCommand('Work Sessions: Park Session…');
  await quickInput.type('Production is down');
  await take('media/walkthrough/park.png');
  await quickInput.accept();
  // The next step is there already.
  await skipNextStep(quickInput);
  await statusBar.untilText(statusItem, /Resume/);
  await statusBar.item(statusItem).hover();
  await page.waitForTimeout(800);
  await take('media/walkthrough/resume.png');
}
