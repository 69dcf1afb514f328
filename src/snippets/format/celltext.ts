import type { IPercentCell } from './cells';
import { FormatError } from './errors';
import { later } from './message';
import { LineScanner } from './scan';

/** A commented-out line of IPython's own syntax, perhaps commented twice. */
const MAGIC = /^(\s*)# ((?:# )*(?:%{1,2}[A-Za-z_]|!\S).*)$/;
const CELL_MAGIC = /^# %%[A-Za-z_!]/;
const COMMENT = /^#(?: (.*)|(?! )(.*))$/;
const QUOTED = /^[rR]?("""|''')([\s\S]*)\1$/;

/**
 * The source of a code cell. A snippet's file is plain Python, so it holds
 * IPython's lines as comments (`# %pip install x`, `# !ls`), like jupytext's;
 * `# # %pip` stays a comment, with one `# ` less.
 */
export function codeSource(cell: IPercentCell): string {
  const { lines } = cell;
  if (CELL_MAGIC.test(lines[0]) && lines.every(isCommentOrBlank)) {
    return lines.map(uncomment).join('\n');
  }
  if (/^%%\w/.test(lines[0])) {
    return lines.join('\n');
  }
  const scanner = new LineScanner();
  let continued = false;
  const source = lines.map(line => {
    const match = MAGIC.exec(line);
    const isMagic = scanner.scan(line).startsStatement && match;
    if (continued && line.startsWith('#')) {
      continued = line.endsWith('\\');
      return uncomment(line);
    }
    continued = Boolean(isMagic) && line.endsWith('\\');
    return isMagic ? match[1] + match[2] : line;
  });
  return source.join('\n');
}

/**
 * The source of a markdown or raw cell: comment lines, or one string in three
 * quotes, taken as it stands.
 *
 * @throws FormatError
 */
export function textSource(cell: IPercentCell): string {
  const quoted = QUOTED.exec(cell.lines.join('\n').trimEnd());
  if (quoted) {
    return quoted[2].replace(/^\n|\n$/g, '');
  }
  const bad = cell.lines.findIndex(line => !isCommentOrBlank(line));
  if (bad >= 0) {
    throw new FormatError(
      'cells',
      cell.firstLine + bad,
      later.__(
        'a %1 cell must be comment lines or one triple-quoted string',
        cell.cellType
      )
    );
  }
  return cell.lines.map(uncomment).join('\n');
}

function isCommentOrBlank(line: string): boolean {
  return line.startsWith('#') || line.trim() === '';
}

function uncomment(line: string): string {
  const match = COMMENT.exec(line);
  return match ? (match[1] ?? match[2]) : '';
}
