/*
 * `node:crypto` takes longer to load than a command takes to write its session. It is loaded only by
 * what needs it, which is what happens once: a new project, an agent's first call.
 */

/** Hexadecimal digits that nobody else has. They are names, no secrets. */
export function randomHex(digits: 8 | 16): string {
  const eight = () =>
    Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return digits === 8 ? eight() : eight() + eight();
}

/** The SHA-256 of a text, in hexadecimal digits. */
export function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex');
}
