import { join } from 'node:path';
import { readText } from './files.ts';

/** Where HEAD points: the branch (null when detached), and its commit (null when there is none yet). */
export interface Head {
  branch: string | null;
  head: string | null;
}

const maxRefBytes = 4096;
const maxPackedRefsBytes = 64 * 1024 * 1024;
const objectName = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
// What git allows in a reference's name, as far as it matters where the name becomes a path.
const referenceName = /^refs\/[^\0-\x20\x7f\\:?*[~^]+$/;
// These belong to one worktree; all others are shared by a repository's worktrees.
const ownReference = /^refs\/(?:bisect|worktree|rewritten)\//;

/** What the text of a HEAD file (or of another reference's file) says, or null when it says nothing sensible. */
export function parseReference(text: string): { sha: string } | { ref: string } | null {
  const content = text.trim();
  if (objectName.test(content)) return { sha: content };
  const ref = content.startsWith('ref:') ? content.slice(4).trim() : '';
  return referenceName.test(ref) && !ref.includes('..') ? { ref } : null;
}

/**
 * Reads where HEAD points from the files of a repository: a detached commit, a loose reference, or a packed
 * one. Gives null when HEAD makes no sense, and `'elsewhere'` when the repository keeps its references in
 * another format (reftable), which only git can read.
 */
export async function readHead(
  text: string,
  gitDir: string,
  commonDir: string,
): Promise<Head | 'elsewhere' | null> {
  const first = parseReference(text);
  if (first === null) return null;
  if ('sha' in first) return { branch: null, head: first.sha };
  if (first.ref === 'refs/heads/.invalid') return 'elsewhere';
  const branch = first.ref.startsWith('refs/heads/') ? first.ref.slice('refs/heads/'.length) : null;
  return { branch, head: await commitOf(first.ref, gitDir, commonDir) };
}

async function commitOf(reference: string, gitDir: string, commonDir: string): Promise<string | null> {
  let ref = reference;
  // A branch may be a name for another branch; git follows five such steps.
  for (let step = 0; step < 5; step++) {
    const folder = ownReference.test(ref) ? gitDir : commonDir;
    const text = await readText(join(folder, ref), maxRefBytes);
    const target = text === null ? null : parseReference(text);
    if (target === null) return packedCommit(ref, commonDir);
    if ('sha' in target) return target.sha;
    ref = target.ref;
  }
  return null;
}

/** The file has a line `<sha> <reference>` for each, and is searched rather than split: it may be large. */
async function packedCommit(ref: string, commonDir: string): Promise<string | null> {
  const text = await readText(join(commonDir, 'packed-refs'), maxPackedRefsBytes);
  const end = text?.indexOf(` ${ref}\n`) ?? -1;
  if (text === null || end < 0) return null;
  const sha = text.slice(text.lastIndexOf('\n', end) + 1, end);
  return objectName.test(sha) ? sha : null;
}
