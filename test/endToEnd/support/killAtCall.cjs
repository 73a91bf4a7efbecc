// Loaded into the real program before anything else (`node --require`): kills it, as the system would,
// right before the n-th call to the file system (KILL_AT_CALL). Without a number it counts the calls and
// says at the end how many there were, in the file KILL_COUNT_FILE.
const fs = require('node:fs');

const killAt = Number(process.env.KILL_AT_CALL ?? 0);
const countFile = process.env.KILL_COUNT_FILE;
// What the program starts (git, the background identification) is not part of the walk.
delete process.env.KILL_AT_CALL;
delete process.env.KILL_COUNT_FILE;

const names = [
  ...['open', 'close', 'read', 'write', 'fsync', 'fstat', 'stat', 'lstat', 'readdir', 'realpath', 'readFile'],
  ...['mkdir', 'rmdir', 'rename', 'unlink', 'utimes', 'chmod', 'rm', 'writeFile', 'lstatSync', 'statSync'],
];
const writeFileSync = fs.writeFileSync;
let calls = 0;

for (const name of names) {
  const real = fs[name];
  fs[name] = Object.assign(function (...args) {
    calls++;
    if (calls === killAt) process.kill(process.pid, 'SIGKILL');
    return real.apply(this, args);
  }, real);
}

if (countFile) process.on('exit', () => writeFileSync(countFile, String(calls)));
