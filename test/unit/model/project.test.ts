import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newProject, projectSchema, relocate, setRoadmap } from '../../../src/model/project.ts';
import { minute } from '../../support/builders.ts';

const project = newProject(
  { key: 'prj_1', name: 'api', root: '/a', commonDir: '/a/.git', remote: null },
  minute(0),
);

test('a new project is a valid one', () => {
  expect(projectSchema.parse(project)).toEqual(project);
});

test('an item stands in one list only', () => {
  const items = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 });
  fc.assert(
    fc.property(
      fc.array(fc.record({ done: items, doing: items, upcoming: items, remove: items }), { maxLength: 6 }),
      inputs => {
        let next = project;
        for (const input of inputs) next = setRoadmap(next, input);
        const all = [...next.done, ...next.doing, ...next.upcoming];
        expect(new Set(all).size).toBe(all.length);
      },
    ),
  );
});

test('items move, go and come, and the phase stays unless it is given', () => {
  let next = setRoadmap(project, { phase: 'alpha', doing: ['a'], upcoming: ['b', 'c'] });
  next = setRoadmap(next, { done: ['a'], doing: ['b'], remove: ['c'] });
  expect(next).toMatchObject({ phase: 'alpha', done: ['a'], doing: ['b'], upcoming: [] });
  expect(setRoadmap(next, { phase: null }).phase).toBeNull();
});

test('a project that moved is known by its newest place first', () => {
  const moved = relocate(project, { root: '/b', commonDir: '/b/.git', remote: 'r' });
  expect(moved).toMatchObject({ roots: ['/b', '/a'], commonDirs: ['/b/.git', '/a/.git'], remote: 'r' });
  expect(relocate(moved, { root: '/a', commonDir: null, remote: null })).toMatchObject({
    roots: ['/a', '/b'],
    commonDirs: ['/b/.git', '/a/.git'],
    remote: 'r',
  });
});
