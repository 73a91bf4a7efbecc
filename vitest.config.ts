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
      { test: { name: 'endToEnd', include: ['test/endToEnd/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
  },
});
