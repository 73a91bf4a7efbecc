import { describe, expect, test } from 'vitest';
import { type ErrorCode, type ErrorDetails, SessionError } from '../../../src/model/errors.ts';
import { describeError } from '../../../src/operations/describeError.ts';

const id = 'sess_20261121T1200_00000001';
const resumedAs = 'sess_20261121T1300_00000002';
const path = `/home/ada/.work-sessions/sessions/${id}.json`;

/** At least one example of every code, with its exit code. */
const examples: { [C in ErrorCode]: [exitCode: number, ...details: ErrorDetails[C][]] } = {
  already_resumed: [1, { id, resumedAs }],
  wrong_status: [
    1,
    { id, status: 'completed', wanted: ['active', 'parked'], action: 'log' },
    { id, status: 'parked', wanted: ['active'], action: 'park' },
    { id, status: 'parked', wanted: ['completed'], action: 'reopen' },
    { id, status: 'parked', wanted: ['completed'], action: 'archive' },
    { id, status: 'active', wanted: ['parked'], action: 'resume' },
    { id, status: 'active', wanted: ['completed'], action: 'archive' },
    { id, status: 'active', wanted: ['completed'], action: 'reopen' },
  ],
  in_trash: [1, { id }],
  wrong_place: [
    1,
    { id, place: 'archive', action: 'archive' },
    { id, place: 'archive', action: 'restore' },
    { id, place: 'trash', action: 'delete' },
    { id, place: 'sessions', action: 'restore' },
    { id, place: 'sessions', action: 'unarchive' },
  ],
  already_exists: [1, { id }],
  duplicate_subject: [1, { id, subject: 'mend' }],
  already_answered: [1, { id, question: 'why?' }],
  wrong_branch: [
    1,
    { id, wanted: 'main', actual: 'dev', worktree: '/x' },
    { id, wanted: 'main', actual: null, worktree: '/x' },
  ],
  usage: [2, { message: 'Give either a reason or --clear.' }],
  invalid_input: [2, { field: 'intent', problem: 'must not be empty' }],
  over_limit: [2, { field: 'tags', limit: 50, unit: 'items' }],
  not_found: [
    3,
    { what: 'session', query: 'dead' },
    { what: 'project', query: 'x' },
    { what: 'folder', query: '/x' },
    { what: 'task', query: 'x' },
    { what: 'question', query: 'x' },
  ],
  ambiguous: [
    3,
    {
      what: 'session',
      query: '',
      candidates: [
        { id, label: 'one' },
        { id: resumedAs, label: '' },
      ],
    },
    { what: 'task', query: 'mend', candidates: [{ id: 'task_1', label: 'mend a' }] },
  ],
  no_session_here: [3, { folder: '/x' }],
  folder_gone: [3, {}],
  nothing_parked: [3, { project: 'api' }],
  busy: [4, { path, holder: 'process 1 on host', waitedMs: 10_000 }, { path, holder: null, waitedMs: 0 }],
  lock_blocked: [
    5,
    { path: `${path}.lock`, what: 'file' },
    { path: `${path}.lock`, what: 'link' },
    { path: `${path}.lock`, what: 'other' },
  ],
  settings_unreadable: [5, { path, reason: 'not_json' }, { path, reason: 'EACCES' }],
  output: [
    5,
    { code: 'ENOSPC', done: null },
    { code: 'EPIPE', done: null },
    { code: 'ENOSPC', done: 'Logged to one (00000001)' },
    { code: 'EIO', done: 'Parked one' },
  ],
  gone: [1, { id }],
  no_home: [2, {}],
  unconfirmed: [6, { id, reason: 'flush' }, { id, reason: 'follows' }],
  unreadable: [
    5,
    ...(
      [
        'not_json',
        'not_an_object',
        'not_a_session',
        'wrong_id',
        'too_large',
        'too_deep',
        'link',
        'not_a_file',
      ] as const
    ).map(reason => ({ path, reason })),
  ],
  newer_schema: [5, { path, version: 5, supported: 4 }],
  invalid_settings: [5, { path, name: 'staleHours', problem: 'must be a number' }],
  io: [
    5,
    ...[
      'ENOSPC',
      'EDQUOT',
      'EROFS',
      'EACCES',
      'EPERM',
      'EMFILE',
      'ENFILE',
      'ENOTDIR',
      'EEXIST',
      'ELOOP',
      'EWEIRD',
      '',
    ].map(code => ({ path, code, action: 'write' as const })),
    { path, code: 'EIO', action: 'read' },
  ],
  git: [
    5,
    { problem: 'git_missing', message: 'spawn git ENOENT' },
    { problem: 'git_timeout', message: 'no answer within 5000 ms' },
    { problem: 'git_failed', message: 'fatal: not a repository.\nsecond line' },
  ],
};

const all = Object.entries(examples).flatMap(([code, [exitCode, ...details]]) =>
  details.map(each => ({ code: code as ErrorCode, exitCode: exitCode as number, details: each as object })),
);

describe('describeError', () => {
  test.for(all)('$code $details', ({ code, exitCode, details }) => {
    const report = describeError(new SessionError(code, details as never));
    expect(report).toMatchObject({ code, exitCode, details });
    // One line that ends a sentence, or with a command to type, or with the choice there is.
    expect(report.message).toMatch(/^[A-Z"a-z/][^\n]*$/);
    expect(report.message).toMatch(/(\.|work-sessions [^.;]+|: .*(sess_|task_)[^.]*)$/);
    expect(report.message).not.toMatch(/undefined|null|NaN|\[object/);
  });

  test('says to which session it is, and what to do about it', () => {
    const say = <C extends ErrorCode>(code: C, details: ErrorDetails[C]) =>
      describeError(new SessionError(code, details)).message;
    expect(say('already_resumed', { id, resumedAs })).toBe(
      `Session ${id} was already resumed, as ${resumedAs}; go on there: work-sessions show 00000002`,
    );
    expect(say('wrong_status', { id, status: 'parked', wanted: ['completed'], action: 'archive' })).toBe(
      `Cannot archive session ${id}: it is parked. Complete it first: work-sessions complete 00000001 --outcome "…"`,
    );
    expect(say('wrong_place', { id, place: 'archive', action: 'restore' })).toBe(
      `Cannot restore session ${id}: it is in the archive; take it out: work-sessions unarchive 00000001`,
    );
    expect(say('busy', { path, holder: 'process 7 on host', waitedMs: 10_049 })).toBe(
      `Another program is writing ${id}: waited 10.0 s for process 7 on host; try again, or end that program.`,
    );
    expect(say('io', { path, code: 'ENOSPC', action: 'write' })).toBe(
      `Cannot write ${path}: the disk is full; free some space and try again.`,
    );
  });

  test('nothing that was typed or stored can steer a terminal or break the line', () => {
    const evil = '\u001b[2J\u202e\u0007\r\nx';
    const errors = [
      new SessionError('usage', { message: `Unknown option '--${evil}'.` }),
      new SessionError('wrong_branch', { id, wanted: evil, actual: evil, worktree: evil }),
      new SessionError('not_found', { what: 'session', query: evil }),
      new SessionError('ambiguous', { what: 'task', query: evil, candidates: [{ id: evil, label: evil }] }),
      new SessionError('unreadable', { path: evil, reason: 'link' }),
      new SessionError('busy', { path: evil, holder: evil, waitedMs: 1 }),
      new SessionError('git', { problem: 'git_failed', message: evil }),
      new Error(evil),
    ];
    for (const error of errors)
      expect(describeError(error).message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  test('what is no error of ours is a defect, named without a stack', () => {
    const report = describeError(new TypeError('x is not a function'));
    expect(report).toMatchObject({ code: 'internal', exitCode: 5, details: {} });
    expect(report.message).toContain('(x is not a function); please report it');
    expect(describeError('just a text').message).toContain('(just a text)');
  });
});
