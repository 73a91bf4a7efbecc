/**
 * The SHA-256 of a text, in hexadecimal digits. `node:crypto` takes longer to load than a command takes to
 * write its session: it is loaded only by what needs it, as a new project does.
 */
export function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}
