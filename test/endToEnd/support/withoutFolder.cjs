// Loaded into the real program before anything else (`node --require`): removes the folder that it is in.
const { rmdirSync } = require('node:fs');

rmdirSync(process.cwd());
