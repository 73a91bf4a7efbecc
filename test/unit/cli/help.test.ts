import { expect, test } from 'vitest';
import { commandHelp, generalHelp, ownCommands, usageOf } from '../../../src/cli/help.ts';
import { operations } from '../../../src/operations/table.ts';

test('the usage lines, which scripts and people rely on', () => {
  expect(operations.map(usageOf)).toMatchInlineSnapshot(`
    [
      "start <INTENT> [--project DIR] [--task SUBJECT]… [--ref TEXT] [--tag TAG]… [--branch TEXT] [--agent NAME] [--agent-session ID] [--from ID]",
      "list [--status active|parked|completed|stale] [--project DIR] [--all] [--tag TEXT] [--since DATE] [--limit N] [--archived]",
      "show [ID]",
      "brief [ID]",
      "log <MESSAGE> [--session ID]",
      "activity <TEXT> [--session ID]",
      "needs [REASON] [--clear] [--session ID]",
      "beat [--session ID]",
      "task add <SUBJECT…> [--session ID]",
      "task set <TASK> <STATUS> [--subject TEXT] [--session ID]",
      "decide <TEXT> [--session ID]",
      "ask <QUESTION> [--session ID]",
      "answer <QUESTION> <TEXT> [--session ID]",
      "next <STEP…> [--session ID]",
      "tag <TAG…> [--session ID]",
      "commit add <SHA> [MESSAGE] [--session ID]",
      "commit capture [--session ID]",
      "edit [--session ID] [--intent TEXT] [--ref TEXT] [--branch TEXT]",
      "park [ID] [--reason TEXT] [--next STEP]…",
      "resume [ID] [--intent TEXT]",
      "complete [ID] [--outcome TEXT] [--next STEP]…",
      "reopen <ID>",
      "archive [ID] [--days N]",
      "unarchive <ID>",
      "delete <ID>",
      "restore <ID>",
      "trash [--empty] [--days N] [--yes]",
      "overview [--archived]",
      "project show [--project PROJECT]",
      "project set [--project PROJECT] [--phase TEXT] [--done ITEM]… [--doing ITEM]… [--upcoming ITEM]… [--remove ITEM]…",
      "project list",
      "project relink <DIR> [--project PROJECT]",
      "occupancy [DIR] [--session ID] [--agent-session ID]",
      "search <WORDS> [--all] [--limit N]",
      "export [ID] [--project DIR] [--all] [--format markdown|json] [-o, --output FILE]",
      "import <DIR> [--dry-run] [--again]",
      "doctor [--fix] [--dry-run]",
      "config get [NAME]",
      "config set <NAME> <VALUE>",
    ]
  `);
});

test('the general help has every command on a line of its own, and the exit codes', () => {
  const lines = generalHelp(operations).split('\n');
  for (const { name, description } of [...operations, ...ownCommands]) {
    expect(lines.filter(line => line.startsWith(`  ${name} `) && line.endsWith(description))).toHaveLength(1);
  }
  expect(lines.join('\n')).toMatch(
    /Exit codes: 0 done, 1 refused .*\n4 busy, 5 could not read or write, 6 done, .*\.$/,
  );
});

test('the help of a command has its usage, every field and the common flags', () => {
  for (const operation of operations) {
    const help = commandHelp(operation);
    expect(help.startsWith(`Usage: work-sessions ${usageOf(operation)}\n\n${operation.description}\n`)).toBe(
      true,
    );
    for (const field of Object.values(operation.fields)) expect(help).toContain(field.description);
    for (const flag of ['--json', '--home DIR', '-h, --help']) expect(help).toContain(flag);
    for (const example of operation.examples ?? []) expect(help).toContain(`\n  ${example}`);
    expect(help).not.toMatch(/undefined|\[object/);
  }
});
