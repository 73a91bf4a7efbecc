import { defineConfig } from 'vitest/config';
import { measurePace, patience } from './test/support/pace.mjs';

// Limits are there to end what hangs, and far away from what anything takes: tests must hold on a machine that
// is busy with other work. What is to be fast is shown by counting, or by the benchmark.
measurePace();
const expect = { poll: { timeout: patience(30_000) } };

// Each kind of test has a script of its own: `npm run test:unit`, `test:processes`, and so on.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: patience(120_000),
          hookTimeout: patience(60_000),
          expect,
        },
      },
      {
        // Real processes compete for two cores: one file at a time keeps them bounded in time.
        test: {
          name: 'processes',
          include: ['test/processes/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: patience(300_000),
          hookTimeout: patience(120_000),
          expect,
        },
      },
      {
        // The built program is run, as a person runs it: it is built once, before the first test.
        test: {
          name: 'endToEnd',
          include: ['test/endToEnd/**/*.test.ts'],
          globalSetup: ['test/endToEnd/support/globalSetup.ts'],
          testTimeout: patience(300_000),
          hookTimeout: patience(120_000),
          expect,
        },
      },
      {
        // Windows's Node, on Linux under Wine, where starting a program takes its seconds: one at a time.
        test: {
          name: 'windows',
          include: ['test/windows/**/*.test.ts'],
          globalSetup: ['test/windows/support/globalSetup.ts'],
          fileParallelism: false,
          testTimeout: patience(300_000),
          hookTimeout: patience(60_000),
          expect,
        },
      },
      {
        // A real VS Code in a browser: one at a time, and a window takes its seconds.
        test: {
          name: 'window',
          include: ['test/window/**/*.test.ts'],
          globalSetup: ['test/window/support/globalSetup.ts'],
          fileParallelism: false,
          testTimeout: patience(240_000),
          hookTimeout: patience(120_000),
          expect,
        },
      },
    ],
  },
});
