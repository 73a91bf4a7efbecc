import {
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServices, type Services } from '../../../src/operations/services.ts';
import { minute } from '../../support/builders.ts';
import { temporaryFolder } from '../../support/temporaryHome.ts';

/** A folder like the one the ancestor kept: documents of each version, Dutch, one project unregistered. */
const fixture = fileURLToPath(new URL('../../fixtures/ancestor', import.meta.url));

/** The sessions of the fixture that can be imported. */
export const ancestorIds = [
  'sess_20251204T1600_77aa',
  'sess_20260115T0930_a1b2',
  'sess_20260227T0830_d00f',
  'sess_20260228T1005_b7e9',
  'sess_20260301T1900_0dd5',
  'sess_20260302T1412_c4d1',
];

export function ancestorFolder(): string {
  const folder = join(temporaryFolder(), 'dashboard');
  cpSync(fixture, folder, { recursive: true });
  return folder;
}

/** Adds what a real folder also has: half a document, a link to a document, a lock, an editor's leftovers. */
export function spoil(folder: string): void {
  const sessions = join(folder, 'sessions');
  writeFileSync(
    join(sessions, 'sess_20260210T1111_dead.json'),
    '{\n  "session_id": "sess_20260210T1111_dead",\n  "proj',
  );
  symlinkSync(join(sessions, 'sess_20260302T1412_c4d1.json'), join(sessions, 'sess_20260211T1200_1111.json'));
  writeFileSync(join(sessions, 'sess_20260302T1412_c4d1.lock'), '');
  writeFileSync(join(sessions, 'tmpx2k1.tmp'), '{');
}

export function servicesAt(
  folder: string = temporaryFolder(),
  home: string = join(temporaryFolder(), 'home'),
): Services {
  let count = 0;
  return createServices({
    home,
    folder,
    now: () => minute(60),
    random: () => (++count).toString(16).padStart(8, '0'),
  });
}

/** Every file below a folder with its content, and every folder: two that are equal are the same tree. */
export function treeOf(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.map(name => {
      const stats = lstatSync(join(folder, name));
      return [
        name,
        stats.isFile() ? `${stats.mtimeMs} ${readFileSync(join(folder, name), 'utf8')}` : 'folder',
      ];
    }),
  );
}
