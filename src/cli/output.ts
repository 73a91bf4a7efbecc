import pc from 'picocolors';
import { plainStyle, type Page, type Style } from '../operations/page.ts';
import type { Services } from '../operations/services.ts';

/** Colour only where a person looks at a terminal, and not where they asked for none (no-color.org). */
export function styleFor(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Style {
  const wanted = stream.isTTY && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  if (!wanted) return plainStyle;
  const { bold, dim, green, yellow, cyan, red } = pc.createColors(true);
  return { bold, dim, green, yellow, cyan, red };
}

/** The page that an operation's output is shown on. Measuring text is loaded only where a table is shown. */
export async function pageFor(services: Services, withTable: boolean): Promise<Page> {
  const table = withTable ? (await import('../operations/showTable.ts')).showSummaries : () => '';
  const page: Page = {
    now: services.now(),
    // Only for showing: settings that cannot be read are reported by what needs them.
    staleHours: await services.settings().then(
      settings => settings.staleHours,
      () => 24,
    ),
    width: process.stdout.columns ?? Number.POSITIVE_INFINITY,
    style: styleFor(process.stdout, process.env),
    table: (sessions, withProject) => table(sessions, page, withProject),
  };
  return page;
}

/** Writes to standard output; a reader that has gone away (`| head`) is no error. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}
