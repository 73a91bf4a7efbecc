import type { Commit, Decision, Question, SessionEvent, Task } from '../../model/session.ts';
import type { SessionGroup } from '../snapshot.ts';

export type GroupKind = SessionGroup | 'unreadable';
export type SectionKind = 'decisions' | 'commits' | 'events' | 'files';

/** What the tree shows. Ids are unique in the whole tree and stay the same, so that nothing loses its place. */
export type Node =
  | { readonly kind: 'project'; readonly id: string; readonly key: string; readonly name: string }
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly group: GroupKind;
      readonly project: string | null;
      readonly parent: Node | null;
    }
  | { readonly kind: 'session'; readonly id: string; readonly session: string; readonly parent: Node }
  | { readonly kind: 'more'; readonly id: string; readonly count: number; readonly parent: Node }
  | {
      readonly kind: 'unreadable';
      readonly id: string;
      readonly path: string;
      readonly message: string;
      readonly parent: Node;
    }
  | {
      readonly kind: 'section';
      readonly id: string;
      readonly section: SectionKind;
      readonly count: number;
      readonly parent: SessionNode;
    }
  | DetailNode;

export type SessionNode = Extract<Node, { kind: 'session' }>;
export type SectionNode = Extract<Node, { kind: 'section' }>;

/** One thing under a session. */
export type DetailNode =
  | {
      readonly kind: 'task';
      readonly id: string;
      readonly task: Task;
      readonly session: string;
      readonly parent: Node;
    }
  | {
      readonly kind: 'question';
      readonly id: string;
      readonly question: Question;
      readonly session: string;
      readonly parent: Node;
    }
  | {
      readonly kind: 'nextStep';
      readonly id: string;
      readonly text: string;
      readonly session: string;
      readonly parent: Node;
    }
  | {
      readonly kind: 'decision';
      readonly id: string;
      readonly decision: Decision;
      readonly session: string;
      readonly parent: Node;
    }
  | {
      readonly kind: 'commit';
      readonly id: string;
      readonly commit: Commit;
      readonly session: string;
      readonly parent: Node;
    }
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly event: SessionEvent;
      readonly session: string;
      readonly parent: Node;
    }
  | {
      readonly kind: 'file';
      readonly id: string;
      readonly path: string;
      readonly session: string;
      readonly parent: Node;
    };

/**
 * The ids of the rows of one list, made of what its items are called and the same at every drawing. VS Code
 * draws nothing of a list in which two have one id, so an item that is called like an earlier one gets a number.
 */
export function rowIds(prefix: string, names: readonly string[]): string[] {
  const taken = new Set<string>();
  const copies = new Map<string, number>();
  return names.map(name => {
    let copy = copies.get(name) ?? 1;
    const id = () => `${prefix}/${name}${copy === 1 ? '' : `#${copy}`}`;
    while (taken.has(id())) copy++;
    copies.set(name, copy);
    taken.add(id());
    return id();
  });
}

/** True for what VS Code hands to a command from the tree. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && 'id' in value;
}
