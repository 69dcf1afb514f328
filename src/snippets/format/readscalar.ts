import type { Cursor } from './cursor';
import { MessageError } from './errors';
import { later } from './message';

const NUMBER =
  /(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.?(?:\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?)/y;
const INTEGER = /^(?:0[xob][\da-f]+|0+|[1-9]\d*)$/;
const FLOAT = /^(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/;
const STRING_START = /([A-Za-z]{0,2})("""|'''|"|')/y;
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
 * Read a Python number, which must be one to JavaScript too.
 *
 * @throws MessageError
 */
export function readNumber(cursor: Cursor): number {
  const sign = cursor.match(/[+-]/y)?.[0];
  cursor.skipSpace();
  const token = cursor.match(NUMBER)?.[0] ?? '';
  const digits = token.replace(/_/g, '').toLowerCase();
  const isInteger = INTEGER.test(digits);
  const hasLeadingZero = /^0\d+$/.test(digits);
  const isNumber = isInteger || (FLOAT.test(digits) && !hasLeadingZero);
  if (!isNumber || /\w/.test(cursor.next)) {
    throw cursor.unexpected();
  }
  const value = Number(digits);
  if (isInteger && !Number.isSafeInteger(value)) {
    throw new MessageError(
      later.__('%1 exceeds 2**53 and would lose precision', token)
    );
  }
  if (!Number.isFinite(value)) {
    throw new MessageError(later.__('%1 is infinite', token));
  }
  // Python has an integer zero without a sign and a float zero with one.
  return sign !== '-' || (value === 0 && isInteger) ? value : -value;
}

/**
 * Read a Python string, or several that follow each other and are one to Python.
 *
 * @returns null where there is none.
 * @throws MessageError
 */
export function readString(cursor: Cursor): string | null {
  let string: string | null = null;
  for (;;) {
    const part = cursor.match(STRING_START);
    if (!part) {
      return string;
    }
    string = (string ?? '') + readPart(cursor, part[1], part[2]);
    cursor.skipSpace();
  }
}

function readPart(cursor: Cursor, prefix: string, quote: string): string {
  if (!/^[rRuU]?$/.test(prefix)) {
    throw new MessageError(
      later.__("a parameter can't be a %1-string", prefix)
    );
  }
  const { text, position } = cursor;
  let end = position;
  while (end < text.length && !text.startsWith(quote, end)) {
    end += text[end] === '\\' ? 2 : 1;
  }
  const body = text.slice(position, end);
  if (end >= text.length || (quote.length === 1 && body.includes('\n'))) {
    throw new MessageError(later.__('a closing quote is missing'));
  }
  cursor.position = end + quote.length;
  return /r/i.test(prefix) ? body : unescape(body);
}

function unescape(body: string): string {
  return body.replace(ESCAPE, (all, x, u, U, octal, bad, char) => {
    const hex: string | undefined = x ?? u ?? U;
    if (bad !== undefined) {
      throw new MessageError(later.__('unsupported escape %1', `\\${bad}`));
    } else if (hex !== undefined) {
      const code = parseInt(hex, 16);
      if (code > 0x10ffff) {
        throw new MessageError(later.__('%1 is not a character', `\\U${hex}`));
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
