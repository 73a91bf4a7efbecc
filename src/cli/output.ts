import { fstatSync, writeSync } from 'node:fs';
import { SessionError } from '../model/errors.ts';
import { type Page, plainStyle, type Style } from '../operations/page.ts';
import type { Services } from '../operations/services.ts';
import { errorCode } from '../store/fileSystem.ts';

/** Whether output goes through Node's stream for it; see `print`. */
let asStream = process.platform === 'win32' || isDevice(1);
let outputStream: NodeJS.WriteStream | undefined;

function isDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return true;
  }
}

function openStream(): NodeJS.WriteStream {
  // What goes wrong is told by each write; without a listener the stream would end the program.
  outputStream ??= process.stdout.on('error', () => {});
  return outputStream;
}

/** Colour only where a person looks at a terminal, and not where they asked for none (no-color.org). */
export async function styleFor(
  stream: NodeJS.WriteStream | null,
  environment: NodeJS.ProcessEnv,
): Promise<Style> {
  const wanted = stream?.isTTY && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  if (!wanted) return plainStyle;
  const { default: pc } = await import('picocolors');
  const { bold, dim, green, yellow, cyan, red } = pc.createColors(true);
  return { bold, dim, green, yellow, cyan, red };
}

/** The page that an operation's output is shown on. Measuring text is loaded only where a table is shown. */
export async function pageFor(services: Services, withTable: boolean): Promise<Page> {
  const table = withTable ? (await import('../operations/showTable.ts')).showSummaries : () => '';
  const terminal = asStream ? openStream() : null;
  const page: Page = {
    now: services.now(),
    staleHours: (await services.settings()).staleHours,
    width: terminal?.columns ?? Number.POSITIVE_INFINITY,
    style: await styleFor(terminal, process.env),
    table: (sessions, withProject) => table(sessions, page, withProject),
  };
  return page;
}

/**
 * Writes to standard output, and is through when the system has taken it. Making Node's stream for it takes
 * 2 ms, so it is only made for a terminal (and other devices), and from the first write on that would have to
 * wait for the reader.
 * @throws SessionError `output` where it cannot be written: a full disk, or a reader that has gone (`EPIPE`)
 */
export async function print(text: string): Promise<void> {
  const data = Buffer.from(text.endsWith('\n') ? text : `${text}\n`);
  let written = 0;
  try {
    while (!asStream && written < data.byteLength) written += writeSync(1, data, written);
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') throw cannotWrite(error);
    asStream = true;
  }
  if (written === data.byteLength) return;
  await new Promise<void>((resolve, reject) => {
    openStream().write(data.subarray(written), error => (error ? reject(cannotWrite(error)) : resolve()));
  });
}

function cannotWrite(error: unknown): SessionError {
  return new SessionError('output', { code: errorCode(error), done: null }, { cause: error });
}

/** Writes to standard error. Nobody may be there to read it, or the disk full: that keeps nothing else from being done. */
export function printError(text: string): void {
  const data = Buffer.from(`${text}\n`);
  let written = 0;
  try {
    while (written < data.byteLength) written += writeSync(2, data, written);
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') return;
    // A pipe that is full for now: its reader is slow.
    process.stderr.on('error', () => {}).write(data.subarray(written));
  }
}
