import { SnippetError } from './errors';
import { later } from './message';
import { parseSnippet } from './parse';
import { LineScanner } from './scan';
import type { ISnippet, ISnippetCell } from './types';

/** What a snippet file says in front of its cells. */
export interface ISnippetHead extends Partial<
  Pick<ISnippet, 'description' | 'tags' | 'version' | 'icon' | 'requires'>
> {
  readonly id: string;
  readonly title: string;
  /** Empty for any language. */
  readonly languages: readonly string[];
}

const MARKER = /^#\s*%%+(?:\s|$)/;
/** A line of IPython's that the parser would read from behind `# `. */
const MAGIC = /^(\s*)((?:# )*(?:%{1,2}[A-Za-z_]|!\S).*)$/;

/**
 * Write a snippet in the snippet format, such that the parser gives the same
 * cells back; blank lines around them are left out.
 *
 * @throws SnippetError where that cannot be: a line of the cells looks like the
 * format's own, a parameter is not understood, the id is none.
 */
export function writeSnippet(
  head: ISnippetHead,
  cells: readonly ISnippetCell[]
): string {
  const kept = cells
    .map(cell => ({ ...cell, source: trimLines(cell.source) }))
    .filter(({ source }) => source !== '');
  const text = [
    '# ---',
    ...frontMatter(head),
    '# ---',
    ...kept.flatMap(writeCell)
  ].join('\n');
  const { cells: again } = parseSnippet(`${text}\n`, {
    id: head.id,
    builtin: false
  });
  const differs = kept.findIndex(
    ({ cellType, source }, i) =>
      again[i]?.cellType !== cellType || again[i].source !== source
  );
  if (differs >= 0 || again.length !== kept.length) {
    throw new SnippetError(
      head.id,
      'cells',
      1,
      later.__(
        'cell %1 contains a line that the format can\'t store, such as "%2"',
        differs + 1,
        '# %%'
      )
    );
  }
  return `${text}\n`;
}

function frontMatter(head: ISnippetHead): string[] {
  const { id, title, description, tags, languages, version, icon } = head;
  const values: Record<string, unknown> = {
    id,
    title,
    description,
    tags,
    languages,
    version: version ?? 1,
    icon,
    requires: head.requires?.length ? head.requires : undefined
  };
  // JSON is YAML on one line.
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `# ${key}: ${JSON.stringify(value)}`);
}

function writeCell({ cellType, source }: ISnippetCell): string[] {
  const lines = source.split('\n');
  if (cellType === 'code') {
    return ['# %%', ...codeLines(lines)];
  }
  const marker = `# %% [${cellType}]`;
  return lines.some(line => MARKER.test(`# ${line}`))
    ? [marker, '"""', ...lines, '"""']
    : [marker, ...lines.map(comment)];
}

function codeLines(lines: readonly string[]): string[] {
  if (/^%%[A-Za-z_!]/.test(lines[0])) {
    return lines.map(comment);
  }
  const scanner = new LineScanner();
  let continued = false;
  return lines.map(line => {
    const { startsStatement } = scanner.scan(line);
    if (continued) {
      continued = line.endsWith('\\');
      return comment(line);
    }
    const magic = startsStatement ? MAGIC.exec(line) : null;
    if (!magic) {
      return line;
    }
    continued = line.endsWith('\\');
    return `${magic[1]}# ${magic[2]}`;
  });
}

function comment(line: string): string {
  return line === '' ? '#' : `# ${line}`;
}

function trimLines(source: string): string {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const isBlank = (line: string): boolean => line.trim() === '';
  let [first, end] = [0, lines.length];
  while (first < end - 1 && isBlank(lines[first])) {
    first++;
  }
  while (end > first + 1 && isBlank(lines[end - 1])) {
    end--;
  }
  return lines.slice(first, end).join('\n');
}
