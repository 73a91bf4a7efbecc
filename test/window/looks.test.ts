import { expect, test } from 'vitest';
import type { Window } from '../host/window.mjs';
import { patience } from '../support/pace.mjs';
import { untilStatus } from './support/doing.ts';
import { sidesOf } from './support/inPage.mjs';
import { showcase, showcaseDesk } from './support/showcase.ts';
import { words } from './support/words.ts';
import { useWorkbench } from './support/workbench.ts';

const bench = useWorkbench();
const themes = [
  { name: 'light', colorScheme: 'light', kind: 'vs' },
  { name: 'dark', colorScheme: 'dark', kind: 'vs-dark' },
  { name: 'high-contrast-light', colorScheme: 'light', contrast: 'more', kind: 'hc-light' },
  { name: 'high-contrast-dark', colorScheme: 'dark', contrast: 'more', kind: 'hc-black' },
] as const;

test('in four themes, narrow and wide', async () => {
  const desk = await showcaseDesk();
  const window = await bench.open(desk, { viewport: { width: 1200, height: 760 } });
  const { page } = window;
  const tree = window.tree('Sessions');
  await tree.untilRow(showcase.needing);
  await untilStatus(window, words.atWork(showcase.needing));
  await tree.toggle('Recently completed');
  await tree.untilRow(showcase.completed);
  await tree.toggle(showcase.needing);
  await tree.untilRow('Events');
  await (await tree.openContextMenu(showcase.needing)).pick('Show Details');
  const preview = window.editors.webview();
  await preview.getByRole('heading', { name: showcase.needing }).waitFor({ timeout: patience(30_000) });

  for (const theme of themes) {
    await page.emulateMedia({
      colorScheme: theme.colorScheme,
      forcedColors: 'contrast' in theme ? 'active' : 'none',
      contrast: 'contrast' in theme ? 'more' : 'no-preference',
    });
    await page.locator(`.monaco-workbench.${theme.kind}`).waitFor({ timeout: patience(30_000) });
    await preview.locator(`body[data-vscode-theme-kind]`).waitFor({ timeout: patience(30_000) });
    const rows = await tree.rows();
    const icon = (label: string) => rows.find(row => row.label === label)?.iconClasses[0];
    const color = (label: string) => rows.find(row => row.label === label)?.iconColor ?? '';
    expect(
      [showcase.needing, showcase.active, showcase.stale, showcase.parked, showcase.completed].map(icon),
    ).toEqual([
      'codicon-bell-dot',
      'codicon-circle-filled',
      'codicon-history',
      'codicon-debug-pause',
      'codicon-pass',
    ]);
    // Each state in a colour that the theme has.
    const states = [showcase.needing, showcase.active, showcase.parked, showcase.completed].map(color);
    expect(new Set(states).size).toBe(4);
    expect(states).not.toContain('');
    await window.screenshot(`look-${theme.name}`);
  }

  await page.emulateMedia({ colorScheme: 'dark', forcedColors: 'none', contrast: 'no-preference' });
  await page.locator('.monaco-workbench.vs-dark').waitFor({ timeout: patience(30_000) });
  for (const [name, width] of [
    ['narrow', 200],
    ['wide', 620],
  ] as const) {
    await resizeSideBar(window, width);
    await (await tree.row(showcase.parked)).hover();
    await window.screenshot(`look-${name}`);
  }
});

/** Drags the edge of the side bar. */
async function resizeSideBar({ page }: Window, width: number): Promise<void> {
  const { left, right, middle } = await page.evaluate(sidesOf, '.part.sidebar');
  await page.mouse.move(right, middle);
  await page.mouse.down();
  await page.mouse.move(left + width, middle, { steps: 5 });
  await page.mouse.up();
  await expect
    .poll(async () => Math.abs((await page.evaluate(sidesOf, '.part.sidebar')).width - width))
    .toBeLessThan(15);
}
