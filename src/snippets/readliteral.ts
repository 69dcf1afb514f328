import type { ParameterValue } from './types';

const NUMBER =
  /(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?)/y;
const INTEGER = /^(?:0[xob][\da-f]+|0+|[1-9]\d*)$/;
const FLOAT = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/;
const STRING_START = /([A-Za-z]{0,2})("""|'''|"|')/y;
const NAMES: Record<string, ParameterValue> = {
  True: true,
  False: false,
  None: null
};
const ESCAPES: Record<string, string> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v'
};
const ESCAPE =
  /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([xuUN])|([\s\S]))/g;

/**
 * Read a Python literal: strings, numbers, True, False, None, and lists, tuples
 * and dicts of these. Tuples become arrays; dict keys must be strings.
 *
 * @throws SyntaxError saying what does not belong into a parameter.
 */
export function readPythonLiteral(text: string): ParameterValue {
  const reader = new Reader(text);
  const value = reader.readValue(0);
  reader.skipSpace();
  if (reader.position < text.length) {
    throw new SyntaxError(`"${text}" is no single literal`);
  }
  return value;
}

/** Whether a number's literal is a float to Python: `1.0` and `1e3` are. */
export function isFloatLiteral(text: string): boolean {
  return /\.|^[^xX]*[eE]/.test(text);
}

class Reader {
  constructor(private _text: string) {}

  position = 0;

  skipSpace(): void {
    while (/[ \t\f\n]/.test(this._text[this.position] ?? '')) {
      this.position++;
    }
  }

  readValue(depth: number): ParameterValue {
    this.skipSpace();
    const char = this._text[this.position] ?? '';
    if (depth > 50) {
      throw new SyntaxError('nested too deeply');
    } else if (char === '[') {
      return this._readItems(']', depth).items;
    } else if (char === '(') {
      const { items, comma } = this._readItems(')', depth);
      return items.length === 1 && !comma ? items[0] : items;
    } else if (char === '{') {
      return this._readDict(depth);
    } else if (/[\d.+-]/.test(char)) {
      return this._readNumber();
    }
    return this._readStringOrName();
  }

  private _readItems(
    close: string,
    depth: number
  ): { items: ParameterValue[]; comma: boolean } {
    const items: ParameterValue[] = [];
    let comma = false;
    this.position++;
    while (!this._take(close)) {
      if (items.length > 0 && !comma) {
        throw this._unexpected();
      }
      items.push(this.readValue(depth + 1));
      comma = this._take(',');
    }
    return { items, comma };
  }

  private _readDict(depth: number): ParameterValue {
    const entries: [string, ParameterValue][] = [];
    let comma = true;
    this.position++;
    while (!this._take('}')) {
      const key = comma ? this.readValue(depth + 1) : undefined;
      if (key === undefined || !this._take(':')) {
        throw this._unexpected();
      }
      if (typeof key !== 'string') {
        throw new SyntaxError('the keys of a dict must be strings');
      }
      entries.push([key, this.readValue(depth + 1)]);
      comma = this._take(',');
    }
    return Object.fromEntries(entries);
  }

  private _readNumber(): number {
    const sign = /[+-]/.test(this._text[this.position])
      ? this._text[this.position++]
      : '';
    this.skipSpace();
    const token = this._match(NUMBER)?.[0] ?? '';
    const digits = token.replace(/_/g, '').toLowerCase();
    const next = this._text[this.position] ?? '';
    if (!(INTEGER.test(digits) || FLOAT.test(digits)) || /\w/.test(next)) {
      throw this._unexpected();
    }
    if (/^0\d/.test(digits) && !/[.e]/.test(digits) && !INTEGER.test(digits)) {
      throw new SyntaxError(`"${token}" is no Python number`);
    }
    const value = Number(digits);
    if (INTEGER.test(digits) && !Number.isSafeInteger(value)) {
      throw new SyntaxError(`${token} is beyond 2**53 and would lose digits`);
    }
    if (!Number.isFinite(value)) {
      throw new SyntaxError(`${token} is infinite`);
    }
    // Python has an integer zero without a sign and a float zero with one.
    return sign !== '-' || (value === 0 && INTEGER.test(digits))
      ? value
      : -value;
  }

  private _readStringOrName(): ParameterValue {
    let string: string | null = null;
    for (;;) {
      const part = this._match(STRING_START);
      if (!part) {
        break;
      }
      string = (string ?? '') + this._readString(part[1], part[2]);
      this.skipSpace();
    }
    if (string !== null) {
      return string;
    }
    const name = this._match(/[A-Za-z_]\w*/y)?.[0] ?? '';
    if (!Object.prototype.hasOwnProperty.call(NAMES, name)) {
      this.position -= name.length;
      throw this._unexpected();
    }
    return NAMES[name];
  }

  private _readString(prefix: string, quote: string): string {
    if (!/^[rRuU]?$/.test(prefix)) {
      throw new SyntaxError(`a ${prefix}-string cannot be a parameter`);
    }
    const start = this.position;
    let end = start;
    while (end < this._text.length && !this._text.startsWith(quote, end)) {
      if (quote.length === 1 && this._text[end] === '\n') {
        end = this._text.length;
      }
      end += this._text[end] === '\\' ? 2 : 1;
    }
    if (end >= this._text.length) {
      throw new SyntaxError('a string is not closed');
    }
    this.position = end + quote.length;
    const body = this._text.slice(start, end);
    return /r/i.test(prefix) ? body : unescape(body);
  }

  private _match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this._text);
    this.position += match?.[0].length ?? 0;
    return match;
  }

  private _take(char: string): boolean {
    this.skipSpace();
    const taken = this._text[this.position] === char;
    this.position += taken ? 1 : 0;
    return taken;
  }

  private _unexpected(): SyntaxError {
    const rest = this._text.slice(this.position);
    return new SyntaxError(
      rest ? `"${rest}" is no literal` : 'a literal is missing'
    );
  }
}

function unescape(body: string): string {
  return body.replace(ESCAPE, (all, x, u, U, octal, bad, char) => {
    const hex: string | undefined = x ?? u ?? U;
    if (bad !== undefined) {
      throw new SyntaxError(`the escape \\${bad} is not understood here`);
    } else if (hex !== undefined) {
      const code = parseInt(hex, 16);
      if (code > 0x10ffff) {
        throw new SyntaxError(`\\U${hex} is no character`);
      }
      return String.fromCodePoint(code);
    } else if (octal !== undefined) {
      return String.fromCharCode(parseInt(octal, 8));
    } else if (char === '\n') {
      return '';
    }
    return ESCAPES[char] ?? all;
  });
}
