/** One `name = value` of a git configuration file. Section and name are in lower case, the subsection as written. */
export interface ConfigEntry {
  section: string;
  /** The quoted part of `[remote "origin"]`, or null. */
  subsection: string | null;
  name: string;
  value: string;
}

const header = /^\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]/;
const assignment = /^([A-Za-z][A-Za-z0-9-]*)\s*(?:=|[#;]|$)/;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b' };

/**
 * Reads the text of a git configuration file as git does: quotes, escapes, comments, continued lines, names
 * without a value (which mean true). Includes are not followed, and a line that makes no sense is passed
 * over, because half an answer about a remote is better than none. Never throws.
 */
export function parseConfig(text: string): ConfigEntry[] {
  const entries: ConfigEntry[] = [];
  let section: Pick<ConfigEntry, 'section' | 'subsection'> | null = null;
  for (const line of logicalLines(text)) {
    let rest = line.trimStart();
    const opened = header.exec(rest);
    if (opened) {
      section = sectionOf(opened[1] ?? '', opened[2]);
      rest = rest.slice(opened[0].length).trimStart();
    }
    const name = assignment.exec(rest);
    if (!section || !name) continue;
    const hasValue = name[0].endsWith('=');
    const value = hasValue ? parseValue(rest.slice(name[0].length)) : 'true';
    entries.push({ ...section, name: (name[1] ?? '').toLowerCase(), value });
  }
  return entries;
}

/** The lines of a file, with those that end in an odd number of backslashes joined to the next, except comments. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let pending = '';
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const comment = pending === '' && /^\s*[#;]/.test(line);
    const continued = !comment && /(?:^|[^\\])(?:\\\\)*\\$/.test(line);
    if (continued) {
      pending += line.slice(0, -1);
    } else {
      lines.push(pending + line);
      pending = '';
    }
  }
  return pending ? [...lines, pending] : lines;
}

function sectionOf(name: string, quoted: string | undefined): Pick<ConfigEntry, 'section' | 'subsection'> {
  if (quoted !== undefined)
    return { section: name.toLowerCase(), subsection: quoted.replace(/\\(.)/g, '$1') };
  // The old spelling `[remote.origin]`, whose subsection knows no upper case.
  const [section = '', ...subsection] = name.toLowerCase().split('.');
  return { section, subsection: subsection.length > 0 ? subsection.join('.') : null };
}

/** A value without its quotes, its comment, and the blanks around it; blanks inside quotes stay. */
function parseValue(text: string): string {
  let value = '';
  let kept = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') {
      const next = text.charAt(++index);
      value += escapes[next] ?? next;
    } else if (character === '"') {
      quoted = !quoted;
    } else if (!quoted && (character === '#' || character === ';')) {
      break;
    } else if (!quoted && /\s/.test(character)) {
      // A blank outside quotes counts only between other characters.
      if (kept > 0) value += character;
      continue;
    } else {
      value += character;
    }
    kept = value.length;
  }
  return value.slice(0, kept);
}
