import { firstAnswer, openSteps } from '../../model/queries.ts';
import type { Session } from '../../model/session.ts';
import {
  type DetailNode,
  type Node,
  rowIds,
  type SectionKind,
  type SectionNode,
  type SessionNode,
} from './nodes.ts';

/** How many of a long list under a session are shown: the newest. */
const recentItems = 50;

/** The rows of one kind under a session. */
export function detailsOf(kind: string, parent: SessionNode, session: Session): Node[] {
  const base = { session: session.id, parent };
  switch (kind) {
    case 'tasks':
      return named(`${parent.id}/task`, session.tasks, ({ id }) => id).map(([id, task]) => ({
        ...base,
        kind: 'task',
        id,
        task,
      }));
    case 'questions':
      return named(`${parent.id}/question`, session.questions, ({ id }) => id)
        .filter(([, question]) => firstAnswer(question) === null)
        .map(([id, question]) => ({ ...base, kind: 'question', id, question }));
    case 'nextSteps':
      return named(`${parent.id}/nextStep`, openSteps(session), ({ id }) => id).map(([id, { text }]) => ({
        ...base,
        kind: 'nextStep',
        id,
        text,
      }));
    case 'decisions':
    case 'commits':
    case 'events':
    case 'files': {
      const count = session[kind].length;
      return count === 0
        ? []
        : [{ kind: 'section', id: `${parent.id}/${kind}`, section: kind, count, parent }];
    }
    default:
      return [];
  }
}

/** The rows of a section of a session. */
export function sectionRows(node: SectionNode, session: Session): DetailNode[] {
  const base = { session: session.id, parent: node };
  const make: Record<SectionKind, () => DetailNode[]> = {
    decisions: () =>
      newest(named(node.id, session.decisions, ({ id }) => id)).map(([id, decision]) => ({
        ...base,
        kind: 'decision',
        id,
        decision,
      })),
    commits: () =>
      newest(named(node.id, session.commits, commit => commit.id)).map(([id, commit]) => ({
        ...base,
        kind: 'commit',
        id,
        commit,
      })),
    events: () =>
      newest(session.events).map((event, index) => ({
        ...base,
        kind: 'event',
        id: `${node.id}/${session.events.length - index}`,
        event,
      })),
    files: () =>
      named(node.id, session.files, file => file.id).map(([id, file]) => ({
        ...base,
        kind: 'file',
        id,
        path: file.id,
      })),
  };
  return make[node.section]();
}

/** The items of a list, each with the id of its row. */
function named<T>(prefix: string, items: readonly T[], nameOf: (item: T) => string): [string, T][] {
  const ids = rowIds(prefix, items.map(nameOf));
  return items.map((item, index) => [ids[index] ?? '', item]);
}

function newest<T>(list: readonly T[]): T[] {
  return list.slice(-recentItems).reverse();
}
