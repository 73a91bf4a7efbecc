import { describe, expect, it } from 'vitest';
import { escapeMarkdown, markdownOf } from '../../../src/operations/exportMarkdown.ts';
import { activeSession, completedSession, items, parkedSession, steps } from '../../support/builders.ts';

describe('markdownOf', () => {
  it('is a whole document of a session', () => {
    expect(markdownOf([{ ...parkedSession('sess_a'), resumedFrom: 'sess_0' }])).toBe(`# make the login faster

- **State:** parked, 2026-11-21 12:10 UTC
- **Project:** api (\`/work/api\`)
- **Branch:** \`dependabot/npm/@types/x\`
- **Reference:** ISSUE-12
- **Tags:** login, speed
- **Agent:** claude (\`agent-1\`)
- **Started:** 2026-11-21 12:00 UTC
- **Last activity:** 2026-11-21 12:10 UTC
- **At work:** 10 min
- **Continues:** \`sess_0\`
- **Session:** \`sess_a\`

## Why parked

lunch

## Tasks (1 of 3 done)

- [x] measure
- [ ] cache *(in progress)*
- [ ] write it down
- [ ] ask the vendor *(skipped)*

## Next steps

- one
- two
- three
- four
- five

## Questions

- for how long?
  - *Not answered yet*
- who owns it?
  - **Answer:** the API team

## Decisions

- cache the profile *(2026-11-21)*

## Commits

- \`c0ffee\` faster

## Files

- \`src/login.ts\`

## Timeline

- 2026-11-21 12:00 UTC — **Started**
- 2026-11-21 12:03 UTC — measured: 800 ms
- 2026-11-21 12:10 UTC — **Parked**: lunch
`);
  });

  it('puts a rule between two sessions', () => {
    const text = markdownOf([completedSession('sess_a'), activeSession('sess_b')]);
    expect(text.match(/^# /gm)).toHaveLength(2);
    expect(text).toContain('\n\n---\n\n# make');
    expect(markdownOf([])).toBe('No sessions.\n');
  });

  it('lets no stored text become markup', () => {
    const evil =
      '# title\n- item\n1. one\n> quote\n```\n<img src=x onerror=alert(1)> [go](https://evil.example) ![i](x)\n===\n---\n| a |\n&lt;b&gt;\n\n    code \u001b[31m\u202e';
    const text = markdownOf([
      {
        ...parkedSession('sess_a'),
        intent: evil,
        parkedReason: evil,
        outcome: evil,
        needs: { text: evil, kind: 'other', since: '2026-11-21T12:00:00.000Z', by: null },
        branch: 'a`b``c`',
        tags: items({ id: '<b>' }, { id: '[x](y)' }),
        nextSteps: steps(evil),
        events: items({ message: evil }),
        files: items({ id: '`</code><script>`' }),
      },
    ]);
    const outsideCode = text.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/(?<!\\)<|(?<!\\)\]\(|(?<!\\)&/);
    // Headings and rules are ours alone.
    expect(text.match(/^ *#+ /gm)?.filter(heading => heading.startsWith('# '))).toHaveLength(1);
    expect(text).not.toMatch(/^[ >-]*(```|===|---$|\d+\. |> |\| )/m);
    expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(text).not.toMatch(/https:\/\//);
    expect(text).toContain('- **Branch:** ``` a`b``c` ```');
  });

  it('keeps lines and paragraphs in their list item', () => {
    const text = markdownOf([{ ...activeSession('sess_a'), nextSteps: steps('one\ntwo\n\n\nthree') }]);
    expect(text).toContain('- one\\\n  two\n\n  three\n');
  });
});

describe('escapeMarkdown', () => {
  it.each([
    ['plain words, and: so on.', 'plain words, and: so on.'],
    ['a_b*c`d', 'a\\_b\\*c\\`d'],
    ['1. one', '1\\. one'],
    ['- item', '\\- item'],
    [':--- makes a table of the line before', '\\:--- makes a table of the line before'],
    ['_www.x.example', '\\_www\\.x.example'],
    ['C:\\temp', 'C:\\\\temp'],
    ['https://x.example www.x.example me@x.example', 'https\\://x.example www\\.x.example me\\@x.example'],
    ['<b>&amp;', '\\<b\\>\\&amp;'],
    ['    code', '\u00a0\u00a0\u00a0\u00a0code'],
  ])('%s', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});
