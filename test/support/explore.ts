export interface Step<S> {
  readonly label: string;
  readonly state: S;
}

export interface Exploration {
  /** How many different states there are; of an exploration that found a violation, how many were seen. */
  readonly states: number;
  /** How many of them nothing can follow. */
  readonly ends: number;
  /** The shortest way to a state that must not be; null if there is none. */
  readonly trace: readonly string[] | null;
  readonly violation: string | null;
}

/** Every state that can be reached, the nearest first; ends at the first that must not be. A state is known by its key. */
export function explore<S>(
  initial: S,
  stepsFrom: (state: S) => Step<S>[],
  violationOf: (state: S) => string | null,
  keyOf: (state: S) => string,
): Exploration {
  const cameFrom = new Map<string, { before: string; label: string } | null>([[keyOf(initial), null]]);
  let level: S[] = [initial];
  let ends = 0;
  while (level.length > 0) {
    const next: S[] = [];
    for (const state of level) {
      const key = keyOf(state);
      const violation = violationOf(state);
      if (violation !== null)
        return { states: cameFrom.size, ends, trace: traceTo(key, cameFrom), violation };
      const steps = stepsFrom(state);
      if (steps.length === 0) ends++;
      for (const { label, state: after } of steps) {
        const afterKey = keyOf(after);
        if (cameFrom.has(afterKey)) continue;
        cameFrom.set(afterKey, { before: key, label });
        next.push(after);
      }
    }
    level = next;
  }
  return { states: cameFrom.size, ends, trace: null, violation: null };
}

function traceTo(key: string, cameFrom: Map<string, { before: string; label: string } | null>): string[] {
  const trace: string[] = [];
  for (let step = cameFrom.get(key); step; step = cameFrom.get(step.before)) trace.unshift(step.label);
  return trace;
}
