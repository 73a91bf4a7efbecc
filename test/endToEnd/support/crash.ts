import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseDocument, parseSession } from '../../../src/model/parseSession.ts';
import { type Place, places } from '../../../src/model/session.ts';
import type { Desk } from './desk.ts';
import { type Result, runProgram } from './program.ts';

/** A command that is killed before its n-th call to the file system, for each n until it gets through. */
export interface Interrupted {
  /** The home as it is before, copied for each try. */
  readonly before: Desk;
  readonly words: readonly string[];
  /** Every how many calls it is killed. */
  readonly step: number;
  /** Looks at the home after the crash, runs the next command in it, and looks again. */
  readonly next: (desk: Desk) => Promise<void>;
}

/** Runs the walk; gives how many times the command was killed. */
export async function walkCrashes({ before, words, step, next }: Interrupted): Promise<number> {
  // Whoever came next and had to wait until the dead one's lock is stale would be refused before.
  before.settings({ lockStaleSeconds: 600, lockWaitSeconds: 30 });
  for (let call = 1; ; call += step) {
    const desk = before.copy();
    const result = await killedAt(desk, words, call);
    expectReadable(desk);
    if (result.signal !== 'SIGKILL') {
      expect({ call, result }).toMatchObject({ call, result: { code: 0, signal: null, stderr: '' } });
      return (call - 1) / step;
    }
    await next(desk);
    expectReadable(desk);
  }
}

function killedAt(desk: Desk, words: readonly string[], call: number): Promise<Result> {
  const preload = join(import.meta.dirname, 'killAtCall.cjs');
  return runProgram(words, {
    cwd: desk.folder,
    home: desk.home,
    env: { KILL_AT_CALL: String(call) },
    nodeOptions: ['--require', preload],
  });
}

/** Every document in the home can be read. */
function expectReadable(desk: Desk): void {
  for (const place of [...places, 'projects', 'agents']) {
    for (const name of namesIn(join(desk.home, place))) {
      const path = join(desk.home, place, name);
      const text = readFileSync(path, 'utf8');
      if (places.includes(place as Place)) parseSession(text, name.replace('.json', ''), path);
      else parseDocument(text, path);
    }
  }
}

/** The places in which a document of this id stands. */
export function placesOf(desk: Desk, id: string): Place[] {
  return places.filter(place => namesIn(join(desk.home, place)).includes(`${id}.json`));
}

export function idsIn(desk: Desk, place: Place): string[] {
  return namesIn(join(desk.home, place)).map(name => name.replace('.json', ''));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => name.endsWith('.json'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
