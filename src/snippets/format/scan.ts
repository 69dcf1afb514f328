/** A line without any of these leaves all as it is. */
const MARKS = /["'#()[\]{}\\%!?]/;
/** What may end a string, by its quote. */
const ENDS: Record<string, RegExp> = {
  '"': /\\|"/g,
  "'": /\\|'/g,
  '"""': /\\|"""/g,
  "'''": /\\|'''/g
};
const TOKEN = /"""|'''|["']|#|[([{]|[)\]}]/g;

/**
 * What {@link LineScanner} saw in one line.
 */
export interface IScannedLine {
  /** Whether the line begins a statement: not in a string, bracket or continued line. */
  readonly startsStatement: boolean;
  /** Column of the `#` of its comment, or -1. */
  readonly comment: number;
  /** Whether a string in single quotes lacks its end. */
  readonly broken: boolean;
}

/**
 * Follows Python source line by line, just closely enough to tell comments from
 * strings that contain `#`. It never fails: broken code is the kernel's to report.
 */
export class LineScanner {
  /** Whether the last line ended inside a string. */
  get inString(): boolean {
    return this._quote !== null;
  }

  scan(line: string): IScannedLine {
    const startsStatement =
      this._quote === null && this._depth === 0 && !this._continued;
    if (startsStatement && !MARKS.test(line)) {
      return { startsStatement, comment: -1, broken: false };
    }
    if (startsStatement && isShell(line)) {
      this._inShell = line.endsWith('\\');
      this._continued = this._inShell;
      return { startsStatement, comment: -1, broken: false };
    }
    if (this._inShell) {
      this._inShell = this._continued = line.endsWith('\\');
      return { startsStatement: false, comment: -1, broken: false };
    }
    this._broken = false;
    const comment = this._walk(line);
    return { startsStatement, comment, broken: this._broken };
  }

  /** @returns the column of the comment, or -1. */
  private _walk(line: string): number {
    this._continued = false;
    let position = 0;
    if (this._quote !== null) {
      position = this._closeString(line, 0);
    }
    while (position < line.length) {
      TOKEN.lastIndex = position;
      const match = TOKEN.exec(line);
      if (!match) {
        break;
      }
      const token = match[0];
      position = match.index + token.length;
      if (token === '#') {
        return match.index;
      } else if ('([{'.includes(token)) {
        this._depth++;
      } else if (')]}'.includes(token)) {
        this._depth = Math.max(0, this._depth - 1);
      } else {
        this._quote = token;
        position = this._closeString(line, position);
      }
    }
    if (this._quote === null) {
      this._continued = line.endsWith('\\');
    }
    return -1;
  }

  /** @returns the column behind the end of the open string, or of the line. */
  private _closeString(line: string, from: number): number {
    const quote = this._quote!;
    const ends = ENDS[quote];
    ends.lastIndex = from;
    for (let end = ends.exec(line); end; end = ends.exec(line)) {
      if (end[0] === quote) {
        this._quote = null;
        return ends.lastIndex;
      }
      ends.lastIndex++; // what a backslash stands in front of
    }
    // A string in single quotes ends with its line, closed or not, except that
    // a backslash carries it over.
    if (quote.length === 1 && !/(?:^|[^\\])(?:\\\\)*\\$/.test(line)) {
      this._quote = null;
      this._broken = true;
    }
    return line.length;
  }

  private _broken = false;
  private _continued = false;
  private _depth = 0;
  private _inShell = false;
  private _quote: string | null = null;
}

/** Whether IPython takes the line away from Python. */
function isShell(line: string): boolean {
  return /^\s*[%!?]/.test(line);
}
