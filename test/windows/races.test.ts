import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unhurried } from '../support/temporaryHome.ts';
import { competitors, type RaceReport } from './inside/races.ts';
import { inside, scratchFolder, WindowsDesk } from './support/onWindows.ts';

const writers = [0, 1, 2, 3];

test('4 terminals that log at once: every command is acknowledged, and every note is there', async () => {
  const desk = new WindowsDesk();
  desk.settings(unhurried);
  const { id } = await desk.session('start', 'Fix the login');
  const notes = await Promise.all(
    writers.map(async writer => {
      const written: string[] = [];
      for (let number = 0; number < 6; number++) {
        const note = `note ${number} of writer ${writer}`;
        await desk.ok('log', note, '--session', id);
        written.push(note);
      }
      return written;
    }),
  );
  const session = desk.document(id);
  expect(session.events.map(({ message }) => message).sort()).toEqual(notes.flat().sort());
  expect(session.revision).toBe(1 + notes.flat().length);
});

test('4 terminals that resume at once: one goes on, the others are told where', async () => {
  const desk = new WindowsDesk();
  desk.settings(unhurried);
  for (const round of [1, 2]) {
    const { id } = await desk.session('start', `piece ${round}`);
    await desk.ok('park', id);
    const results = await Promise.all(writers.map(() => desk.run('resume', id)));
    const resumedAs = String(desk.document(id).resumedAs);
    const winners = results.filter(({ code }) => code === 0);
    expect(winners).toEqual([{ code: 0, stdout: expect.stringContaining(`piece ${round}`), stderr: '' }]);
    for (const { code, stdout, stderr } of results.filter(result => result.code !== 0)) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^work-sessions: [^\n]+\n$/);
      expect(stderr).toContain(resumedAs);
    }
    expect(desk.document(resumedAs)).toMatchObject({ resumedFrom: id, status: 'active' });
  }
});

test('4 terminals that start one agent’s session at once: all have the same one', async () => {
  const desk = new WindowsDesk();
  desk.settings(unhurried);
  const words = ['start', 'Fix the login', '--agent', 'claude', '--agent-session', 'agent-7'];
  const ids = await Promise.all(writers.map(async () => (await desk.session(...words)).id));
  expect(new Set(ids).size).toBe(1);
  expect(await desk.json<object[]>('list', '--all')).toMatchObject([{ id: ids[0] }]);
});

test.for([
  ['raceForResume', 'a parked session has one continuation, and every loser is told which'],
  ['raceForCreation', 'processes of one agent get one session'],
  ['raceOfMixedWork', 'whatever is done to one session at once, nothing that was acknowledged is lost'],
] as const)('%s: %s, time after time', async ([name]) => {
  const home = join(scratchFolder(), 'home');
  mkdirSync(home);
  writeFileSync(join(home, 'config.json'), JSON.stringify(unhurried));
  const { problems, rounds } = await inside<RaceReport>(name, home, competitors);
  expect(problems).toEqual([]);
  expect(rounds).toBeGreaterThan(20);
});
