import { SessionError } from '../model/errors.ts';
import type { Operation } from '../operations/operation.ts';
import { oneLine, shortId } from '../operations/page.ts';
import { createServices } from '../operations/services.ts';
import { currentFolder } from '../store/home.ts';
import { atOnceFileSystem } from '../store/stampsAtOnce.ts';
import { Summaries } from '../store/summaries.ts';
import { findOperation, flagOf, hasFlag, splitCommand } from './arguments.ts';
import { ownCommands } from './help.ts';
import { print } from './output.ts';

/*
 * The scripts are a few lines each: all they know is how their shell passes words on. What can come
 * next is asked of the program itself (`__complete`), which has it from the table of operations.
 */

const scripts: Record<string, string> = {
  bash: `_work_sessions() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _work_sessions work-sessions wks
`,
  zsh: `#compdef work-sessions wks
_work_sessions() {
  local -a candidates
  local line
  while IFS= read -r line; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then _describe 'work-sessions' candidates; else _files; fi
}
if [ "$funcstack[1]" = "_work_sessions" ]; then _work_sessions; else compdef _work_sessions work-sessions wks; fi
`,
  fish: `function __work_sessions_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c work-sessions -c wks -a '(__work_sessions_complete)'
`,
};

export async function printScript(shell: string | undefined): Promise<number> {
  const script = scripts[shell ?? ''];
  if (script === undefined) {
    throw new SessionError('usage', {
      message: `Name the shell: work-sessions completion ${Object.keys(scripts).join('|')}.`,
    });
  }
  await print(script);
  return 0;
}

interface Candidate {
  word: string;
  text: string;
}

/** Prints what can come next, a word and its meaning a line. The last of `words` is being typed. */
export async function printCandidates(
  operations: readonly Operation[],
  words: readonly string[],
): Promise<number> {
  const typed = words.at(-1) ?? '';
  const candidates = (await candidatesFor(operations, words)).filter(({ word }) => word.startsWith(typed));
  if (candidates.length > 0) await print(candidates.map(({ word, text }) => `${word}\t${text}`).join('\n'));
  return 0;
}

async function candidatesFor(
  operations: readonly Operation[],
  words: readonly string[],
): Promise<Candidate[]> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const previous = before.at(-1);
  // A folder: the shell itself completes those.
  if (previous === '--home') return [];
  const { words: command } = splitCommand(before);
  const found = findOperation(operations, command);
  if (found === null) return commandWords(operations, command);
  const { operation, length } = found;
  const fields = Object.entries(operation.fields);
  const expectedBy = (word: string | undefined) =>
    fields.find(
      ([name, field]) =>
        hasFlag(name, field) && field.kind !== 'switch' && word === `--${flagOf(name, field)}`,
    );
  const expecting = expectedBy(previous);
  const home = homeIn(before);
  if (expecting) return valuesOf(expecting[0], expecting[1].choices, home);
  if (typed.startsWith('-')) {
    const own = fields
      .filter(([name, field]) => hasFlag(name, field))
      .map(([name, field]) => ({ word: `--${flagOf(name, field)}`, text: field.description }));
    return [
      ...own,
      { word: '--json', text: 'Print JSON' },
      { word: '--help', text: 'Help' },
      { word: '--home', text: 'The home folder' },
    ];
  }
  const isPositional = (word: string, flag: string | undefined) =>
    !word.startsWith('-') && flag !== '--home' && expectedBy(flag) === undefined;
  const given = command
    .slice(length)
    .filter((word, index, rest) => isPositional(word, rest[index - 1])).length;
  const positionals = fields.filter(([, field]) => field.positional !== undefined);
  const last = positionals.at(-1);
  const next = positionals[given] ?? (last?.[1].positional === 'rest' ? last : undefined);
  return next ? valuesOf(next[0], next[1].choices, home) : [];
}

/** The home that the words typed so far ask for. */
function homeIn(words: readonly string[]): string | undefined {
  const at = words.lastIndexOf('--home');
  return at < 0 ? words.findLast(word => word.startsWith('--home='))?.slice('--home='.length) : words[at + 1];
}

function commandWords(operations: readonly Operation[], command: readonly string[]): Candidate[] {
  if (command[0] === 'completion') return Object.keys(scripts).map(word => ({ word, text: 'shell' }));
  const prefix = command.length === 0 ? '' : `${command.join(' ')} `;
  const words = new Map<string, string>();
  for (const { name, description } of [...operations, ...ownCommands]) {
    if (!name.startsWith(prefix)) continue;
    const [word = '', ...more] = name.slice(prefix.length).split(' ');
    words.set(word, more.length > 0 && words.has(word) ? `${word} …` : description);
  }
  return [...words].map(([word, text]) => ({ word, text }));
}

async function valuesOf(
  name: string,
  choices: readonly string[] | undefined,
  home: string | undefined,
): Promise<Candidate[]> {
  if (choices) return choices.map(word => ({ word, text: name }));
  if (name !== 'session' && name !== 'from') return [];
  const services = createServices({ home, folder: currentFolder, fs: atOnceFileSystem });
  const { entries } = await new Summaries(services.store.fs, services.store.home).list('sessions');
  const newest = [...entries].sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1)).slice(0, 50);
  return newest.map(({ id, summary }) => ({
    word: shortId(id),
    text: `${summary.status}: ${oneLine(summary.intent)}`,
  }));
}
