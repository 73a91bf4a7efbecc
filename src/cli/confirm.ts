import { createInterface } from 'node:readline/promises';
import { SessionError } from '../model/errors.ts';
import { plural } from '../operations/page.ts';
import type { Confirmation } from '../operations/services.ts';

const questions: Record<Confirmation['what'], (question: Confirmation) => string> = {
  empty_trash: ({ count }) => `Remove ${plural(count, 'session')} for good? Nothing brings them back.`,
};

/**
 * Asks on the terminal; everything but a yes is a no. The question is no output: it goes to standard error.
 * @throws SessionError `usage` where nobody sits at a terminal
 */
export async function confirm(question: Confirmation): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new SessionError('usage', { message: 'Without a terminal there is nobody to ask: give --yes.' });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${questions[question.what](question)} [y/N] `)).trim());
  } catch (error) {
    // Ctrl-C and Ctrl-D are answers as well.
    if ((error as NodeJS.ErrnoException).code !== 'ABORT_ERR') throw error;
    return false;
  } finally {
    terminal.close();
  }
}
