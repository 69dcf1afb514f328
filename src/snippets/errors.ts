/**
 * A snippet's text is not in the format. `message` says all of it in one line.
 */
export class SnippetError extends Error {
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
    readonly reason: string
  ) {
    super(`Snippet "${snippetId}", ${field}, line ${line}: ${reason}`);
    this.name = 'SnippetError';
  }
}

/**
 * A value does not fit a parameter. `message` names both and what would fit.
 */
export class ParameterError extends Error {
  constructor(
    /** The name of the parameter. */
    readonly parameter: string,
    readonly value: unknown,
    /** What is wrong and what would be right. */
    readonly reason: string
  ) {
    super(`${parameter}: ${reason}`);
    this.name = 'ParameterError';
  }
}

/**
 * Something is wrong at a known line; the parser adds which snippet it is.
 */
export class FormatError extends Error {
  constructor(
    readonly field: string,
    readonly line: number,
    reason: string
  ) {
    super(reason);
  }
}
