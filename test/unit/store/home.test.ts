import { join, resolve } from 'node:path';
import { expect, test, vi } from 'vitest';

const system = vi.hoisted(() => ({ homedir: vi.fn<() => string>(), userInfo: vi.fn() }));
vi.mock('node:os', async original => ({ ...(await original<object>()), ...system }));

const { homeAt } = await import('../../../src/store/home.ts');

const person = resolve('/person');

/** What the environment names, and the system's own record of the person; null: there is none. */
function theSystemSays(environment: string, entry: string | null): void {
  system.homedir.mockReturnValue(environment);
  system.userInfo.mockImplementation(() => {
    if (entry === null) throw new Error('there is no such person');
    return { homedir: entry };
  });
}

test.for([
  ['~', person],
  ['~/x', join(person, 'x')],
  ['~\\x', process.platform === 'win32' ? join(person, 'x') : resolve('~\\x')],
  ['~x', resolve('~x')],
  ['a/~/b', resolve('a/~/b')],
  [join(person, 'y'), join(person, 'y')],
])('%s is %s, given or in the environment', ([given, root]) => {
  theSystemSays(person, null);
  expect(homeAt(given, {}).root).toBe(root);
  expect(homeAt(undefined, { WORK_SESSIONS_HOME: given }).root).toBe(root);
  expect(homeAt('', { WORK_SESSIONS_HOME: given }).root).toBe(root);
});

test('without any it is in the person’s folder, by the system’s record where the environment says nothing', () => {
  theSystemSays(person, null);
  expect(homeAt(undefined, {}).root).toBe(join(person, '.work-sessions'));
  for (const nothing of ['', 'relative']) {
    theSystemSays(nothing, resolve('/recorded'));
    expect(homeAt(undefined, { WORK_SESSIONS_HOME: '' }).root).toBe(resolve('/recorded/.work-sessions'));
    expect(homeAt('~/x', {}).root).toBe(resolve('/recorded/x'));
  }
});

test('a person of whom nothing is known is told so, unless a home is named', () => {
  for (const entry of [null, '']) {
    theSystemSays('', entry);
    // Where neither is known, asking for the first fails as well.
    if (entry === null)
      system.homedir.mockImplementation(() => {
        throw new Error('there is no such person');
      });
    for (const given of [undefined, '~', '~/x'])
      expect(() => homeAt(given, {})).toThrow(expect.objectContaining({ code: 'no_home' }));
    expect(homeAt(resolve('/named'), {}).root).toBe(resolve('/named'));
  }
});
