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
  const { root, since, startHead, limit, timeoutMs = 5000 } = options;
  const sinceSeconds = Math.floor(Date.parse(since) / 1000);
  if (Number.isNaN(sinceSeconds)) throw new RangeError('since is not a date');
  const head = await headOf(root, timeoutMs);
  // All further questions are about this one commit: HEAD may move between them.
  if (head === null || limit < 1 || head === startHead) return [];
  const range = await ownRange(root, startHead ?? null, head, timeoutMs);
  const { stdout, truncated } = await runGit(
    [
      'log',
      ...(range ?? ['--first-parent', `--max-age=${Math.max(0, sinceSeconds)}`, head]),
      `--max-count=${Math.floor(limit)}`,
      '-z',
      '--name-only',
      '--no-renames',
      `--format=tformat:${recordFormat}`,
      '--',
    ],
    { cwd: root, timeoutMs },
  );
  return parseLog(stdout, truncated).reverse();
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
 * takes longer than `timeoutMs`. Fails with a `GitError` when git is missing or `root` is in no repository.
 */
export async function firstCommit(root: string, timeoutMs: number): Promise<string | null> {
  // Replaced objects are one clone's own business, and would make its first commit another.
  const listRoots = ['--no-replace-objects', 'rev-list', '--max-parents=0', '--timestamp', 'HEAD', '--'];
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
