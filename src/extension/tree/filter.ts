import type { Summary } from '../../model/queries.ts';

/** What the list is narrowed to: all of the words and all of the tags. */
export interface SessionFilter {
  readonly words: readonly string[];
  readonly tags: readonly string[];
}

/** `login #urgent` is the word "login" and the tag "urgent". */
export function parseFilter(text: string): SessionFilter {
  const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
  return {
    words: parts.filter(part => !part.startsWith('#')),
    tags: parts.filter(part => part.startsWith('#') && part.length > 1).map(part => part.slice(1)),
  };
}

export function matches(summary: Summary, { words, tags }: SessionFilter): boolean {
  if (words.length === 0 && tags.length === 0) return true;
  const { intent, branch, ref, parkedReason, outcome, activity, needs, nextStep, project, id } = summary;
  const text = [intent, branch, ref, parkedReason, outcome, activity, needs, nextStep, project.name, id]
    .join('\n')
    .toLowerCase();
  const own = summary.tags.map(tag => tag.toLowerCase());
  return (
    words.every(word => text.includes(word)) && tags.every(tag => own.some(each => each.startsWith(tag)))
  );
}
