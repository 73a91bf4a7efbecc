#!/usr/bin/env node
import { useCodeCache } from './codeCache.ts';

// It has to be switched on before the rest is loaded.
useCodeCache();
void import('./main.ts').then(({ main }) => main());
