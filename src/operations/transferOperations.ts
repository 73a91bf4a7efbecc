import { SessionError } from '../model/errors.ts';
import { sessionArgument } from './change.ts';
import type { Exported } from './exportSession.ts';
import { choice, flag, line, optional } from './fields.ts';
import type { ImportResult } from './importResult.ts';
import { operation } from './operation.ts';
import { oneLine, plural, safe } from './page.ts';

/** How many things to warn of are named; `--json` has all of them. */
const namedFailures = 20;

export const exportSessions = operation({
  name: 'export',
  title: 'Export',
  description: 'Writes one session, a project or everything as Markdown for people or as JSON for import.',
  effects: 'reads',
  files: 'writes',
  fields: {
    session: sessionArgument,
    project: optional(line('path', 'All sessions of the project in this folder', { value: 'DIR' })),
    all: flag('All sessions of all projects, archived ones too'),
    format: optional(choice(['markdown', 'json'], 'As what (default: markdown)')),
    output: optional(
      line('path', 'The file to write to (default: standard output)', { value: 'FILE', short: 'o' }),
    ),
  },
  examples: ['work-sessions export 1a2b3c4d', 'work-sessions export --all --format json -o sessions.json'],
  async run(services, input): Promise<Exported> {
    const chosen = [input.session !== undefined, input.project !== undefined, input.all === true].filter(
      Boolean,
    );
    if (chosen.length > 1) {
      throw new SessionError('usage', {
        message: 'Export one thing: a session, or --project DIR, or --all.',
      });
    }
    const { exportFrom } = await import('./exportSession.ts');
    return exportFrom(services, input);
  },
  changed: ({ file }) => file !== null,
  json: ({ format, sessions, file, text, document, unreadable }) =>
    document ?? { format, sessions, file, ...(text === null ? {} : { text }), unreadable },
  show: ({ sessions, file, text }) =>
    file === null
      ? (text ?? '').replace(/\n$/, '')
      : `Exported ${plural(sessions.length, 'session')} to ${safe(file)}`,
  warnings: ({ unreadable }) => limited(unreadable.map(message => `Not exported: ${message}`)),
  // An export that lacks something must not pass for a whole one in a script.
  exitCode: ({ unreadable }) => (unreadable.length > 0 ? 5 : 0),
});

export const importSessions = operation({
  name: 'import',
  title: 'Import',
  description:
    "Takes over sessions from the ancestor's folder or from a JSON export. What is there already is joined with what comes in: nothing of either is lost, and importing twice adds nothing.",
  effects: 'changes',
  files: 'reads',
  fields: {
    folder: line('path', "The ancestor's folder, a JSON export, or a folder of exports", {
      positional: 'one',
      value: 'DIR',
    }),
    dryRun: flag('Only say what would be done'),
    again: flag('Also what was removed from the trash for good'),
  },
  examples: ['work-sessions import ~/.claude/dashboard --dry-run', 'work-sessions import sessions.json'],
  async run(services, { folder, dryRun, again }): Promise<ImportResult> {
    const { importFrom } = await import('./importFolder.ts');
    return importFrom(services, { path: folder, dryRun: dryRun === true, again: again === true });
  },
  changed: ({ dryRun }) => !dryRun,
  show: ({ source, dryRun, added, joined, present, inTrash, inArchive, failed, projects }) => {
    const from = source === 'ancestor' ? "the ancestor's folder" : 'an export of Work Sessions';
    const unseen = [
      inArchive.length > 0 ? `, ${inArchive.length} in the archive` : '',
      inTrash.length > 0 ? `, ${inTrash.length} in the trash` : '',
    ];
    const parts = [
      `${dryRun ? 'Would import' : 'Imported'} ${plural(added.length, 'session')} and ${plural(projects.added.length, 'project')} from ${from}`,
      joined.length > 0
        ? `${dryRun ? 'would add to' : 'added to'} ${plural(joined.length, 'session')} that ${joined.length === 1 ? 'was' : 'were'} there`
        : null,
      present.length > 0 ? `${plural(present.length, 'session')} already there${unseen.join('')}` : null,
      failed.length > 0 ? `${plural(failed.length, 'failure')}` : null,
    ];
    return `${parts.filter(Boolean).join('; ')}.`;
  },
  warnings: ({ failed, inTrash, gone }) => [
    ...limited(failed.map(({ file, message }) => `${oneLine(file)}: ${oneLine(message)}`)),
    ...limited(inTrash.map(id => `${id} is in the trash; bring it back: work-sessions restore ${id}`)),
    ...limited(gone.map(id => `${id} was removed for good; with --again it is imported all the same`)),
  ],
  exitCode: ({ failed }) => (failed.length > 0 ? 5 : 0),
});

function limited(messages: readonly string[]): string[] {
  const more = messages.length - namedFailures;
  return more <= 0
    ? [...messages]
    : [...messages.slice(0, namedFailures), `and ${more} more; --json names them all.`];
}
