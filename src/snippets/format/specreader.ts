import { Cursor } from './cursor';
import { MessageError } from './errors';
import { later } from './message';

const STRING = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y;
const NUMBER = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.*])/y;
const WORD = /[A-Za-z_][\w-]*/y;
/** A value without quotes, up to what can follow one. */
const BARE = /[^\s,;[\]{}"'][^\s,;[\]{}]*/y;
const WORDS: Record<string, boolean> = {
  true: true,
  True: true,
  false: false,
  False: false
};
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' };

/** What can stand in a specification. */
export type SpecValue = string | number | boolean | null | SpecValue[];

/**
 * Reads lists and options as they stand behind `@param` and `@title`.
 */
export class SpecReader extends Cursor {
  /**
   * @param loose - Read what people write too: None, a value without quotes, a
   * comma that is missing or a semicolon, `=` for `:`, a bracket of the other
   * kind or none at the end; the last of two keys counts.
   */
  constructor(
    text: string,
    private _loose = false
  ) {
    super(text, /\s/);
  }

  /** What is not read yet. */
  get rest(): string {
    return this.text.slice(this.position);
  }

  /** The next character that is no blank; empty at the end. */
  peek(): string {
    this.skipSpace();
    return this.next;
  }

  readList(): SpecValue[] {
    const items: SpecValue[] = [];
    this._readItems('[', ']', () => items.push(this._readValue()));
    return items;
  }

  readOptions(): Record<string, SpecValue> {
    const options: Record<string, SpecValue> = {};
    this._readItems('{', '}', () => {
      const key = this._readString() ?? this.match(WORD)?.[0];
      if (
        key === undefined ||
        !(this.take(':') || (this._loose && this.take('=')))
      ) {
        throw this.unexpected();
      }
      if (!this._loose && Object.prototype.hasOwnProperty.call(options, key)) {
        throw new MessageError(later.__('"%1" is given twice', key));
      }
      options[key] = this._readValue();
    });
    return options;
  }

  unexpected(): MessageError {
    const { rest } = this;
    return new MessageError(
      rest ? later.__('unexpected "%1"', rest) : later.__('unexpected end')
    );
  }

  private _readItems(open: string, close: string, read: () => void): void {
    this.take(open);
    let more = true;
    while (!this._ends(close)) {
      if (!more && !this._loose) {
        throw this.unexpected();
      }
      read();
      more = this.take(',') || (this._loose && this.take(';'));
    }
  }

  private _ends(close: string): boolean {
    return (
      this.take(close) ||
      (this._loose && (this.peek() === '' || this.take(']') || this.take('}')))
    );
  }

  private _readValue(): SpecValue {
    if (this.peek() === '[') {
      return this.readList();
    }
    const string = this._readString();
    if (string !== undefined) {
      return string;
    }
    const number = this.match(NUMBER)?.[0];
    if (number !== undefined) {
      return Number(number);
    }
    const start = this.position;
    const word = this.match(this._loose ? BARE : WORD)?.[0] ?? '';
    if (Object.prototype.hasOwnProperty.call(WORDS, word)) {
      return WORDS[word];
    }
    if (this._loose && word) {
      return word === 'None' ? null : word;
    }
    this.position = start;
    throw this.unexpected();
  }

  private _readString(): string | undefined {
    this.peek();
    const match = this.match(STRING);
    const body = match?.[1] ?? match?.[2];
    return body?.replace(
      /\\(?:u([\da-fA-F]{4})|(.))/g,
      (_, hex: string | undefined, char: string) =>
        hex === undefined
          ? (ESCAPES[char] ?? char)
          : String.fromCharCode(parseInt(hex, 16))
    );
  }
}

/**
 * What stands behind `@param`: a list to choose from, options, both or nothing.
 */
export interface IParameterSpec {
  readonly choices?: readonly SpecValue[];
  readonly options: Readonly<Record<string, SpecValue>>;
}

/**
 * Read what stands behind `@param` in Colab's form syntax: JSON, except that
 * keys may stand without quotes and strings in single ones. A further comment
 * may follow.
 *
 * @throws MessageError
 */
export function parseParameterSpec(text: string): IParameterSpec {
  const reader = new SpecReader(text);
  const choices = reader.peek() === '[' ? reader.readList() : undefined;
  const options = reader.peek() === '{' ? reader.readOptions() : {};
  if (reader.peek() !== '' && reader.peek() !== '#') {
    throw reader.unexpected();
  }
  return { ...(choices ? { choices } : {}), options };
}
