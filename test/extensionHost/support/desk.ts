import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extensions, workspace } from 'vscode';
import type { Session } from '../../../src/model/session.ts';
import { parseInput } from '../../../src/operations/fields.ts';
import * as life from '../../../src/operations/lifeOperations.ts';
import type { Operation } from '../../../src/operations/operation.ts';
import { createServices, type Services } from '../../../src/operations/services.ts';
import { atEnd } from './replace.ts';

/** The extension under test, as this VS Code knows it. */
export function extensionUnderTest() {
  const extension = extensions.getExtension('work-sessions.work-sessions');
  if (extension === undefined) throw new Error('The extension is not there');
  return extension;
}

/** The folder that is open in this window. */
export function windowFolder(): string {
  const [folder] = workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error('No folder is open');
  return realpathSync(folder.uri.fsPath);
}

/** A folder of the test's own, gone when it is over. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ws-host-')));
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return folder;
}

const gitEnvironment = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

export function git(folder: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    env: { ...process.env, ...gitEnvironment },
    encoding: 'utf8',
  }).trim();
}

/** Commits a change of one file; gives the commit's name. */
export function commit(folder: string, message: string, file = 'notes.txt'): string {
  writeFileSync(join(folder, file), `${message}\n`, { flag: 'a' });
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', message);
  return git(folder, 'rev-parse', 'HEAD');
}

/** A git repository with one commit. */
export function repository(name = 'other'): string {
  const folder = join(scratchFolder(), name);
  mkdirSync(folder);
  git(folder, 'init', '-q', '-b', 'main');
  commit(folder, `first of ${folder}`);
  return folder;
}

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Somebody else at the same sessions: in this process, or as the built command line in one of its own. */
export class Desk {
  readonly home: string;
  readonly folder: string;
  readonly services: Services;

  constructor(home: string, folder: string, now?: () => Date) {
    this.home = home;
    this.folder = folder;
    this.services = createServices({ home, folder, ...(now ? { now } : {}) });
  }

  /** With a home of the test's own, in the window's folder unless another is given. */
  static scratch(folder: string = windowFolder()): Desk {
    return new Desk(join(scratchFolder(), 'home'), folder);
  }

  /** With the home of the extension under test. */
  static ofWindow(folder: string = windowFolder()): Desk {
    const home = process.env.WORK_SESSIONS_HOME;
    if (home === undefined) throw new Error('WORK_SESSIONS_HOME is not set');
    return new Desk(home, folder);
  }

  at(folder: string): Desk {
    return new Desk(this.home, folder);
  }

  /** The same desk at another time. */
  when(now: Date): Desk {
    return new Desk(this.home, this.folder, () => now);
  }

  /** Runs an operation in this process: for what a test begins with. */
  async do<Output = Session>(operation: Operation, input: object): Promise<Output> {
    return (await operation.run(this.services, parseInput(operation.fields, input))) as Output;
  }

  start(intent: string, more: object = {}): Promise<Session> {
    return this.do(life.start, { intent, ...more });
  }

  async parked(intent: string, reason?: string): Promise<Session> {
    const { id } = await this.start(intent);
    return this.do(life.park, { session: id, ...(reason ? { reason } : {}) });
  }

  async completed(intent: string): Promise<Session> {
    const { id } = await this.start(intent);
    return this.do(life.complete, { session: id });
  }

  /** Runs the real command line in a process of its own. */
  run(...args: string[]): Promise<Result> {
    const cli = join(extensionUnderTest().extensionPath, 'dist', 'cli', 'cli.cjs');
    const env = {
      PATH: process.env.PATH,
      HOME: this.home,
      WORK_SESSIONS_HOME: this.home,
      // On the desktop the host's own executable is the editor's.
      ELECTRON_RUN_AS_NODE: '1',
      ...gitEnvironment,
    };
    return new Promise(resolve => {
      execFile(process.execPath, [cli, ...args], { cwd: this.folder, env }, (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** Runs a command of the real command line that must succeed; gives the session it printed. */
  async cli(...args: string[]): Promise<Session> {
    const { code, stdout, stderr } = await this.run(...args, '--json');
    if (code !== 0) throw new Error(`work-sessions ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Session;
  }

  path(id: string, place = 'sessions'): string {
    return join(this.home, place, `${id}.json`);
  }

  has(id: string, place = 'sessions'): boolean {
    return existsSync(this.path(id, place));
  }

  /** A session as it stands in its file. */
  document(id: string, place = 'sessions'): Session {
    return JSON.parse(readFileSync(this.path(id, place), 'utf8')) as Session;
  }

  /** Writes a document as no program of ours would. */
  write(id: string, content: string | object): string {
    mkdirSync(join(this.home, 'sessions'), { recursive: true, mode: 0o700 });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(this.path(id), text, { mode: 0o600 });
    return text;
  }

  /** Holds a session's lock as a program on another machine would: nobody here can tell whether it lives. */
  lock(id: string): () => void {
    const lock = `${this.path(id)}.lock`;
    mkdirSync(lock);
    writeFileSync(join(lock, '4711.elsewhere.0123456789abcdef'), '');
    const release = () => rmSync(lock, { recursive: true, force: true });
    atEnd(release);
    return release;
  }
}
