import { join } from 'node:path';
import { type Page, plainStyle } from '../../../src/operations/page.ts';
import { createServices, type Services } from '../../../src/operations/services.ts';
import { showSummaries } from '../../../src/operations/showTable.ts';
import { minute } from '../../support/builders.ts';
import { temporaryFolder } from '../../support/temporaryHome.ts';

/** Services of a caller in a folder, at an hour after the noon of the tests, with ids that count up. */
export function servicesIn(
  folder: string = temporaryFolder(),
  home: string = join(temporaryFolder(), 'home'),
): Services {
  let count = 0;
  const random = () => (++count).toString(16).padStart(8, '0');
  return createServices({ home, folder, now: () => minute(60), random });
}

/** A page without colour and end, at that hour. */
export function plainPage(): Page {
  const page: Page = {
    now: minute(60),
    staleHours: 24,
    width: Number.POSITIVE_INFINITY,
    style: plainStyle,
    table: (sessions, withProject) => showSummaries(sessions, page, withProject),
  };
  return page;
}
