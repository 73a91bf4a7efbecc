import * as z from 'zod/mini';
import { isSessionError, SessionError } from '../model/errors.ts';
import { parseDocument } from '../model/parseSession.ts';
import { readDocumentFile } from './durableFile.ts';
import { errorCode, type FileSystem } from './fileSystem.ts';
import type { Home } from './home.ts';

const between = (least: number, most: number) => z.number().check(z.minimum(least), z.maximum(most));

/** The settings that the command line and every window share: `config.json` of the home. */
export const settingsSchema = z.object({
  /** Hours without a sign of life after which an active session is shown as stale. */
  staleHours: z._default(between(0.01, 24 * 365), 24),
  /** Days after its end from which `archive` without an id puts a completed session away. */
  archiveAfterDays: z._default(between(0, 36_500), 30),
  /** Seconds to wait for a session that somebody else is writing. */
  lockWaitSeconds: z._default(between(0.1, 600), 10),
  /** Seconds without a sign of life after which a writer of another machine, or a hung one, is overtaken. */
  lockStaleSeconds: z._default(between(2, 600), 5),
  /** Seconds that git may take for an answer. */
  gitTimeoutSeconds: z._default(between(0.1, 600), 5),
});

export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;

export const defaultSettings: Settings = settingsSchema.parse({});
export const settingNames = Object.keys(defaultSettings) as SettingName[];

export interface SettingsRead {
  readonly settings: Settings;
  /** What of them could not be read, or makes no sense: the default is used instead, and this is told. */
  readonly problems: readonly SessionError[];
}

/**
 * Reads the settings; defaults where there are none, and for what is wrong: settings are a help, and stop nobody.
 * Unknown names in the file are left alone. The file may be a link, as people keep their settings elsewhere.
 */
export async function readSettings(fs: FileSystem, home: Home): Promise<SettingsRead> {
  let value: Record<string, unknown>;
  try {
    const content = await readDocumentFile(fs, home.config).catch(async error => {
      if (!isSessionError(error, 'unreadable') || error.details.reason !== 'link') throw error;
      return readDocumentFile(fs, await fs.realpath(home.config));
    });
    if (content === null) return { settings: defaultSettings, problems: [] };
    value = parseDocument(content.bytes.toString('utf8'), home.config);
  } catch (error) {
    const reason = isSessionError(error, 'unreadable')
      ? error.details.reason
      : isSessionError(error, 'io')
        ? error.details.code
        : errorCode(error) || String(error);
    const problem = new SessionError('settings_unreadable', { path: home.config, reason }, { cause: error });
    return { settings: defaultSettings, problems: [problem] };
  }
  const settings: Settings = { ...defaultSettings };
  const problems: SessionError[] = [];
  for (const name of settingNames) {
    if (value[name] === undefined) continue;
    const parsed = settingsSchema.shape[name].safeParse(value[name]);
    if (parsed.success) settings[name] = parsed.data;
    else
      problems.push(
        new SessionError('invalid_settings', { path: home.config, name, problem: settingRange(name) }),
      );
  }
  return { settings, problems };
}

/** What a setting accepts, for an error's words. */
export function settingRange(name: string): string {
  const ranges: Record<SettingName, string> = {
    staleHours: 'a number of hours from 0.01 to 8760',
    archiveAfterDays: 'a number of days from 0 to 36500',
    lockWaitSeconds: 'a number of seconds from 0.1 to 600',
    lockStaleSeconds: 'a number of seconds from 2 to 600',
    gitTimeoutSeconds: 'a number of seconds from 0.1 to 600',
  };
  return name in ranges
    ? `must be ${ranges[name as SettingName]}`
    : `is not a setting; there are ${settingNames.join(', ')}`;
}
