import { execFileSync } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import type { Project } from '../../../src/model/project.ts';
import type { Summary } from '../../../src/model/queries.ts';
import type { Session } from '../../../src/model/session.ts';
import { type Result, runProgram, until } from './program.ts';

export type Listed = Summary & { stale: boolean };

/** An error as `--json` reports it. */
export type ReportedError = { code: string; message: string; candidates?: { id: string }[] } & Record<
  string,
  unknown
>;

/** A shell in a folder, with a home: where a person types commands. */
export class Desk {
  /** A scratch folder of the test's own. */
  readonly root: string;
  readonly home: string;
  /** Where commands are run. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  constructor(root: string, folder: string, env: NodeJS.ProcessEnv = {}) {
    this.root = root;
    this.home = join(root, 'home');
    this.folder = folder;
    this.env = env;
  }

  /** Another shell with the same home, in another folder. */
  at(folder: string, env: NodeJS.ProcessEnv = this.env): Desk {
    return new Desk(this.root, folder, env);
  }

  /** The same folder with a copy of the home: what happens there from now on is a story of its own. */
  copy(): Desk {
    const copy = new Desk(scratchFolder(), this.folder, this.env);
    cpSync(this.home, copy.home, { recursive: true, verbatimSymlinks: true });
    return copy;
  }

  /** Runs a command, whatever comes of it. */
  run(...args: string[]): Promise<Result> {
    return runProgram(args, { cwd: this.folder, home: this.home, env: this.env });
  }

  /** Runs a command that must succeed in silence on standard error; gives what it printed. */
  async ok(...args: string[]): Promise<string> {
    const { code, signal, stdout, stderr } = await this.run(...args);
    expect({ args, code, signal, stderr }).toEqual({ args, code: 0, signal: null, stderr: '' });
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

  list(...args: string[]): Promise<Listed[]> {
    return this.json<Listed[]>('list', ...args);
  }

  /** A session as it stands in its file. */
  document(id: string, place = 'sessions'): Session {
    return JSON.parse(readFileSync(this.path(id, place), 'utf8')) as Session;
  }

  path(id: string, place = 'sessions'): string {
    return join(this.home, place, `${id}.json`);
  }

  /** The records of all projects, as they stand in their files. */
  projects(): Project[] {
    const folder = join(this.home, 'projects');
    const names = readdirSync(folder).filter(name => name.endsWith('.json'));
    return names.map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Project);
  }

  /** Waits until the background process has found the first commit of the repository of this folder. */
  identified(): Promise<Project> {
    return until(`identification of ${this.folder}`, () =>
      this.projects().find(project => project.roots.includes(this.folder) && project.identifiedAt !== null),
    );
  }

  /**
   * Runs a command that must fail, in both forms: one sentence, or one line of JSON, on standard
   * error, and nothing on standard output. Only for commands that change nothing when they fail.
   */
  async fails(code: number, ...args: string[]): Promise<ReportedError> {
    // `--json` first, so that it is a flag also where the words end with `--`.
    const [text, json] = await Promise.all([this.run(...args), this.run('--json', ...args)]);
    expectRefusal(text, code);
    expect(text.stderr).toMatch(/^work-sessions: [^\n]+\n$/);
    expectRefusal(json, code);
    const { error } = JSON.parse(json.stderr.trimEnd().split('\n').at(-1) ?? '') as { error: ReportedError };
    expect(error.code).toMatch(/^[a-z_]+$/);
    expect(withoutNumbers(text.stderr)).toContain(withoutNumbers(error.message));
    return error;
  }

  /** Writes settings, as a person's editor would. */
  settings(values: object): void {
    mkdirSync(this.home, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.home, 'config.json'), JSON.stringify(values), { mode: 0o600 });
  }
}

export function expectRefusal(result: Result, code: number): void {
  expect({ ...result, stderr: result.stderr.slice(0, 500) }).toMatchObject({
    code,
    stdout: '',
    signal: null,
  });
  // No stack, no undefined, no object: a sentence.
  expect(result.stderr).not.toMatch(/\n\s+at |undefined|\[object|node:internal/);
}

/** Without what differs from one run to the next: process ids, random digits, waiting times. */
function withoutNumbers(message: string): string {
  return message.replace(/[0-9a-f]{8,}|\d+(\.\d+)?/g, 'N');
}

/** A desk in a plain folder. */
export function plainDesk(name = 'desk'): Desk {
  const root = scratchFolder();
  return new Desk(root, newFolder(root, name));
}

/** A desk in a git repository with one commit. */
export function gitDesk(name = 'desk'): Desk {
  const root = scratchFolder();
  return new Desk(root, repository(join(root, name)));
}

export function scratchFolder(): string {
  return mkdtempSync(join(inject('scratch'), 'desk-'));
}

export function newFolder(...path: string[]): string {
  const folder = join(...path);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Makes a git repository on branch `main`, with a commit unless `empty`. */
export function repository(
  folder: string,
  { empty = false, remote }: { empty?: boolean; remote?: string } = {},
): string {
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '-q', '-b', 'main');
  if (remote) git(folder, 'remote', 'add', 'origin', remote);
  // The message has the folder in it, so that two repositories have not the same first commit.
  if (!empty) commit(folder, `first of ${folder}`);
  return folder;
}

/** Commits a change of one file; gives the commit's name. */
export function commit(folder: string, message: string, file = 'notes.txt'): string {
  writeFileSync(join(folder, file), `${message}\n`, { flag: 'a' });
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', message);
  return git(folder, 'rev-parse', 'HEAD');
}

export function git(folder: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  return execFileSync('git', [...identity, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}

/** Everything below a folder, byte for byte: to tell that nothing was written. */
export function treeOf(folder: string): Record<string, string> {
  const tree: Record<string, string> = {};
  const walk = (path: string, name: string) => {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return;
    const mode = (stats.mode & 0o777).toString(8);
    if (stats.isSymbolicLink()) tree[name] = `link ${readlinkSync(path)}`;
    else if (stats.isFile()) tree[name] = `file ${mode} ${stats.mtimeMs} ${readFileSync(path, 'latin1')}`;
    else {
      tree[name] = `folder ${mode}`;
      for (const entry of readdirSync(path).sort()) walk(join(path, entry), `${name}/${entry}`);
    }
  };
  walk(folder, '.');
  return tree;
}
