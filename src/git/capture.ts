import { GitError, runGit } from './runGit.ts';

/** One commit, as much of it as a session keeps. */
export interface CommitSummary {
  sha: string;
  /** The subject: the first paragraph of the message, in one line. May be empty and may hold control characters. */
  message: string;
  /** When it was committed, ISO 8601 in UTC. */
  at: string;
  /** What it changed, as paths from the root with forward slashes; empty for a merge. */
  files: string[];
}

export interface CommitsSinceOptions {
  /** The worktree's folder. */
  root: string;
  /** When the session began, ISO 8601. */
  since: string;
  /** The commit HEAD was at when the session began, if known. */
  startHead?: string | null;
  /** The most commits to give; the newest ones. */
  limit: number;
  /** For each question to git, in milliseconds. */
  timeoutMs?: number;
}

// A record is four fields, each ended by a NUL, then the files, the first of which git puts on a new line.
// Only a record's beginning starts with two slashes: no path in a repository does.
const recordStart = '//';
const recordFormat = `${recordStart}%H%x00%P%x00%ct%x00%s`;
const logFormat = ['-z', `--format=tformat:${recordFormat}`];
const withFiles = ['--name-only', '--no-renames'];
const latestSeconds = Date.UTC(9999, 11, 31) / 1000;
const fullName = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * What HEAD gained since a session began, oldest first. When `startHead` is still an ancestor of HEAD, that is
 * what came after it on HEAD's own line (the first parents), so a merge counts once and what it brought in
 * does not. Otherwise (unknown, rebased away, cut off by a shallow clone) it is the commits on that line whose
 * committer date is not before `since`, to the second. Empty before the first commit.
 * Fails with a `GitError`, or a `RangeError` when `since` is no date.
 */
export async function commitsSince(options: CommitsSinceOptions): Promise<CommitSummary[]> {
  return (await gainedSince(options))?.commits ?? [];
}

interface Gained {
  readonly head: string;
  readonly commits: CommitSummary[];
  /** False: a partial clone has not all that is needed to tell the files. */
  readonly hasFiles: boolean;
}

/** Null where HEAD has gained nothing. */
async function gainedSince(options: CommitsSinceOptions): Promise<Gained | null> {
  const { root, since, startHead, limit, timeoutMs = 5000 } = options;
  const sinceSeconds = Math.floor(Date.parse(since) / 1000);
  if (Number.isNaN(sinceSeconds)) throw new RangeError('since is not a date');
  const head = await headOf(root, timeoutMs);
  // All further questions are about this one commit: HEAD may move between them.
  if (head === null || limit < 1 || head === startHead) return null;
  const range = await ownRange(root, startHead ?? null, head, timeoutMs);
  const which = range ?? ['--first-parent', `--max-age=${Math.max(0, sinceSeconds)}`, head];
  const log = async (...more: string[]) => {
    const args = ['log', ...which, `--max-count=${limit}`, ...logFormat, ...more, '--'];
    const { stdout, truncated } = await runGit(args, { cwd: root, timeoutMs });
    return parseLog(stdout, truncated).reverse();
  };
  try {
    return { head, commits: await log(...withFiles), hasFiles: true };
  } catch (error) {
    if (!(error instanceof GitError && error.code === 'git_failed')) throw error;
    return { head, commits: await log(), hasFiles: false };
  }
}

export interface CaptureOptions extends CommitsSinceOptions {
  /** The session's branch; null where it has none. */
  branch: string | null;
  /** The commits that were captured before, by their full names. */
  captured: readonly string[];
}

export interface Capture {
  /** The session's own commits, oldest first. */
  commits: CommitSummary[];
  /** Of those captured before, the ones that are in HEAD's history no more: amended, rebased, reset away. */
  superseded: string[];
  /** What the superseded ones touched and none of `commits` does. */
  filesLeft: string[];
  /** False: of some commits the files could not be told, as this clone has not all of them. */
  hasFiles: boolean;
}

/**
 * What a session's commits are now. Of what HEAD gained, what other branches and remotes have as well was made by
 * somebody else and came by a pull or a rebase, unless the reflog says that it was made here, on this branch (and
 * pushed or merged since). Where no reflog is kept, all that HEAD gained counts.
 * Fails with a `GitError`, or a `RangeError` when `since` is no date.
 */
export async function captureCommits(options: CaptureOptions): Promise<Capture> {
  const { root, branch, captured, timeoutMs = 5000 } = options;
  const head = await headOf(root, timeoutMs);
  const gained = await gainedSince(options);
  const own = gained ? await ownAmong(gained, root, branch, timeoutMs) : [];
  const { commits, hasFiles } =
    gained?.hasFiles === false ? await withOwnFiles(own, root, timeoutMs) : { commits: own, hasFiles: true };
  const known = new Set(commits.map(({ sha }) => sha));
  const superseded: string[] = [];
  for (const sha of captured
    .filter(each => !known.has(each) && fullName.test(each))
    .slice(-mostLookedAfter)) {
    // 0: it is in the history. 128: this repository does not know it, and can say nothing of it.
    const { exitCode } = await runGit(['merge-base', '--is-ancestor', sha, head ?? sha], {
      cwd: root,
      timeoutMs,
      acceptExitCodes: [0, 1, 128],
    });
    if (exitCode === 1) superseded.push(sha);
  }
  const touched = await filesOf(superseded, root, timeoutMs);
  const still = new Set(commits.flatMap(({ files }) => files));
  return { commits, superseded, filesLeft: touched.filter(file => !still.has(file)), hasFiles };
}

/** How many commits are asked about one by one. */
const mostLookedAfter = 200;

async function ownAmong(
  { head, commits }: Gained,
  root: string,
  branch: string | null,
  timeoutMs: number,
): Promise<CommitSummary[]> {
  if (commits.length === 0) return commits;
  const made = await madeHere(root, branch, timeoutMs);
  if (made === null) return commits;
  const except = branch === null ? [] : [`--exclude=${branch}`];
  const { stdout } = await runGit(
    [
      'rev-list',
      `--max-count=${10 * commits.length + 1000}`,
      head,
      '--not',
      ...except,
      '--branches',
      '--remotes',
      '--',
    ],
    { cwd: root, timeoutMs },
  );
  const nobodyElses = new Set(stdout.split('\n'));
  return commits.filter(({ sha }) => nobodyElses.has(sha) || made.has(sha));
}

const moving = /^checkout: moving from (\S+) to (\S+)$/;
/** What the reflog says of a commit that was made, as against one that was gone to. */
const making =
  /^(?:commit|cherry-pick|revert|am)\b|^(?:pull.*|rebase.*) \((?:pick|squash|fixup|reword|edit|continue|merge)\)|^rebase: (?!fast-forward|checkout)|: Merge made by /;

/** The commits that were made in this worktree while the branch was checked out; null where no reflog is kept. */
async function madeHere(
  root: string,
  branch: string | null,
  timeoutMs: number,
): Promise<ReadonlySet<string> | null> {
  const { stdout, exitCode } = await runGit(
    ['log', '--walk-reflogs', '--max-count=20000', '--format=tformat:%H %gs', 'HEAD', '--'],
    { cwd: root, timeoutMs, acceptExitCodes: [0, 128] },
  );
  const entries = stdout.split('\n').filter(Boolean).reverse();
  if (exitCode !== 0 || entries.length === 0) return null;
  const messages = entries.map(entry => entry.slice(entry.indexOf(' ') + 1));
  // Before the first checkout it was on the branch that this one came from, else on the one that it still is on.
  let on = messages.map(message => moving.exec(message)?.[1]).find(from => from !== undefined) ?? branch;
  const made = new Set<string>();
  for (const [index, message] of messages.entries()) {
    on = moving.exec(message)?.[2] ?? on;
    const isHere = branch === null || on === branch;
    if (isHere && making.test(message)) made.add((entries[index] ?? '').split(' ', 1)[0] ?? '');
  }
  return made;
}

/** The files of commits that were listed without them, as far as this clone has what is needed. */
async function withOwnFiles(own: readonly CommitSummary[], root: string, timeoutMs: number) {
  const commits: CommitSummary[] = [];
  let hasFiles = true;
  for (const commit of own) {
    const files =
      commits.length < mostLookedAfter
        ? await filesOf([commit.sha], root, timeoutMs).catch(() => null)
        : null;
    hasFiles &&= files !== null;
    commits.push({ ...commit, files: files ?? [] });
  }
  return { commits, hasFiles };
}

async function filesOf(shas: readonly string[], root: string, timeoutMs: number): Promise<string[]> {
  if (shas.length === 0) return [];
  const args = ['log', '--no-walk=unsorted', ...logFormat, ...withFiles, ...shas, '--'];
  const { stdout, truncated } = await runGit(args, { cwd: root, timeoutMs });
  return [...new Set(parseLog(stdout, truncated).flatMap(({ files }) => files))];
}

/** Those of some commits (of many, the first thousand) that git knows here, in the history of HEAD or not. Fails with a `GitError`. */
export async function commitsHere(
  root: string,
  shas: readonly string[],
  timeoutMs: number,
): Promise<string[]> {
  const asked = shas.filter(sha => fullName.test(sha)).slice(0, 1000);
  if (asked.length === 0) return [];
  const list = ['rev-list', '--no-walk', '--ignore-missing', ...asked, '--'];
  const { stdout } = await runGit(list, { cwd: root, timeoutMs });
  return stdout.split('\n').filter(Boolean);
}

/** The commit HEAD is at, or null before the first. Fails with a `GitError`, also when `root` is in no repository. */
export async function headOf(root: string, timeoutMs = 5000): Promise<string | null> {
  const { stdout } = await runGit(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], {
    cwd: root,
    timeoutMs,
    acceptExitCodes: [0, 1],
  });
  return stdout.trim() || null;
}

/**
 * The commit that the history of HEAD began with, which is the same wherever the repository is cloned: of
 * several, the oldest. Null before the first commit, in a shallow clone (it may not have it), and when git
 * takes longer than `timeoutMs`. Of another commit's history, if one is given by its full name.
 * Fails with a `GitError` when git is missing or `root` is in no repository.
 */
export async function firstCommit(root: string, timeoutMs: number, of = 'HEAD'): Promise<string | null> {
  // Replaced objects are one clone's own business, and would make its first commit another.
  const listRoots = ['--no-replace-objects', 'rev-list', '--max-parents=0', '--timestamp', of, '--'];
  try {
    const [head, shallow, roots] = await Promise.all([
      headOf(root, timeoutMs),
      runGit(['rev-parse', '--is-shallow-repository'], { cwd: root, timeoutMs }),
      runGit(listRoots, { cwd: root, timeoutMs, acceptExitCodes: [0, 128] }),
    ]);
    if (head === null || shallow.stdout.trim() !== 'false') return null;
    const dated = roots.stdout.split('\n').flatMap(line => {
      const [seconds, sha] = line.trim().split(' ');
      return sha === undefined ? [] : [{ seconds: Number(seconds), sha }];
    });
    dated.sort((a, b) => a.seconds - b.seconds || (a.sha < b.sha ? -1 : 1));
    return dated[0]?.sha ?? null;
  } catch (error) {
    if (error instanceof GitError && error.code === 'git_timeout') return null;
    throw error;
  }
}

/** The arguments for what `head` gained on its own line since `start`, or null when `start` is not in its history. */
async function ownRange(
  root: string,
  start: string | null,
  head: string,
  timeoutMs: number,
): Promise<string[] | null> {
  if (start === null || !fullName.test(start)) return null;
  const range = `${start}..${head}`;
  const [ancestor, oldest] = await Promise.all([
    // 128: the commit is not here (any more).
    runGit(['merge-base', '--is-ancestor', start, head], {
      cwd: root,
      timeoutMs,
      acceptExitCodes: [0, 1, 128],
    }),
    runGit(['rev-list', '--first-parent', '--parents', '--reverse', range, '--'], {
      cwd: root,
      timeoutMs,
      maxBytes: 256,
      acceptExitCodes: [0, 128],
    }),
  ]);
  if (ancestor.exitCode !== 0) return null;
  // After a fast-forward to another branch that had merged this one, the first parents are that branch's
  // line and never pass the start. What descends from the start is the better answer then.
  const [, firstParent] = oldest.stdout.split('\n', 1)[0]?.split(' ') ?? [];
  return [firstParent === start ? '--first-parent' : '--ancestry-path', range];
}

/** Reads what `recordFormat` wrote. Of truncated output, what follows the last NUL is incomplete and left out. */
function parseLog(stdout: string, truncated: boolean): CommitSummary[] {
  const tokens = stdout.split('\0');
  if (truncated) tokens.pop();
  const commits: CommitSummary[] = [];
  for (let index = 0; index < tokens.length; ) {
    const [start = '', parents, seconds, message] = tokens.slice(index, index + 4);
    if (!start.startsWith(recordStart) || parents === undefined || message === undefined) break;
    index += 4;
    const files: string[] = [];
    while (index < tokens.length && !tokens[index]?.startsWith(recordStart)) {
      const file = tokens[index++] ?? '';
      const path = files.length === 0 ? file.replace(/^\n/, '') : file;
      if (path !== '') files.push(path);
    }
    // Git lists for a merge what it brought in, which is not this line's work.
    const isMerge = parents.includes(' ');
    const sha = start.slice(recordStart.length);
    commits.push({ sha, message, at: isoTime(Number(seconds)), files: isMerge ? [] : files });
  }
  return commits;
}

/** A commit can claim any time; one beyond the year 9999 has no usual spelling and becomes its last day. */
function isoTime(seconds: number): string {
  return new Date(Math.min(seconds || 0, latestSeconds) * 1000).toISOString();
}
