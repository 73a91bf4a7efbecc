import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { parseConfig } from './configFile.ts';
import { kindOf, readText, realPath } from './files.ts';
import { type Head, readHead } from './head.ts';
import { runGit } from './runGit.ts';

/** The git worktree that a folder is in. All paths are real ones: links resolved, on Windows in their true case. */
export interface Worktree extends Head {
  /** The folder that holds `.git`. */
  root: string;
  /** Where git keeps what belongs to this worktree alone: HEAD, index. */
  gitDir: string;
  /** Where git keeps what all worktrees of the repository share; equal for two worktrees of one repository. */
  commonDir: string;
}

const maxFileBytes = 1024 * 1024;

/**
 * Finds the worktree that `folder` is in, from the file system alone: it stands on the way of every command,
 * and starting git takes longer than all of it. Gives null when the folder is in none: no `.git` above it, a
 * bare repository, a linked worktree whose repository is gone, or no such folder. A `.git` folder without a
 * usable HEAD is passed over, as git does. `branch` is null when HEAD is detached; `head` is the commit that
 * HEAD stands for, null before the first. Only for a repository with reftable is git asked for these two.
 *
 * Nothing in the environment changes the answer except `GIT_CEILING_DIRECTORIES`, which stops the walk
 * below the folders it lists, as it stops git's own. `core.worktree` is not followed. Never throws.
 */
export async function findWorktree(folder: string, mayRunGit = true): Promise<Worktree | null> {
  const found = await findRepository(folder, mayRunGit);
  return found && 'root' in found ? found : null;
}

/** A repository that has no worktree of its own, and the folder that stands for it. */
export interface BareRepository {
  commonDir: string;
}

/**
 * `findWorktree`, and where there is none the bare repository that the folder belongs to: it is one, or holds one
 * whose worktrees stand beside it (`NAME/.bare`, with `NAME/.git` leading there). `mayRunGit`: whether git may be
 * asked what only it can read (reftable), which it may not in a folder that is not trusted.
 */
export async function findRepository(
  folder: string,
  mayRunGit = true,
): Promise<Worktree | BareRepository | null> {
  // A folder that is gone is not walked up from: above it may be another worktree than the one it was in.
  const start = await realPath(folder);
  if (start === null) return null;
  const ceilings = await ceilingFolders(process.env.GIT_CEILING_DIRECTORIES);
  for (let directory = start; ; directory = dirname(directory)) {
    const found = await repositoryAt(directory, mayRunGit);
    if (found !== 'none') return found;
    const parent = dirname(directory);
    if (parent === directory || ceilings.has(parent)) return null;
  }
}

type Found = Worktree | BareRepository | null;

/** The repository whose `.git` is in this very folder, null when there is one that is no use, or `'none'`. */
async function repositoryAt(root: string, mayRunGit: boolean): Promise<Found | 'none'> {
  const dotGit = join(root, '.git');
  const kind = await kindOf(dotGit);
  if (kind !== 'file') {
    const found = kind === 'folder' ? await openGitDir(root, dotGit, mayRunGit) : undefined;
    return found === undefined ? ((await bareAt(root)) ?? 'none') : found;
  }
  // A file that leads nowhere is an error to git. Walking on would take a linked worktree, kept inside its
  // repository, for that repository's own folder and branch.
  const target = /^gitdir: (.+?)[\r\n]*$/s.exec((await readText(dotGit, maxFileBytes)) ?? '')?.[1];
  return target === undefined ? null : ((await openGitDir(root, resolve(root, target), mayRunGit)) ?? null);
}

/** A bare repository that is this very folder. Only a folder with its three parts is looked at. */
async function bareAt(folder: string): Promise<BareRepository | null> {
  const parts = await Promise.all(['objects', 'refs'].map(part => kindOf(join(folder, part))));
  if (!parts.every(kind => kind === 'folder') || (await kindOf(join(folder, 'HEAD'))) !== 'file') return null;
  const config = await readText(join(folder, 'config'), maxFileBytes);
  return isBare(config ?? '') ? { commonDir: folder } : null;
}

/** Reads a git folder. Undefined when it is none. */
async function openGitDir(root: string, path: string, mayRunGit: boolean): Promise<Found | undefined> {
  const [gitDir, head, common, config] = await Promise.all([
    realPath(path),
    readText(join(path, 'HEAD'), maxFileBytes),
    readText(join(path, 'commondir'), maxFileBytes),
    readText(join(path, 'config'), maxFileBytes),
  ]);
  if (gitDir === null || head === null) return undefined;
  const commonDir = common === null ? gitDir : await realPath(resolve(gitDir, common.trim()));
  if (commonDir === null) return undefined;
  const where = await readHead(head, gitDir, commonDir);
  if (where === null) return undefined;
  // A linked worktree has no such file of its own: those of a bare repository are real worktrees.
  if (isBare(config ?? '')) return { commonDir };
  if (where !== 'elsewhere') return { root, gitDir, commonDir, ...where };
  // Such a HEAD means another format of references, if the repository says so; git is started for nothing else.
  const shared = common === null ? config : await readText(join(commonDir, 'config'), maxFileBytes);
  const asked = mayRunGit && isReftable(shared ?? '') ? await askGit(root) : { branch: null, head: null };
  return { root, gitDir, commonDir, ...asked };
}

function isBare(config: string): boolean {
  const value = parseConfig(config).findLast(
    entry => entry.section === 'core' && entry.name === 'bare',
  )?.value;
  return value !== undefined && /^(?:true|yes|on|[1-9]\d*)$/i.test(value);
}

function isReftable(config: string): boolean {
  return parseConfig(config).some(
    ({ section, name, value }) =>
      section === 'extensions' && name === 'refstorage' && /^reftable$/i.test(value),
  );
}

async function askGit(root: string): Promise<Head> {
  const ask = async (...args: string[]) => {
    const { stdout } = await runGit(args, { cwd: root, acceptExitCodes: [0, 1] });
    return stdout.trim() || null;
  };
  try {
    const [branch, head] = await Promise.all([
      ask('symbolic-ref', '--quiet', 'HEAD'),
      ask('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'),
    ]);
    return { branch: branch?.startsWith('refs/heads/') ? branch.slice('refs/heads/'.length) : null, head };
  } catch {
    // The folder is a worktree even where git is too old to read it.
    return { branch: null, head: null };
  }
}

async function ceilingFolders(list: string | undefined): Promise<ReadonlySet<string>> {
  const folders = (list ?? '').split(delimiter).filter(isAbsolute);
  return new Set(await Promise.all(folders.map(async folder => (await realPath(folder)) ?? resolve(folder))));
}
