import { MessageError } from './errors';
import { later } from './message';

const STRING = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y;
const NUMBER = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
const WORD = /[A-Za-z_][\w-]*/y;
const WORDS: Record<string, boolean> = {
  true: true,
  True: true,
  false: false,
  False: false
};

/** What can stand in a specification. */
export type SpecValue = string | number | boolean | SpecValue[];

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

/** The specification in a cell that anybody wrote, and what follows it. */
export interface ILooseSpec extends IParameterSpec {
  /** A note behind the specification, with or without a `#`. */
  readonly note: string;
}

/**
 * Read a specification as Colab does, which takes more than it documents: options
 * in front of the list, a key twice, a note without a `#`.
 *
 * @throws MessageError where a list or options are begun and not understood.
 */
export function readLooseSpec(text: string): ILooseSpec {
  const reader = new SpecReader(text, true);
  let choices: SpecValue[] | undefined;
  let options: Record<string, SpecValue> | undefined;
  for (;;) {
    const next = reader.peek();
    if (next === '[' && !choices) {
      choices = reader.readList();
    } else if (next === '{' && !options) {
      options = reader.readOptions();
    } else {
      const note = reader.rest.replace(/^[\s,;:#]+/, '').trim();
      return { ...(choices ? { choices } : {}), options: options ?? {}, note };
    }
  }
}

class SpecReader {
  /** @param loose - Whether Python's None is a value and the last of two keys counts. */
  constructor(
    private _text: string,
    private _loose = false
  ) {}

  /** What is not read yet. */
  get rest(): string {
    return this._text.slice(this._position);
  }

  /** The next character that is no blank; empty at the end. */
  peek(): string {
    while (/\s/.test(this._text[this._position] ?? '')) {
      this._position++;
    }
    return this._text[this._position] ?? '';
  }

  readList(): SpecValue[] {
    const items: SpecValue[] = [];
    this._readItems('[', ']', () => items.push(this._readValue()));
    return items;
  }

  readOptions(): Record<string, SpecValue> {
    const options: Record<string, SpecValue> = {};
    this._readItems('{', '}', () => {
      const key = this._readString() ?? this._match(WORD)?.[0];
      if (key === undefined || !this._take(':')) {
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
    this._take(open);
    let more = true;
    while (!this._take(close)) {
      if (!more) {
        if (this._loose && this.peek() === '') {
          return; // the closing bracket is missing
        }
        throw this.unexpected();
      }
      read();
      more = this._take(',');
    }
  }

  private _readValue(): SpecValue {
    if (this.peek() === '[') {
      return this.readList();
    }
    const string = this._readString();
    if (string !== undefined) {
      return string;
    }
    const number = this._match(NUMBER)?.[0];
    if (number !== undefined) {
      return Number(number);
    }
    const start = this._position;
    const word = this._match(WORD)?.[0] ?? '';
    if (this._loose && word === 'None') {
      return word; // a choice of `raw`, whose choices are code
    }
    if (!Object.prototype.hasOwnProperty.call(WORDS, word)) {
      this._position = start;
      throw this.unexpected();
    }
    return WORDS[word];
  }

  private _readString(): string | undefined {
    this.peek();
    const match = this._match(STRING);
    const body = match?.[1] ?? match?.[2];
    return body?.replace(/\\(.)/g, '$1');
  }

  private _match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this._position;
    const match = pattern.exec(this._text);
    this._position += match?.[0].length ?? 0;
    return match;
  }

  private _take(char: string): boolean {
    const taken = this.peek() === char;
    this._position += taken ? 1 : 0;
    return taken;
  }

  private _position = 0;
}
