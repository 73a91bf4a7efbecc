import { defineConfig } from 'vitest/config';

// Three kinds of test, each with a script of its own: `npm run test:unit`, `test:processes`, `test:end-to-end`.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        // Real processes compete for two cores: one file at a time keeps them bounded in time.
        test: {
          name: 'processes',
          include: ['test/processes/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The built program is run, as a person runs it: it is built once, before the first test.
        test: {
          name: 'endToEnd',
          include: ['test/endToEnd/**/*.test.ts'],
          globalSetup: ['test/endToEnd/support/globalSetup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // A real VS Code in a browser: one at a time, and a window takes its seconds.
        test: {
          name: 'window',
          include: ['test/window/**/*.test.ts'],
          globalSetup: ['test/window/support/globalSetup.ts'],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
});
