// Loaded into the server before VS Code. A test run that is killed cannot stop the server it started, but the
// pipe it held breaks; the server then ends itself and everything it started. Processes that the server forks
// inherit this preload and must not act on it: their standard input is not that pipe.
if (/server-main\.js$/.test(process.argv[1] ?? '')) {
  process.stdin.resume();
  process.stdin.on('error', end);
  process.stdin.on('end', end);
  process.stdin.on('close', end);
}

function end() {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.exit(1);
  }
}
