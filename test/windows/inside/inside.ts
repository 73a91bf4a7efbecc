import { interruptAll, lookAtAll } from './crashes.ts';
import { raceForCreation, raceForResume, raceOfMixedWork } from './races.ts';

/*
 * The program that the tests start on Windows's Node, built by esbuild as the product is: one start does what
 * one name stands for, and says what came of it as a line of JSON.
 */

const programs = {
  raceForResume,
  raceForCreation,
  raceOfMixedWork,
  interruptAll,
  lookAtAll,
};

export type InsideName = keyof typeof programs;

const [name, ...args] = process.argv.slice(2) as [InsideName, string, string];
const report = await programs[name](...(args as [string, string]));
process.stdout.write(`${JSON.stringify(report)}\n`);
// What an interrupted operation left running ends here, as it does when a process is killed.
process.exit();
