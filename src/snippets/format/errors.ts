import { later, Message } from './message';

/**
 * An error that can be said in the user's language: a literal that is not
 * understood, a snippet that is not there.
 */
export class MessageError extends Error {
  constructor(
    /** The complete message for the user. */
    readonly sentence: Message
  ) {
    super(String(sentence));
    this.name = new.target.name;
  }
}

/**
 * A snippet's text is not in the format. `message` says all of it in one line.
 */
export class SnippetError extends MessageError {
  /**
   * @param snippetId - The snippet, as its file or its setting names it.
   * @param field - A front-matter key, a parameter, `front matter` or `cells`.
   * @param line - 1-based line in the snippet's text.
   * @param reason - What is wrong and what would be right.
   */
  constructor(
    readonly snippetId: string,
    readonly field: string,
    readonly line: number,
    readonly reason: Message
  ) {
    super(
      later.__(
        'Snippet "%1", %2, line %3: %4',
        snippetId,
        placeOf(field),
        line,
        reason
      )
    );
  }

  /** The field to be said. */
  get place(): Message {
    return placeOf(this.field);
  }
}

/**
 * A value does not fit a parameter. `message` names both and what would fit.
 */
export class ParameterError extends MessageError {
  constructor(
    /** The name of the parameter. */
    readonly parameter: string,
    readonly value: unknown,
    /** What is wrong and what would be right. */
    readonly reason: Message
  ) {
    super(new Message('%1: %2', [parameter, reason]));
  }
}

/**
 * Something is wrong at a known line; the parser adds which snippet it is.
 */
export class FormatError extends MessageError {
  constructor(
    readonly field: string,
    readonly line: number,
    readonly reason: Message
  ) {
    super(reason);
  }
}

/** The message of an error, of ours or another's, for the user. */
export function sentenceOf(error: unknown): Message {
  return error instanceof MessageError
    ? error.sentence
    : new Message('%1', [(error as Error)?.message || String(error)]);
}

/** Names of keys and parameters stay as they are. */
function placeOf(field: string): Message {
  switch (field) {
    case 'front matter':
      return later.__('front matter');
    case 'cells':
      return later.__('cells');
    default:
      return new Message('%1', [field]);
  }
}
