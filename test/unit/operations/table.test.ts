import { existsSync, mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sessionStatuses } from '../../../src/model/session.ts';
import { inputSchema, parseInput } from '../../../src/operations/fields.ts';
import type { Operation } from '../../../src/operations/operation.ts';
import { operations } from '../../../src/operations/table.ts';
import { temporaryFolder } from '../../support/temporaryHome.ts';
import { plainPage, servicesIn } from './support.ts';

const named = operations.map(operation => [operation.name, operation] as const);

function operationNamed(name: string): Operation {
  const found = operations.find(operation => operation.name === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
}

test('names are unique, as commands and as the names of tools', () => {
  const names = operations.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+( [a-z]+)?$/);
  // No command is the first word of another: `task` alone would be ambiguous.
  for (const name of names) expect(names.filter(other => other.startsWith(`${name} `))).toEqual([]);
});

test('every command of the issue is there', () => {
  const wanted = [
    ...[
      'start',
      'list',
      'show',
      'log',
      'activity',
      'needs',
      'beat',
      'task add',
      'task set',
      'decide',
      'ask',
      'answer',
    ],
    ...[
      'next',
      'tag',
      'commit add',
      'commit capture',
      'edit',
      'park',
      'resume',
      'complete',
      'reopen',
      'archive',
    ],
    ...[
      'unarchive',
      'delete',
      'restore',
      'project show',
      'project set',
      'project list',
      'project relink',
      'occupancy',
    ],
    ...['search', 'export', 'import', 'brief', 'overview', 'doctor', 'config get', 'config set'],
  ];
  expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
});

describe.for(named)('%s', ([, operation]) => {
  const fields = Object.entries(operation.fields);

  test('says what it is, to people and to agents', () => {
    expect(operation.title).toMatch(/^[A-Z][^.]{2,40}$/);
    expect(operation.description).toMatch(/^[A-Z].*\.$/);
    for (const [name, field] of fields) {
      expect({ name, text: field.description }).toEqual({ name, text: expect.stringMatching(/^\S.*[^.]$/) });
      if (field.kind !== 'switch')
        expect({ name, value: field.value }).toEqual({ name, value: expect.stringMatching(/\S/) });
    }
    for (const example of operation.examples ?? [])
      expect(example).toContain(`work-sessions ${operation.name}`);
  });

  test('asks for its fields in a way that the command line can parse', () => {
    const positionals = fields.filter(([, field]) => field.positional !== undefined);
    // Only the last positional takes the rest, and what may be left out comes after what may not.
    for (const [index, [, field]] of positionals.entries()) {
      if (field.positional === 'rest') expect(index).toBe(positionals.length - 1);
      if (field.required)
        expect(positionals.slice(0, index).every(([, earlier]) => earlier.required)).toBe(true);
    }
    for (const [, field] of fields) {
      if (field.kind === 'choice') expect(field.choices?.length).toBeGreaterThan(1);
      if (field.positional === undefined && !['session'].includes(field.value))
        expect(field.required).toBe(false);
    }
  });

  test('its schema takes what is not required as missing, and nothing that it does not know', () => {
    for (const [name, field] of fields) {
      expect({ name, taken: field.schema().safeParse(undefined).success }).toEqual({
        name,
        taken: !field.required,
      });
    }
    expect(inputSchema(operation.fields).safeParse({ surprise: 1 }).success).toBe(false);
  });
});

test('what only reads changes nothing, also in a home that is not there', async () => {
  const services = servicesIn();
  for (const operation of operations.filter(({ effects }) => effects === 'reads')) {
    const required = Object.entries(operation.fields).filter(([, field]) => field.required);
    // Whatever comes of it: nothing is there to be shown.
    const output = await operation
      .run(services, Object.fromEntries(required.map(([name]) => [name, 'x'])))
      .catch(() => null);
    if (output !== null) expect(typeof operation.show(output, plainPage())).toBe('string');
  }
  expect(existsSync(services.store.home.root)).toBe(false);
});

test('what is said to read only is all that does: each name is here on purpose', () => {
  const named = (fits: (operation: (typeof operations)[number]) => boolean) =>
    operations
      .filter(fits)
      .map(({ name }) => name)
      .sort();
  expect(named(({ effects }) => effects === 'reads')).toEqual(
    [
      ...['brief', 'config get', 'export', 'list', 'occupancy', 'overview'],
      ...['project list', 'project show', 'search', 'show'],
    ].sort(),
  );
  expect(named(({ effects }) => effects === 'removes')).toEqual(['delete', 'trash']);
  expect(named(({ files }) => files === 'writes')).toEqual(['export']);
  expect(named(({ files }) => files === 'reads')).toEqual(['import']);
  // Whatever can be told to write somewhere, or to mend, is none that only reads.
  for (const { name, effects, files, fields } of operations)
    if ('output' in fields || 'fix' in fields)
      expect(effects === 'reads' && files === undefined, name).toBe(false);
});

test('an operation run in one process does what the command does', async () => {
  const services = servicesIn(temporaryFolder());
  const run = async (name: string, input: object) => {
    const operation = operationNamed(name);
    return operation.run(services, parseInput(operation.fields, input));
  };
  const started = (await run('start', { intent: 'one', tasks: ['mend'] })) as { id: string };
  expect(started).toMatchObject({
    status: sessionStatuses[0],
    intent: 'one',
    tasks: [{ subject: 'mend', id: expect.stringMatching(/^[0-9a-f]{12}$/) }],
  });
  await run('log', { message: 'x' });
  await run('park', { reason: 'lunch', nextSteps: ['go on'] });
  const listed = (await run('list', {})) as { sessions: object[] };
  expect(listed.sessions).toMatchObject([
    { id: started.id, status: 'parked', counts: { events: 1, tasks: 1 } },
  ]);
  const resumed = (await run('resume', {})) as { id: string };
  expect(resumed).toMatchObject({ resumedFrom: started.id, nextSteps: [{ text: 'go on' }] });
  await expect(run('resume', { session: started.id })).rejects.toMatchObject({
    code: 'already_resumed',
    details: { resumedAs: resumed.id },
  });
});

test('folders are meant from where the caller is, not from where the process runs', async () => {
  const folder = temporaryFolder();
  mkdirSync(`${folder}/api`);
  const services = servicesIn(folder);
  const session = await operationNamed('start').run(services, { intent: 'x', project: 'api' });
  expect(session).toMatchObject({ where: { worktree: `${folder}/api` }, project: { name: 'api' } });
});
