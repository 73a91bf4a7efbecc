#!/usr/bin/env node
import { useCodeCache } from './codeCache.ts';

// It has to be switched on before the rest is loaded.
useCodeCache();
import('./main.ts').then(
  ({ main }) => main(),
  error => {
    // Half an installation, or one that is being replaced just now.
    process.stderr.write(
      `work-sessions: The program cannot be loaded (${error?.code ?? 'broken'}); install it again.\n`,
    );
    process.exitCode = 5;
  },
);
