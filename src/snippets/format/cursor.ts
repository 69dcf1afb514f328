import { MessageError } from './errors';
import { later } from './message';

/**
 * A place in a text that is read from left to right.
 */
export class Cursor {
  constructor(
    readonly text: string,
    private _blank = /[ \t\f\n]/
  ) {}

  position = 0;

  /** The next character; empty at the end. */
  get next(): string {
    return this.text[this.position] ?? '';
  }

  /** Step over blanks. */
  skipSpace(): void {
    while (this._blank.test(this.next)) {
      this.position++;
    }
  }

  /** Step over what a sticky pattern matches here. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    this.position += match?.[0].length ?? 0;
    return match;
  }

  /** Step over blanks, and over this character if it comes next. */
  take(char: string): boolean {
    this.skipSpace();
    const taken = this.next === char;
    this.position += taken ? 1 : 0;
    return taken;
  }

  /** The error that what comes here is no literal. */
  unexpected(): MessageError {
    const rest = this.text.slice(this.position);
    return new MessageError(
      rest
        ? later.__('"%1" is not a Python literal', rest)
        : later.__('a value is missing')
    );
  }
}
