import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Where VS Code itself is kept: outside the tracked files, made once, safe to delete at any time. */
export const cacheFolder = path.join(checkout, '.vscode-test');

/** Where screenshots and logs of tests go. */
export const resultsFolder = path.join(checkout, 'test-results');
