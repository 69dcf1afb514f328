import { FormatError } from './errors';
import { later } from './message';
import { LineScanner } from './scan';
import type { ISnippetCell } from './types';

/** A marker line: `# %%`, then perhaps a title, `[markdown]`, metadata. */
const MARKER = /^#\s*%%+(?:\s(.*))?$/;
/** What the marker of an engine's cell starts with. */
const ENGINE = /^engine:/;
const TYPES: Record<string, ISnippetCell['cellType']> = {
  markdown: 'markdown',
  md: 'markdown',
  raw: 'raw'
};

/**
 * The lines of a percent cell.
 */
export interface IPercentCell {
  readonly cellType: ISnippetCell['cellType'];
  readonly lines: readonly string[];
  /** 1-based line of `lines[0]` in the snippet's text. */
  readonly firstLine: number;
  /** Whether its marker says that it is an engine. */
  readonly folded: boolean;
}

/**
 * Split at the `# %%` lines. Blank lines around a cell's text and cells without
 * text are left out; a marker's title and metadata serve the file's reader only.
 *
 * @param lines - All lines of the text.
 * @param start - Index of the first one behind the front matter.
 * @throws FormatError where a string is not closed.
 */
export function splitCells(
  lines: readonly string[],
  start: number
): IPercentCell[] {
  const cells: IPercentCell[] = [];
  let scanner = new LineScanner();
  let cellType: ISnippetCell['cellType'] = 'code';
  let from = start;
  let opened = start;
  let cellMagic = false;
  let folded = false;
  for (let i = start; i <= lines.length; i++) {
    const marker =
      i < lines.length && !scanner.inString ? MARKER.exec(lines[i]) : null;
    if (marker || i === lines.length) {
      addCell(cells, { cellType, folded }, lines, from, i);
      cellType = typeOf(marker?.[1] ?? '');
      folded = ENGINE.test(marker?.[1] ?? '');
      from = i + 1;
      cellMagic = false;
      scanner = new LineScanner();
      continue;
    }
    // The rest of a cell under %%bash and the like is not Python.
    cellMagic ||= /^%%\w/.test(lines[i]) && isBlank(lines.slice(from, i));
    if (!cellMagic) {
      const wasInString = scanner.inString;
      scanner.scan(lines[i]);
      opened = !wasInString && scanner.inString ? i : opened;
    }
    if (i === lines.length - 1 && scanner.inString) {
      throw new FormatError(
        'cells',
        opened + 1,
        later.__('a closing quote is missing')
      );
    }
  }
  return cells;
}

function typeOf(marker: string): ISnippetCell['cellType'] {
  return TYPES[/\[(markdown|md|raw)\]/.exec(marker)?.[1] ?? ''] ?? 'code';
}

function isBlank(lines: readonly string[]): boolean {
  return lines.every(line => line.trim() === '');
}

function addCell(
  cells: IPercentCell[],
  kind: Pick<IPercentCell, 'cellType' | 'folded'>,
  lines: readonly string[],
  from: number,
  to: number
): void {
  while (from < to && lines[from].trim() === '') {
    from++;
  }
  while (from < to && lines[to - 1].trim() === '') {
    to--;
  }
  if (from < to) {
    cells.push({
      ...kind,
      lines: lines.slice(from, to),
      firstLine: from + 1
    });
  }
}

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
