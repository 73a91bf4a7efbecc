import { expect, test } from 'vitest';
import { plainDesk, treeOf } from './support/desk.ts';

test.each([
  ['too many tags', ['start', 'one', ...Array.from({ length: 51 }, (_, index) => `--tag=t${index}`)], 2],
  ['a task twice', ['start', 'one', '--task', 'same', '--task', 'same'], 1],
  ['an agent without an id', ['start', 'one', '--agent', 'claude'], 2],
  ['a project that is not there', ['start', 'one', '--project', 'nowhere'], 3],
  ['too long a roadmap', ['project', 'set', ...Array.from({ length: 501 }, (_, at) => `--doing=${at}`)], 2],
])('what is refused (%s) registers no project and writes nothing', async (_, args, code) => {
  const desk = plainDesk();
  // The home is made, so that nothing else is new.
  await desk.ok('config', 'set', 'staleHours', '24');
  const before = treeOf(desk.home);
  await desk.fails(code, ...args);
  expect(treeOf(desk.home)).toEqual(before);
});

test('an agent that is at work elsewhere registers no project by asking for its session', async () => {
  const desk = plainDesk('here');
  const agent = ['--agent', 'claude', '--agent-session', 'a1'];
  const { id } = await desk.session('start', 'one', ...agent);
  const elsewhere = desk.at(desk.root);
  expect((await elsewhere.session('start', 'again', ...agent)).id).toBe(id);
  expect(desk.projects().map(({ name }) => name)).toEqual(['here']);
});
