import { expect, test } from 'vitest';
import { Latest } from '../../../src/extension/latest.ts';

test('the answer to the last question counts, whichever comes first', () => {
  const questions = new Latest();
  const [first, second] = [questions.begin(), questions.begin()];
  expect([first(), second()]).toEqual([false, true]);
  const third = questions.begin();
  expect([second(), third()]).toEqual([false, true]);
});
