// Loaded into the real program before anything else (`node --require`): a disk that fails in one way (DISK_FAILS).
// `flush-folder`: folders cannot be flushed. `continuation`: after a resume's own commit nothing can be written.
const fs = require('node:fs');

const how = process.env.DISK_FAILS;
delete process.env.DISK_FAILS;
const failure = (code, syscall, path) =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, path });
const after = (name, instead) => {
  const real = fs[name];
  fs[name] = Object.assign((...args) => (instead(...args) ? undefined : real.apply(fs, args)), real);
};

if (how === 'flush-folder') {
  after('fsync', (fd, done) => {
    if (!fs.fstatSync(fd).isDirectory()) return false;
    done(failure('EIO', 'fsync'));
    return true;
  });
}
if (how === 'continuation') {
  let committed = false;
  const rename = fs.rename;
  fs.rename = (from, to, done) =>
    rename(from, to, error => {
      if (!error && to.endsWith('.json')) committed = true;
      done(error);
    });
  after('write', (...args) => {
    if (!committed) return false;
    args.at(-1)(failure('ENOSPC', 'write'));
    return true;
  });
}
