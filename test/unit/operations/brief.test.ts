import { describe, expect, test } from 'vitest';
import type { Session } from '../../../src/model/session.ts';
import * as transitions from '../../../src/model/transitions.ts';
import { briefOf } from '../../../src/operations/brief.ts';
import {
  activeSession,
  at,
  childId,
  completedSession,
  items,
  minute,
  parentId,
  parkedSession,
  steps,
} from '../../support/builders.ts';

describe('briefOf', () => {
  test('one believable session, word for word', () => {
    expect(briefOf(parkedSession(), null, minute(60))).toMatchInlineSnapshot(`
      "# make the login faster

      api: parked 50 min ago, started 1 h ago, 10 min at work, 1 of 3 tasks done.

      - Why parked: lunch
      - Where: /work/api, branch dependabot/npm/@types/x
      - Reference: ISSUE-12
      - Tags: login, speed
      - Session: sess_20261121T1200_00000001

      ## Next steps
      - one
      - two
      - three
      - four
      - five

      ## Open tasks
      - cache (in progress)
      - write it down

      ## Open questions
      - for how long?

      ## Decisions
      - cache the profile

      ## Last commits
      - c0ffee faster

      ## Last events
      - 57 min ago: measured: 800 ms"
    `);
  });

  test('an active session that needs its person says so first', () => {
    const session = transitions.setNeeds(
      transitions.setActivity(activeSession(), { activity: 'waiting for a password' }, at(58)),
      { needs: 'the password of the test account' },
      at(59),
    );
    const lines = briefOf(session, null, minute(60)).split('\n');
    expect(lines.slice(0, 6)).toEqual([
      '# make the login faster',
      '',
      'api: active, last seen 1 min ago, started 1 h ago, 1 min at work.',
      '',
      '- Needs you: the password of the test account',
      '- Was doing: waiting for a password',
    ]);
  });

  test('a completed one gives its outcome; a resumed one where it goes on, and a continuation where from', () => {
    expect(briefOf(completedSession(), null, minute(60))).toContain('\n- Outcome: done\n');
    const resumed = transitions.resume(parkedSession(), { newId: childId }, at(20));
    expect(briefOf(resumed, null, minute(60))).toContain(`\n- Continued in: ${childId}\n`);
    const child = transitions.continuationOf(resumed) as Session;
    expect(briefOf(child, null, minute(60))).toContain(`\n- Continues: ${parentId}\n`);
  });

  test('what a continuation has not got of its own yet comes from the session it goes on from', () => {
    const parent = transitions.resume(parkedSession(), { newId: childId }, at(20));
    const child = transitions.continuationOf(parent) as Session;
    const fresh = briefOf(child, parent, minute(60));
    for (const line of ['- Why it was parked: lunch', '- c0ffee faster', '- 57 min ago: measured: 800 ms']) {
      expect(fresh.split('\n')).toContain(line);
    }
    const later = briefOf(transitions.log(child, { message: 'my own' }, at(30)), parent, minute(60));
    expect(later).toContain('my own');
    expect(later).not.toContain('measured: 800 ms');
  });

  test('stays one screen, and says what it leaves out', () => {
    const many = (what: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${what} ${index + 1}`);
    const brief = briefOf(
      activeSession(parentId, {
        nextSteps: steps(...many('step', 40)),
        events: items(...many('event', 100).map(message => ({ message }))),
        commits: items(...many('commit', 30).map(message => ({ id: 'c0ffee1234567890', message }))),
      }),
      null,
      minute(60),
    );
    expect(brief.split('\n').length).toBeLessThan(45);
    for (const line of [
      '- step 8',
      '- (and 32 more)',
      '- 1 h ago: event 100',
      '- (96 earlier)',
      '- c0ffee123 commit 30',
    ]) {
      expect(brief.split('\n')).toContain(line);
    }
    expect(brief).not.toContain('step 9');
  });

  test('stored text stays text: it begins no heading, ends no line, steers no terminal', () => {
    const evil = '# heading\n## another\n- item\u001b[2J\u202e';
    const session = activeSession(parentId, {
      intent: evil,
      nextSteps: steps(evil),
      branch: evil,
      where: { ...activeSession().where, worktree: evil },
      tags: items({ id: evil }),
      activity: { text: evil, at: minute(0).toISOString() },
      decisions: items({ text: evil }),
    });
    const brief = briefOf(session, null, minute(60));
    expect(brief.split('\n').filter(line => line.startsWith('#'))).toEqual([
      '# # heading ## another - item\ufffd[2J\ufffd',
      '## Next steps',
      '## Decisions',
    ]);
    expect(brief).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
  });
});
