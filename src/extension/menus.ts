import { viewId } from './names.ts';

/** A place in one of VS Code's menus. */
export interface MenuPlace {
  readonly menu: 'view/title' | 'view/item/context';
  /** The whole clause. */
  readonly when: string;
  /** `navigation@N` and `inline@N` are buttons; any other group is in the menu, sorted by name. */
  readonly group: string;
  /** Where that is, in words for the README. */
  readonly where: string;
}

/** The rows that a command is offered on, by the context values that `tree/items.ts` gives them. */
const rowKinds = {
  session: { where: 'any session', when: 'viewItem =~ /^session\\b/' },
  active: { where: 'active session', when: 'viewItem =~ /^session\\b.*\\bactive\\b/' },
  parked: { where: 'parked session', when: 'viewItem =~ /^session\\b.*\\bparked\\b/' },
  open: { where: 'active or parked session', when: 'viewItem =~ /^session\\b.*\\b(active|parked)\\b/' },
  completed: { where: 'completed session', when: 'viewItem =~ /^session\\b.*\\bcompleted\\b/' },
  reopenable: {
    where: 'completed session',
    when: 'viewItem =~ /^session\\b.*\\bcompleted\\b/ && !(viewItem =~ /\\bresumed\\b/)',
  },
  needy: { where: 'session that needs you', when: 'viewItem =~ /^session\\b.*\\bneeds\\b/' },
  task: { where: 'task', when: 'viewItem =~ /^task\\b/' },
  question: { where: 'question', when: 'viewItem =~ /^question\\b/' },
  unreadable: { where: 'unreadable document', when: 'viewItem == unreadable' },
} as const;

/** On every row of a kind: a button (`inline@N`), or a line in its menu. */
export function onRow(kind: keyof typeof rowKinds, group: string): MenuPlace {
  const { where, when } = rowKinds[kind];
  return { menu: 'view/item/context', when: `view == ${viewId} && ${when}`, group, where };
}

/** Above the list: a button (`navigation@N`), or a line behind the three dots. */
export function inTitle(group: string, when?: string): MenuPlace {
  const here = `view == ${viewId}`;
  return { menu: 'view/title', when: when ? `${here} && ${when}` : here, group, where: 'title bar' };
}
