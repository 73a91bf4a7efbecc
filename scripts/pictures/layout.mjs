/**
 * Drags the edge of the side bar.
 *
 * @param {import('playwright-core').Page} page
 * @param {number} width
 */
export async function widenSideBar(page, width) {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (!box) return;
  const [edge, middle] = [box.x + box.width, box.y + box.height / 2];
  await page.mouse.move(edge, middle);
  await page.mouse.down();
  await page.mouse.move(box.x + width, middle, { steps: 5 });
  await page.mouse.up();
}

/**
 * Opens a file by its name, as a person does from the keyboard.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export async function openFile(page, name) {
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget:visible .quick-input-box input');
  await input.fill(name);
  const found = page.locator('.quick-input-list .monaco-list-row', {
    hasText: name.split('/').at(-1) ?? name,
  });
  await found.first().waitFor({ timeout: 10_000 });
  await input.press('Enter');
  await page.locator('.tab.active').waitFor({ timeout: 10_000 });
}

/**
 * Leaves the second question of parking open.
 *
 * @param {import('../../test/host/window.mjs').Window['quickInput']} quickInput
 */
export async function skipNextStep(quickInput) {
  await quickInput.widget.locator('.quick-input-title', { hasText: '(2/2)' }).waitFor({ timeout: 10_000 });
  await quickInput.accept();
}
