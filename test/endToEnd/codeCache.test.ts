import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { plainDesk, scratchFolder } from './support/desk.ts';
import { ended, environment } from './support/program.ts';

/* The compiled code beside the command line: what is wrong in it must end no command. */

test('compiled code with a wrong byte, cut short or full of zeros, is not run', async () => {
  const desk = plainDesk();
  const { id } = await desk.session('start', 'one');
  const folder = join(scratchFolder(), 'cli');
  cpSync(dirname(inject('program')), folder, { recursive: true });
  const run = () => {
    const words = [join(folder, basename(inject('program'))), 'list', '--json'];
    return ended(spawn(process.execPath, words, { cwd: desk.folder, env: environment({ home: desk.home }) }));
  };
  const caches = readdirSync(folder).filter(name => name.endsWith('.cache'));
  const sizeOf = (name: string) => readFileSync(join(folder, name)).byteLength;
  // The largest is the one that every command runs.
  const [largest = ''] = caches.sort((a, b) => sizeOf(b) - sizeOf(a));
  const path = join(folder, largest);
  const right = readFileSync(path);

  const spoilt: [what: string, spoil: () => void][] = Array.from({ length: 16 }, (_, index) => {
    const at = Math.floor((right.byteLength * (index + 0.5)) / 16);
    return [
      `byte ${at}`,
      () => {
        const wrong = Buffer.from(right);
        wrong[at] = (wrong[at] as number) ^ 0x5a;
        writeFileSync(path, wrong);
      },
    ];
  });
  for (const length of [0, 1, 1_000, right.byteLength / 2, right.byteLength - 1])
    spoilt.push([`${length} bytes`, () => truncateSync(path, length)]);
  spoilt.push(['zeros', () => writeFileSync(path, Buffer.alloc(right.byteLength))]);
  for (const [what, spoil] of spoilt) {
    writeFileSync(path, right);
    spoil();
    const { code, signal, stdout, stderr } = await run();
    expect({ what, code, signal, stderr }).toEqual({ what, code: 0, signal: null, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject([{ id }]);
  }
});
