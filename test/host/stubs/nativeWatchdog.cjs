// Stands in for @vscode/native-watchdog, whose native module is compiled on installation. The extension host
// asks it to end the process once the process that started it is gone.
exports.start = (/** @type {number} */ pid) => {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') process.exit(87);
    }
  }, 1000).unref();
};

exports.exit = (/** @type {number | undefined} */ code) => process.exit(code || 0);
