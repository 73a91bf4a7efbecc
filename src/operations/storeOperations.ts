import { isSessionError, SessionError } from '../model/errors.ts';
import type { Session } from '../model/session.ts';
import * as transitions from '../model/transitions.ts';
import type { Finding } from '../store/doctor.ts';
import { updateSettings } from '../store/records.ts';
import {
  defaultSettings,
  type SettingName,
  type Settings,
  settingNames,
  settingRange,
} from '../store/settings.ts';
import { Summaries } from '../store/summaries.ts';
import { namedSession, sessionArgument } from './change.ts';
import { describeError, readingWords } from './describeError.ts';
import { choice, count, flag, line, optional } from './fields.ts';
import { operation } from './operation.ts';
import { plural, safe } from './page.ts';
import { resolveId } from './resolve.ts';
import { showChange } from './showSession.ts';

const dayMs = 86_400_000;

interface Archived {
  /** The one that was named; null where all that ended long ago were meant. */
  named: Session | null;
  archived: Session[];
  failed: { id: string; message: string }[];
}

export const archive = operation({
  name: 'archive',
  title: 'Archive',
  description: 'Puts a completed session away, or all that ended more than some days ago.',
  effects: 'changes',
  fields: {
    session: sessionArgument,
    days: optional(
      count(
        0,
        36_500,
        'Without an id: those that ended more than N days ago (default: the setting archiveAfterDays)',
      ),
    ),
  },
  async run(services, input): Promise<Archived> {
    const { store } = services;
    if (input.session !== undefined) {
      const id = await resolveId(services, input.session);
      const named = await store.update(id, (session, moment) => transitions.archive(session, {}, moment));
      return { named, archived: [named], failed: [] };
    }
    const days = input.days ?? (await services.settings()).archiveAfterDays;
    const before = new Date(services.now().getTime() - days * dayMs).toISOString();
    const { entries } = await new Summaries(store.fs, store.home).list('sessions');
    const result: Archived = { named: null, archived: [], failed: [] };
    for (const { id, revision, summary } of entries) {
      if (summary.status !== 'completed' || summary.endedAt === null || summary.endedAt >= before) continue;
      try {
        const archived = await store.update(id, (session, moment) =>
          // Looked at again under the lock: it may have been reopened meanwhile, and ended anew.
          session.status === 'completed' &&
          (session.revision === revision || (session.endedAt !== null && session.endedAt < before))
            ? transitions.archive(session, {}, moment)
            : session,
        );
        if (archived.place === 'archive') result.archived.push(archived);
      } catch (error) {
        result.failed.push({ id, message: describeError(error).message });
      }
    }
    return result;
  },
  json: ({ named, archived, failed }) => named ?? { archived: archived.map(session => session.id), failed },
  show: ({ archived }, page) => {
    const [only] = archived;
    return only && archived.length === 1
      ? showChange('Archived', only, page)
      : `Archived ${plural(archived.length, 'session')}`;
  },
  warnings: ({ failed }) => failed.map(({ message }) => message),
  exitCode: ({ failed }) => (failed.length > 0 ? 5 : 0),
});

export const unarchive = operation({
  name: 'unarchive',
  title: 'Take out of the archive',
  description: 'Brings an archived session back to the list.',
  effects: 'changes',
  fields: { session: namedSession },
  run: async (services, input) =>
    services.store.update(await resolveId(services, input.session), (session, moment) =>
      transitions.unarchive(session, {}, moment),
    ),
  show: (session, page) => showChange('Taken out of the archive:', session, page),
});

export const remove = operation({
  name: 'delete',
  title: 'Delete',
  description: 'Puts a session into the trash, from where it can be restored.',
  effects: 'removes',
  fields: { session: namedSession },
  run: async (services, input) =>
    services.store.update(await resolveId(services, input.session), (session, moment) =>
      transitions.moveToTrash(session, {}, moment),
    ),
  show: (session, page) => showChange('In the trash:', session, page),
});

export const restore = operation({
  name: 'restore',
  title: 'Restore',
  description: 'Brings a session back from the trash.',
  effects: 'changes',
  fields: { session: namedSession },
  async run(services, input): Promise<Session> {
    // Among the deleted ones first; if it is elsewhere, the refusal says so.
    const id = await resolveId(services, input.session, ['trash']).catch(error => {
      if (!isSessionError(error, 'not_found')) throw error;
      return resolveId(services, input.session);
    });
    return services.store.update(id, (session, moment) => transitions.restore(session, {}, moment));
  },
  show: (session, page) => showChange('Restored', session, page),
});

export const doctor = operation({
  name: 'doctor',
  title: 'Examine the store',
  description:
    'Looks for unreadable documents, unfinished resumes, leftovers of killed programs and wrong modes. Exit code 1 if anything is wrong.',
  effects: 'changes',
  fields: {
    fix: flag('Mend what can be mended; nothing is ever thrown away'),
    dryRun: flag('With --fix: only say what would be done'),
  },
  async run(services, { fix, dryRun }): Promise<Finding[]> {
    const { examine } = await import('../store/doctor.ts');
    return examine(services.store, { fix: fix === true && dryRun !== true });
  },
  changed: findings => findings.some(({ state }) => state === 'fixed'),
  show: (findings, page) => {
    if (findings.length === 0) return 'All is well.';
    const { style } = page;
    const states = {
      fixed: style.green('fixed'),
      fixable: style.yellow('doctor --fix mends it'),
      manual: style.red('needs a person'),
      info: style.dim('for information'),
    };
    return findings.map(finding => `${findingWords(finding)} — ${states[finding.state]}`).join('\n');
  },
  exitCode: findings => (findings.some(({ state }) => state === 'manual' || state === 'fixable') ? 1 : 0),
});

function findingWords({ kind, path, id, detail, state, copy }: Finding): string {
  const file = safe(path);
  switch (kind) {
    case 'unreadable':
      return copy
        ? `Unreadable (${readingWords(detail)}): ${file}; a copy is at ${safe(copy)}: mend the document, or delete it`
        : `Unreadable (${readingWords(detail)}): ${file}`;
    case 'newer_schema':
      return `Written by a newer Work Sessions (${detail}), shown but not changed: ${file}`;
    case 'unfinished_resume':
      return state === 'info'
        ? `Session ${id} was resumed as ${detail}, which is not in this home: import it from where it is, if it is wanted`
        : `Session ${id} was resumed as ${detail}, which is missing`;
    case 'misplaced':
      return `Session ${id} belongs in ${detail}, or stands in two places: ${file}`;
    case 'leftover':
      return `Left behind by a program that was ended: ${file}`;
    case 'mode':
      return `Others can read ${file} (mode ${detail})`;
    case 'settings':
      return `Settings are not valid: ${file} ${safe(readingWords(detail))}`;
    case 'folder':
      return `Cannot read ${file}: ${readingWords(detail)}`;
    case 'blocked':
      return copy
        ? `Something stood where the lock of ${id} has to be (${detail}); it is now at ${safe(copy)}`
        : `Something stands where the lock of ${id} has to be (${detail}): ${file}`;
    case 'future_lock':
      return `A lock of ${id} is dated in the future (${detail}): ${file}`;
    case 'missing_desk':
      return `The desk of session ${id} is not in this home: a resume gives back the session without it`;
    case 'unnamed_desk':
      return `No session names this desk any more: ${file}`;
    case 'foreign':
      return `Of another program (a sync copy, an editor's lock), not counted as a session: ${file}`;
  }
}

export const configGet = operation({
  name: 'config get',
  title: 'Show settings',
  description: 'Shows one setting, or all.',
  effects: 'reads',
  fields: { name: optional(choice(settingNames, 'The setting', { positional: 'one', value: 'NAME' })) },
  async run(services, { name }): Promise<Partial<Settings>> {
    const settings = await services.settings();
    return name === undefined ? settings : { [name]: settings[name] };
  },
  show: settings =>
    Object.entries(settings)
      .map(
        ([name, value]) =>
          `${name.padEnd(18)}${value}${value === defaultSettings[name as SettingName] ? '' : ' (changed)'}`,
      )
      .join('\n'),
});

export const configSet = operation({
  name: 'config set',
  title: 'Change a setting',
  description: 'Changes a setting for the command line and every window.',
  effects: 'changes',
  fields: {
    name: choice(settingNames, 'The setting', { positional: 'one', value: 'NAME' }),
    value: line('words', 'Its value', { positional: 'one', value: 'VALUE' }),
  },
  async run(services, { name, value }): Promise<Partial<Settings>> {
    if (!/^[0-9]+(\.[0-9]+)?$/.test(value)) {
      throw new SessionError('invalid_input', { field: name, problem: settingRange(name) });
    }
    const settings = await updateSettings(services.store, name, Number(value));
    return { [name]: settings[name] };
  },
  show: settings =>
    Object.entries(settings)
      .map(([name, value]) => `${name} is now ${value}`)
      .join('\n'),
});
