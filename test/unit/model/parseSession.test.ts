import { describe, expect, test } from 'vitest';
import { isSessionError } from '../../../src/model/errors.ts';
import { maxNesting } from '../../../src/model/limits.ts';
import { parseDocument, parseSession, serializeDocument } from '../../../src/model/parseSession.ts';
import { schemaVersion } from '../../../src/model/session.ts';
import { parentId, richSession } from '../../support/builders.ts';

const text = serializeDocument(richSession());

function refusal(json: string, forShowing = false) {
  try {
    parseSession(json, parentId, '/p', forShowing);
  } catch (error) {
    if (isSessionError(error)) return { code: error.code, ...error.details };
    throw error;
  }
  return null;
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const withField = (field: string, value: unknown) => JSON.stringify({ ...richSession(), [field]: value });

describe('what is not a session is refused with a reason', () => {
  test.for([
    ['nothing', '', 'not_json'],
    ['words', 'hello', 'not_json'],
    ['half a document', text.slice(0, text.length / 2), 'not_json'],
    ['a document without its end', text.trimEnd().slice(0, -1), 'not_json'],
    ['two documents', text + text, 'not_json'],
    ['a list', '[]', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['a number', '7', 'not_an_object'],
    ['200,000 brackets', nested(200_000), 'too_deep'],
    ['200,000 objects', `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`, 'too_deep'],
    ['brackets in an unknown field', withField('later', JSON.parse(nested(maxNesting + 1))), 'too_deep'],
    ['an empty object', '{}', 'not_a_session'],
    ['another status', withField('status', 'paused'), 'not_a_session'],
    [
      'another task status',
      withField('tasks', [{ ...richSession().tasks[0], status: 'doing' }]),
      'not_a_session',
    ],
    ['another place', withField('place', '../../etc'), 'not_a_session'],
    ['a time that is none', withField('startedAt', 'yesterday'), 'not_a_session'],
    ['a revision that is none', withField('revision', 0), 'not_a_session'],
    ['the shape of today called version 4', withField('schemaVersion', 4), 'not_a_session'],
    ['an older schema', withField('schemaVersion', 3), 'not_a_session'],
    ['a stamp that is none', withField('clock', 'now'), 'not_a_session'],
    ['a stamp after which none can come', withField('clock', 'zzzzzzzzz-m'), 'not_a_session'],
    ['a continuation id that is a path', withField('resumedAs', '../evil'), 'not_a_session'],
    ['an id that is a path', withField('id', '../evil'), 'not_a_session'],
    ['the document of another', withField('id', 'sess_other'), 'wrong_id'],
  ])('%s', ([, json, reason]) => {
    expect(refusal(json as string)).toEqual({ code: 'unreadable', path: '/p', reason });
    expect(refusal(json as string, true)).toEqual({ code: 'unreadable', path: '/p', reason });
  });
});

describe('a document of a newer schema', () => {
  const newer = withField('schemaVersion', schemaVersion + 1);

  test('is refused for writing', () => {
    const details = { path: '/p', version: schemaVersion + 1, supported: schemaVersion };
    expect(refusal(newer)).toEqual({ code: 'newer_schema', ...details });
    // Even if nothing else of it is understood.
    expect(refusal(`{"schemaVersion": ${schemaVersion + 1}}`)).toEqual({ code: 'newer_schema', ...details });
    expect(refusal(`{"schemaVersion": ${schemaVersion + 1}}`, true)).toEqual({
      code: 'newer_schema',
      ...details,
    });
  });

  test('is shown as far as it is understood', () => {
    expect(parseSession(newer, parentId, '/p', true)).toEqual({
      ...richSession(),
      schemaVersion: schemaVersion + 1,
    });
  });

  test('is shown without what is not understood', () => {
    const [first, second] = richSession().nextSteps;
    const other = {
      ...{ ...richSession(), schemaVersion: schemaVersion + 1, stamp: { at: 7 }, where: 'here', needs: 7 },
      ...{ nextSteps: [{ ...first, rank: 'high' }, second], active: [7], branch: { name: 'b' } },
    };
    expect(parseSession(JSON.stringify(other), parentId, '/p', true)).toMatchObject({
      ...{ intent: richSession().intent, status: 'active', needs: null, branch: null },
      ...{ nextSteps: [second], where: { worktree: '' }, tasks: richSession().tasks },
    });
    const nothing = JSON.stringify({ ...other, intent: ['what for'] });
    expect(refusal(nothing, true)).toMatchObject({ code: 'newer_schema' });
  });
});

test('missing lists and nulls are filled in', () => {
  const { id, revision, status, intent, project, where, startedAt, lastHeartbeatAt, stamp, clock } =
    richSession();
  const least = {
    id,
    schemaVersion,
    revision,
    status,
    intent,
    project,
    where,
    startedAt,
    lastHeartbeatAt,
    stamp,
    clock,
  };
  const session = parseSession(JSON.stringify(least), parentId, '/p');
  expect(session).toMatchObject({
    place: 'sessions',
    tasks: [],
    nextSteps: [],
    branch: null,
    edits: {},
    removed: {},
    active: {},
    claims: [],
  });
});

test('nesting up to the limit is accepted', () => {
  const deep = JSON.parse(nested(maxNesting - 1));
  expect(parseSession(withField('later', deep), parentId, '/p')).toMatchObject({ later: deep });
});

test('any JSON object is a document, and a document has one field a line', () => {
  expect(parseDocument('{"a": 1}', '/p')).toEqual({ a: 1 });
  expect(serializeDocument({ a: 1, gone: undefined, b: ['x', 'y'] })).toBe('{\n"a": 1,\n"b": ["x","y"]\n}\n');
  expect(JSON.parse(serializeDocument({}))).toEqual({});
  expect(text.split('\n')).toHaveLength(Object.keys(richSession()).length + 3);
});
