/** The context values of all kinds of row, as `tree/items.ts` makes them. */
export const rows = [
  'project',
  'group active',
  'session active',
  'session active stale',
  'session active needs',
  'session active needs stale',
  'session parked',
  'session completed',
  'session completed resumed',
  'more',
  'unreadable',
  'section',
  'task pending',
  'task in_progress',
  'task completed',
  'task skipped',
  'question',
  'nextStep',
  'decision',
  'event',
  'commit',
  'file',
] as const;

export type Row = (typeof rows)[number];

/** The names that a `when` clause asks for. */
export function identifiers(when: string): string[] {
  return parts(when).map(part => part.key);
}

/** Whether a `when` clause holds, as far as it speaks of these keys; any other key is taken for true. */
export function holds(when: string, context: Record<string, string>): boolean {
  return parts(when).every(({ key, operator, operand, negated }) => {
    const value = context[key];
    if (value === undefined) return true;
    const result =
      operator === '=='
        ? value === operand.replace(/^'(.*)'$/, '$1')
        : operator === '=~'
          ? new RegExp(operand.slice(1, operand.lastIndexOf('/'))).test(value)
          : value !== '';
    return result !== negated;
  });
}

/** The conditions of a clause. Only what package.json uses is understood: `&&`, `!`, `==` and `=~`. */
function parts(when: string) {
  return when
    .split('&&')
    .map(text => text.trim())
    .filter(text => text !== '')
    .map(text => {
      const negated = text.startsWith('!');
      const bare = text.replace(/^!/, '').replace(/^\((.*)\)$/, '$1');
      const match = /^([\w.]+)(?:\s*(==|=~)\s*('[^']*'|\/.*\/|[\w.]+))?$/.exec(bare);
      if (match?.[1] === undefined) throw new Error(`This test does not understand: ${text}`);
      return { key: match[1], operator: match[2], operand: match[3] ?? '', negated };
    });
}
