import { endingBefore } from '../../snippets/format/trim';

/** What a cell is called in a list: words, code, or words and code. */
export interface ICellHead {
  words?: string;
  code?: string;
}

/**
 * What tells a reader best which cell it is: the comment that it begins with,
 * else the snippet that it came from, else what it does and under which heading.
 *
 * @param title - The snippet's title, for a cell of ours.
 * @param heading - The nearest heading above.
 */
export function cellHead(
  source: string,
  title?: string,
  heading?: string
): ICellHead {
  const lines = source.split('\n').filter(line => line.trim());
  const words = commentOf(lines[0] ?? '') || title;
  if (words) {
    return { words };
  }
  const code = firstWork(lines) ?? lines[0] ?? '';
  return heading ? { words: heading, code } : { code };
}

/** The last heading of a Markdown cell. */
export function headingOf(markdown: string): string | undefined {
  let isCode = false;
  let heading: string | undefined;
  for (const line of markdown.split('\n')) {
    if (!/[#`~]/.test(line)) {
      continue;
    }
    if (/^\s*(```|~~~)/.test(line)) {
      isCode = !isCode;
    } else if (!isCode) {
      const words = /^#{1,6}\s+(.*)$/.exec(line)?.[1] ?? '';
      heading = endingBefore(words, /[\s#]/) || heading;
    }
  }
  return heading;
}

/** The words of a comment; empty where it is a ruler or none. */
function commentOf(line: string): string {
  const words =
    /^#+\s*(?:%%\s*|@title\s+)?(.*)$/.exec(line)?.[1].trimEnd() ?? '';
  return /[\p{L}\p{N}]/u.test(words) && !/^[!@]/.test(words) ? words : '';
}

/** The first line that is neither a comment nor part of an import. */
function firstWork(lines: readonly string[]): string | undefined {
  let isImport = false;
  return lines.find(line => {
    if (isImport) {
      isImport = !line.includes(')');
      return false;
    }
    if (/^(import|from)\s/.test(line)) {
      isImport = line.lastIndexOf('(') > line.lastIndexOf(')');
      return false;
    }
    return !line.trim().startsWith('#');
  });
}
