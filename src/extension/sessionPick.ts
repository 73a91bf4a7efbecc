import { l10n, type QuickPickItem, ThemeIcon, window } from 'vscode';
import { byLastActivity, lastActivityAt, type Summary } from '../model/queries.ts';
import { oneLine } from '../operations/page.ts';
import { ago } from './words.ts';

interface SessionItem extends QuickPickItem {
  id: string;
}

const icons: Record<Summary['status'], string> = {
  active: 'circle-filled',
  parked: 'debug-pause',
  completed: 'pass',
};

/** Asks which of some sessions is meant, newest first; its id, or undefined when the person thought better of it. */
export async function pickSession(
  sessions: readonly Summary[],
  placeHolder: string,
): Promise<string | undefined> {
  const items = [...sessions].sort(byLastActivity).map(sessionItem);
  const picked = await window.showQuickPick(items, {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.id;
}

/** A session as an item of a list: what it is, since when, why it waits and what comes next. */
export function sessionItem(session: Summary): SessionItem {
  const why = session.needs?.text ?? session.parkedReason ?? session.activity?.text ?? session.outcome;
  const detail = [
    why && oneLine(why),
    session.nextStep && l10n.t('Next: {0}', oneLine(session.nextStep)),
  ].filter(Boolean);
  return {
    id: session.id,
    // `$(name)` in stored text would be drawn as an icon.
    label: oneLine(session.intent).replace(/\$\(/g, '$\u200b('),
    description: [session.branch, ago(lastActivityAt(session), Date.now())].filter(Boolean).join(' · '),
    iconPath: new ThemeIcon(icons[session.status]),
    ...(detail.length > 0 ? { detail: detail.join(' · ').replace(/\$\(/g, '$\u200b(') } : {}),
  };
}
