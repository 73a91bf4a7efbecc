import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AncestorHead,
  lineageOf,
  mapAncestor,
  readAncestorHead,
  roadmapOf,
} from '../../../src/ancestor/documents.ts';
import { parseSession, serializeDocument } from '../../../src/model/parseSession.ts';
import type { Session } from '../../../src/model/session.ts';
import { project } from '../../support/builders.ts';

const id = 'sess_20260115T0930_a1b2';
const least = { session_id: id, project_slug: 'webwinkel', status: 'active', intent: 'Zoekfunctie' };
const alone = { resumedFrom: null, resumedAs: null };

function map(fields: object, context: object = {}): Session & { ancestor: Record<string, unknown> } {
  const session = mapAncestor(
    { ...least, ...fields },
    {
      ...{ place: 'sessions', project: { ...project, root: '/work/api', commonDir: null } },
      ...{ worktree: '/work/api', ...alone, ...context },
    },
  );
  // Whatever came in, it is a session that can be stored and read again.
  return parseSession(serializeDocument(session), id, 'test') as ReturnType<typeof map>;
}

describe('mapAncestor', () => {
  it('maps the least that the first version could have', () => {
    expect(map({})).toMatchObject({
      id,
      status: 'active',
      intent: 'Zoekfunctie',
      startedAt: '2026-01-15T09:30:00.000Z',
      lastHeartbeatAt: '2026-01-15T09:30:00.000Z',
      branch: null,
      agent: null,
      tasks: [],
      history: [{ at: '2026-01-15T09:30:00.000Z', what: 'active', note: null }],
      ancestor: { project_slug: 'webwinkel' },
    });
  });

  it('maps what goes on in an active session', () => {
    const session = map({
      current_activity: 'meten',
      awaiting_action: 'keur goed',
      roadmap_ref: 'WW-1',
      git_branch: 'feat/zoeken',
      claude_session_id: 'abc',
      files_changed: ['a.ts'],
      next_steps: ['b'],
      commits: [{ sha: '4be1d07', message: 'feat' }],
    });
    expect(session).toMatchObject({
      activity: { text: 'meten' },
      needs: { text: 'keur goed', kind: 'other' },
      ref: 'WW-1',
      branch: 'feat/zoeken',
      agent: { name: 'claude', sessionId: 'abc' },
      files: [{ id: 'a.ts' }],
      nextSteps: [{ text: 'b', done: null }],
      commits: [{ id: '4be1d07', message: 'feat', at: null }],
    });
  });

  it('takes the end of a parked session for the moment of parking', () => {
    const ended = '2026-01-15T12:00:00+00:00';
    const session = map({
      status: 'parked',
      last_heartbeat: '2026-01-15T11:00:00Z',
      ended_at: ended,
      parked_reason: 'lunch',
    });
    const at = '2026-01-15T12:00:00.000Z';
    expect(session).toMatchObject({
      parkedAt: at,
      parkedReason: 'lunch',
      endedAt: null,
      lastHeartbeatAt: at,
    });
    expect(session.history).toHaveLength(2);
    expect(session.history[1]).toMatchObject({ at, what: 'parked', note: 'lunch' });
  });

  it('needs nothing any more of a completed session, and keeps what was asked', () => {
    const session = map({ status: 'completed', awaiting_action: 'keur goed', outcome: 'klaar' });
    expect(session).toMatchObject({
      needs: null,
      outcome: 'klaar',
      ancestor: { awaiting_action: 'keur goed' },
    });
    expect(session.endedAt).toBe(session.startedAt);
  });

  it('keeps what it does not know, of the session and of each item', () => {
    const session = map({
      energie: { begin: 4 },
      schema_version: 3,
      events: [
        { timestamp: '2026-01-15', message: 'm', bron: 'mail' },
        { timestamp: 'gisteren', message: 'n' },
      ],
      tasks: [
        { id: 't1', subject: 's', status: 'blocked', added_at: '2026-01-15', prioriteit: 2, updatedAt: 'x' },
      ],
      decisions: ['plain', { decision: 'why', reden: 'daarom', text: 'other' }],
      open_questions: [{ question: 'wie?', answer: 'Robin', aan: 'Jan' }],
    });
    expect(session.ancestor).toEqual({ project_slug: 'webwinkel', energie: { begin: 4 }, schema_version: 3 });
    const made = { id: expect.any(String), stamp: expect.any(String) };
    expect(session.events).toEqual([
      { ...made, at: '2026-01-15T00:00:00.000Z', message: 'm', bron: 'mail' },
      { ...made, at: '2026-01-15T09:30:00.000Z', message: 'n', timestamp: 'gisteren' },
    ]);
    expect(session.tasks).toEqual([
      {
        ...made,
        id: 't1',
        subject: 's',
        status: 'pending',
        at: '2026-01-15T00:00:00.000Z',
        prioriteit: 2,
        ancestor: { status: 'blocked', updatedAt: 'x' },
      },
    ]);
    expect(session.decisions).toMatchObject([
      { id: 'decision_a1b2_1', text: 'plain' },
      { id: 'decision_a1b2_2', text: 'why', reden: 'daarom', ancestor: { text: 'other' } },
    ]);
    expect(session.questions).toMatchObject([
      { id: 'question_a1b2_1', text: 'wie?', answers: [{ text: 'Robin' }], aan: 'Jan' },
    ]);
  });

  it('keeps fields and items of a wrong type, where they do no harm', () => {
    const session = map({
      outcome: 7,
      started_at: 'gisteren',
      events: 'none',
      tasks: [null, 3, 'plain'],
      next_steps: ['a', { text: 'b', wie: 'ik' }],
    });
    expect(session.tasks).toMatchObject([{ subject: 'plain', id: 'task_a1b2_3' }]);
    expect(session.nextSteps.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(session.ancestor).toEqual({
      project_slug: 'webwinkel',
      outcome: 7,
      started_at: 'gisteren',
      events: 'none',
      tasks: [null, 3],
      next_steps: [{ text: 'b', wie: 'ik' }],
    });
  });

  it('gives a task whose id another one has an id of its own', () => {
    const { tasks } = map({
      tasks: [{ id: 't1', subject: 'a' }, { id: 't1', subject: 'b' }, { subject: 'c' }],
    });
    expect(tasks.map(task => task.id)).toEqual(['t1', 'task_a1b2_2', 'task_a1b2_3']);
    expect(tasks[1]).toMatchObject({ ancestor: { id: 't1' } });
  });

  it('gives every item of a list an id that no other one has, whatever ids it was given', () => {
    const given = fc.array(fc.constantFrom(undefined, 't1', ...[1, 2, 3, 4, 5].map(n => `task_a1b2_${n}`)));
    fc.assert(
      fc.property(given, list => {
        const { tasks } = map({ tasks: list.map((id, index) => ({ id, subject: `${index}` })) });
        expect(tasks.map(task => task.subject)).toEqual(list.map((_, index) => `${index}`));
        expect(new Set(tasks.map(task => task.id)).size).toBe(list.length);
      }),
    );
    const twice = { tasks: [2, 2].map(() => ({ id: 'task_a1b2_2', subject: 's' })) };
    expect(map(twice).tasks.map(task => task.id)).toEqual(['task_a1b2_2', 'task_a1b2_3']);
  });

  it('keeps the worktree it was told where another one is used', () => {
    expect(map({ worktree_root: '/gone' }).ancestor.worktree_root).toBe('/gone');
    expect(map({ worktree_root: '/work/api' }).ancestor).not.toHaveProperty('worktree_root');
  });

  it('keeps texts over our limits and control characters', () => {
    const intent = `${'x'.repeat(5_000)}\u001b[31m`;
    expect(map({ intent }).intent).toBe(intent);
  });

  it.each([
    [{ session_id: '../../etc/passwd' }, 'session_id'],
    [{ session_id: undefined }, 'session_id'],
    [{ status: 'busy' }, 'status'],
    [{ intent: undefined }, 'intent'],
    [{ project_slug: 5 }, 'project_slug'],
  ])('refuses %j', (fields, field) => {
    expect(() => readAncestorHead({ ...least, ...fields })).toThrow(
      expect.objectContaining({ code: 'invalid_input', details: expect.objectContaining({ field }) }),
    );
  });

  it('maps any JSON to a session that can be stored, and the same one each time', () => {
    const names = [
      'status',
      'started_at',
      'last_heartbeat',
      'ended_at',
      'events',
      'tasks',
      'decisions',
      'commits',
      'next_steps',
      'open_questions',
      'outcome',
      'ancestor',
      'id',
      'place',
    ];
    const entry = fc.tuple(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), entries => {
        const { status: _status, ...fields } = Object.fromEntries(entries);
        expect(map(fields)).toEqual(map(fields));
      }),
    );
  });
});

describe('lineageOf', () => {
  const head = (name: string, changes: Partial<AncestorHead> = {}): AncestorHead => ({
    id: name,
    status: 'completed',
    slug: 'webwinkel',
    worktreeRoot: null,
    startedAt: '2026-01-15T09:30:00.000Z',
    ...alone,
    ...changes,
  });

  it('reads the continuation from the outcome the ancestor wrote', () => {
    expect(readAncestorHead({ ...least, outcome: 'Resumed as sess_x' }).resumedAs).toBe('sess_x');
    expect(readAncestorHead({ ...least, outcome: 'Resumed as sess_x, alas' }).resumedAs).toBeNull();
  });

  it('links both ends, whichever of them tells', () => {
    for (const heads of [
      [head('a', { resumedAs: 'b' }), head('b', { status: 'active' })],
      [head('a'), head('b', { status: 'active', resumedFrom: 'a' })],
    ]) {
      const lineage = lineageOf(heads, () => true);
      expect(lineage.get('a')).toEqual({ resumedFrom: null, resumedAs: 'b' });
      expect(lineage.get('b')).toEqual({ resumedFrom: 'a', resumedAs: null });
    }
  });

  it('makes no link to what does not exist, nor from a session that still can be resumed', () => {
    const heads = [
      head('a', { resumedAs: 'gone' }),
      head('p', { status: 'parked' }),
      head('c', { resumedFrom: 'p' }),
    ];
    const lineage = lineageOf(heads, name => name !== 'gone');
    expect(lineage.get('a')).toEqual(alone);
    expect(lineage.get('p')?.resumedAs).toBeNull();
    expect(lineage.get('c')?.resumedFrom).toBe('p');
  });

  it('names one continuation of a session that was resumed twice: the one it named itself', () => {
    const heads = [
      head('a', { resumedAs: 'c' }),
      head('b', { resumedFrom: 'a' }),
      head('c', { resumedFrom: 'a' }),
    ];
    const lineage = lineageOf(heads, () => true);
    expect(lineage.get('a')?.resumedAs).toBe('c');
    expect([lineage.get('b')?.resumedFrom, lineage.get('c')?.resumedFrom]).toEqual(['a', 'a']);
  });
});

describe('roadmapOf', () => {
  it('maps phase and roadmap, and keeps the rest', () => {
    const state = {
      project_slug: 'w',
      current_phase: 'Fase 2',
      roadmap_summary: { completed: ['a'], in_progress: ['b'], next_up: ['c'], later: ['d'] },
    };
    expect(roadmapOf(state)).toEqual({
      phase: 'Fase 2',
      done: ['a'],
      doing: ['b'],
      upcoming: ['c'],
      rest: { project_slug: 'w', roadmap_summary: { later: ['d'] } },
    });
    expect(roadmapOf({ phase: 'x', done: ['a'], upcoming: 3 })).toEqual({
      phase: 'x',
      done: ['a'],
      doing: [],
      upcoming: [],
      rest: { upcoming: 3 },
    });
  });
});
