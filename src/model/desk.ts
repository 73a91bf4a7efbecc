import { SessionError } from './errors.ts';
import { sha256 } from './hash.ts';
import { maxDeskBytes } from './limits.ts';
import { canonical } from './merge.ts';

/*
 * A desk is what lay open in a window: its layout, tabs, cursors, breakpoints. It lies in a file of its own, named
 * by what is in it, so that a session only names it and one that did not change is there once.
 */

/** A desk as it is written: its name, and its text. */
export interface DeskFile {
  /** The SHA-256 of the text, in hexadecimal digits. */
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
  readonly text: string;
}

/** A desk as a file: the same text for the same desk, whatever the order of its fields. @throws SessionError `over_limit` */
export function deskFile(desk: object): DeskFile {
  const text = canonical(desk);
  const size = new TextEncoder().encode(text).length;
  if (size > maxDeskBytes)
    throw new SessionError('over_limit', { field: 'desk', limit: maxDeskBytes, unit: 'bytes' });
  return { hash: sha256(text), size, text };
}

/** True for what can be the name of a desk: it becomes a path. */
export function isDeskHash(hash: string): boolean {
  return /^[0-9a-f]{64}$/.test(hash);
}
