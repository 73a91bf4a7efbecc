import { access, constants } from 'node:fs/promises';
import path from 'node:path';

const names = ['code', 'codium', 'cursor'];

/** The launcher of a VS Code that is installed on this machine; undefined where a window cannot be shown. */
export async function findEditor(env = process.env) {
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined;
  const endings = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  for (const name of names) {
    for (const folder of (env.PATH ?? '').split(path.delimiter)) {
      for (const ending of endings) {
        const file = path.join(folder, name + ending);
        if (folder !== '' && (await isExecutable(file))) return file;
      }
    }
  }
  return undefined;
}

/** @param {string} file */
async function isExecutable(file) {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
