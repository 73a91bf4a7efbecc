import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * The folder through which a suite in an extension host tells what it prints and what happened; see mochaIndex.mjs.
 *
 * @param {(text: string) => void} print Gets the output of the tests while they run.
 */
export async function openReport(print) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vsc-report-'));
  const output = path.join(folder, 'output.txt');
  const stats = path.join(folder, 'stats.json');
  let printed = 0;

  async function printNew() {
    if (!existsSync(output)) return;
    const file = await open(output);
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - printed), 0, size - printed, printed);
      // Whole lines only: a piece could end within a character.
      const whole = buffer.subarray(0, buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1);
      printed += whole.length;
      if (whole.length > 0) print(whole.toString());
    } finally {
      await file.close();
    }
  }
  let printing = Promise.resolve();
  const printInTurn = () => {
    printing = printing.then(printNew);
    return printing;
  };
  const timer = setInterval(printInTurn, 100);

  return {
    folder,
    /** @returns {Promise<import('mocha').Stats | undefined>} Undefined when the suite did not come to its end. */
    read: async () => (existsSync(stats) ? JSON.parse(await readFile(stats, 'utf8')) : undefined),
    async close() {
      clearInterval(timer);
      await printInTurn();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
