/** Names that Windows keeps for devices; a file of that name cannot be made there, with any ending. */
const deviceName = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;
const safeId = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** True for an id that is a safe file name on every platform: no separators, dots, spaces or device names. */
export function isSafeId(id: string): boolean {
  return safeId.test(id) && !deviceName.test(id);
}

/** True for a file name that Windows keeps for a device: what comes before the first dot decides. */
export function isDeviceName(name: string): boolean {
  return deviceName.test(name.split('.')[0]?.trimEnd() ?? '');
}

/**
 * Makes a session id in the ancestor's readable shape with room for more: `sess_20261121T1430_1a2b3c4d`.
 * `random` is eight hexadecimal digits; the time is UTC, to the minute.
 */
export function sessionId(now: Date, random: string): string {
  const digits = now.toISOString().replace(/[-:]/g, '');
  return `sess_${digits.slice(0, 13)}_${random}`;
}
