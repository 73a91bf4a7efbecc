import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, onTestFinished } from 'vitest';
import type { Session } from '../../../src/model/session.ts';
import { patience } from '../../support/pace.mjs';
import type { InsideName } from '../inside/inside.ts';
import { countStarts } from './starts.ts';

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program may take as long as many can wait for two cores. */
const limitMs = patience(120_000);

/** A path of this machine as Windows writes it: Wine shows the whole file system as drive Z. */
export function windowsPath(path: string): string {
  return inject('windowsNode').isWine ? `Z:${path.replaceAll('/', '\\')}` : path;
}

/** Runs Windows's Node to its end. `env` comes on top of what is here, without anything of the developer's own. */
async function runNode(
  args: readonly string[],
  { cwd, env = {}, starts = 1 }: { cwd: string; env?: Record<string, string>; starts?: number },
): Promise<Result> {
  const node = inject('windowsNode');
  countStarts(inject('scratch'), starts);
  // Under Wine no pipe can be Node's standard output or error: they go to files.
  const folder = scratchFolder();
  const files = [join(folder, 'stdout'), join(folder, 'stderr')] as const;
  const [stdout, stderr] = files.map(file => openSync(file, 'w'));
  const child = spawn(node.command, [...node.args, ...args], {
    cwd,
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      ...node.env,
      ...env,
    },
    stdio: ['ignore', stdout, stderr],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  for (const fd of [stdout, stderr]) if (fd !== undefined) closeSync(fd);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [out, err] = files.map(file => readFileSync(file, 'utf8'));
  return { code, stdout: out ?? '', stderr: err ?? '' };
}

/**
 * Lets something happen inside Windows: one start, and one for each worker; gives its report.
 *
 * @param folder What it is to work in, as this machine writes it.
 */
export async function inside<T>(name: InsideName, folder: string, workers = 0): Promise<T> {
  const args = [inject('insideProgram'), name, folder, inject('workerProgram')].map((arg, index) =>
    index === 1 ? arg : windowsPath(arg),
  );
  const result = await runNode(args, { cwd: inject('scratch'), starts: 1 + workers });
  expect({ ...result, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' });
  return JSON.parse(result.stdout) as T;
}

/** A shell in a folder, with a home: where a person on Windows types commands. */
export class WindowsDesk {
  /** The home as it is given to the program: a path of Windows. */
  readonly home: string;
  /** The same folder as this machine names it. */
  readonly hostHome: string;
  /** Where commands are run, as this machine names it. */
  readonly folder: string;

  constructor(
    root: string = scratchFolder(),
    home: { windows: string; host: string } = {
      windows: windowsPath(join(root, 'home')),
      host: join(root, 'home'),
    },
    folder: string = join(root, 'desk'),
  ) {
    this.home = home.windows;
    this.hostHome = home.host;
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Runs a command, whatever comes of it. */
  run(...args: string[]): Promise<Result> {
    return runNode([windowsPath(inject('program')), ...args], {
      cwd: this.folder,
      env: { WORK_SESSIONS_HOME: this.home },
    });
  }

  /** Runs a command that must succeed in silence on standard error; gives what it printed. */
  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
    return stdout;
  }

  /** Runs a command that must succeed with `--json`; gives what it said. */
  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.ok(...args, '--json')) as T;
  }

  /** `json` for the commands that print a whole session. */
  session(...args: string[]): Promise<Session> {
    return this.json<Session>(...args);
  }

  /** Runs a command that must fail with this exit code and one sentence; gives the sentence. */
  async fails(code: number, ...args: string[]): Promise<string> {
    const result = await this.run(...args);
    expect({ args, ...result }).toEqual({
      args,
      code,
      stdout: '',
      stderr: expect.stringMatching(/^work-sessions: [^\n]+\n$/),
    });
    return result.stderr;
  }

  path(id: string, place = 'sessions'): string {
    return join(this.hostHome, place, `${id}.json`);
  }

  /** A session as it stands in its file. */
  document(id: string, place = 'sessions'): Session {
    return JSON.parse(readFileSync(this.path(id, place), 'utf8')) as Session;
  }

  /** Writes settings, as a person's editor would. */
  settings(values: object): void {
    mkdirSync(this.hostHome, { recursive: true });
    writeFileSync(join(this.hostHome, 'config.json'), JSON.stringify(values));
  }
}

export function scratchFolder(): string {
  return mkdtempSync(join(inject('scratch'), 'desk-'));
}

/** A folder on drive C, gone when the test is over. */
export function folderOnC(): { windows: string; host: string } {
  const { isWine, env } = inject('windowsNode');
  const host = mkdtempSync(isWine ? join(env['WINEPREFIX'] ?? '', 'drive_c/desk-') : 'C:\\work-sessions-');
  onTestFinished(() => rmSync(host, { recursive: true, force: true, maxRetries: 5 }));
  return { windows: isWine ? `C:\\${host.split('/').at(-1)}` : host, host };
}
