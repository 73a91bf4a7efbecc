#!/usr/bin/env node
import module from 'node:module';
import { useCodeCache } from './codeCache.ts';

// Compiled code is kept between runs. It has to be switched on before the rest is loaded.
const { enableCompileCache } = module as { enableCompileCache?: () => void };
if (enableCompileCache) enableCompileCache();
else useCodeCache();
void import('./main.ts').then(({ main }) => main());
