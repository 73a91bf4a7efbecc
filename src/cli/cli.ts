#!/usr/bin/env node
import module from 'node:module';

// From Node 22 on, compiled code is kept between runs. It has to be switched on before the rest is loaded.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();
const { main } = await import('./main.ts');
await main();
