/** What has to be put back, and what has to be disposed of, when a test is over; the last one first. */
const endings: (() => unknown)[] = [];

/** Runs something when the test is over, however it ends. */
export function atEnd(ending: () => unknown): void {
  endings.push(ending);
}

/** Takes ownership of something for the length of a test. */
export function own<T extends { dispose(): unknown }>(disposable: T): T {
  atEnd(() => disposable.dispose());
  return disposable;
}

/** Puts something of the test's own in the place of a part of VS Code's API, for the length of a test. */
export function replace<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): void {
  const before = Object.getOwnPropertyDescriptor(target, key);
  if (!(key in target)) throw new Error(`There is no ${String(key)} to replace`);
  Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
  atEnd(() => (before ? Object.defineProperty(target, key, before) : Reflect.deleteProperty(target, key)));
}

afterEach(async function () {
  const problems: unknown[] = [];
  for (let ending = endings.pop(); ending !== undefined; ending = endings.pop()) {
    try {
      await ending();
    } catch (error) {
      problems.push(error);
    }
  }
  // A test that has failed has left things undone; a hook that fails ends the whole run.
  if (problems.length > 0 && this.currentTest?.state !== 'failed') throw problems[0];
});
