import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Session } from '../../../src/model/session.ts';
import type { Session4 } from '../../../src/model/session4.ts';
import { type Desk, gitDesk } from './desk.ts';

/*
 * What the last program of version 4 wrote: its home, an export of all there was, and the continuation that is
 * missing in the home, as it was made. Made by that program's own commands, with `@FOLDER@` for the folder, one year
 * earlier, and two fields that it did not know (`mood`, `weather`).
 */

const fixtures = join(import.meta.dirname, '../fixtures/v4');
const id = (digits: string) => `sess_20251125T1612_${digits}`;

/** The sessions of that home, by what became of them. */
export const before = {
  /** Has something of everything, and was completed and reopened. */
  active: id('bba4310b'),
  parked: id('35ce2683'),
  resumed: id('bb48bf39'),
  continuation: id('bd7f83dc'),
  /** Resumed by a program that was killed before it had written the continuation. */
  interrupted: id('1a7e4550'),
  missing: id('1bec2680'),
  completed: id('08ecbc4e'),
  archived: id('20d53ea0'),
  trashed: id('fc11e8b9'),
  /** In the claim of its agent, whose program was killed before it had written the document. */
  claimed: id('bb7f5464'),
};

/** A desk whose home is as version 4 left it. */
export function deskOfBefore(): Desk {
  const desk = gitDesk('shop');
  for (const path of filesIn(join(fixtures, 'home'))) {
    const target = join(desk.home, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    writeFileSync(target, textOf(desk, 'home', path), { mode: 0o600 });
  }
  return desk;
}

/** The export that version 4 made of that home, in a file. */
export function exportOfBefore(desk: Desk): string {
  const path = join(desk.root, 'export.json');
  writeFileSync(path, textOf(desk, 'export.json'));
  return path;
}

/** The missing continuation as version 4 had made it. */
export function missingContinuation(desk: Desk): Session4 {
  return JSON.parse(textOf(desk, 'continuation.json')) as Session4;
}

/** A document that is of version 4 still. */
export function oldDocument(desk: Desk, id: string, place = 'sessions'): Session4 {
  return desk.document(id, place) as Session as unknown as Session4;
}

function textOf(desk: Desk, ...path: string[]): string {
  const text = readFileSync(join(fixtures, ...path), 'utf8');
  return text.replaceAll('@FOLDER@', JSON.stringify(desk.folder).slice(1, -1));
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true }) as string[];
  return names.filter(name => statSync(join(folder, name)).isFile());
}
