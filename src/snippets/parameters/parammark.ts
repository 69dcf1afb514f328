/**
 * Whether a cell may hold parameters: a look that is cheap enough for the state of
 * buttons, and that brings in no parser.
 */
export function mayHoldParameters(source: string): boolean {
  return /#\s*@param\b/.test(source);
}

/** Whether a cell may show a form: the same look, for titles and texts too. */
export function mayHoldForm(source: string): boolean {
  return /#[ \t]*@(?:param|title|markdown)\b/.test(source);
}

/** A `@param` comment in a line of code. */
export interface IParamComment {
  /** What other comments say that stand in front of it. */
  readonly before: string;
  /** What stands behind the word. */
  readonly spec: string;
}

/**
 * Find the `@param` in a line's comments: other comments may stand in front of it.
 *
 * @param comment - Column of the first `#`.
 */
export function findParamComment(
  line: string,
  comment: number
): IParamComment | null {
  const text = line.slice(comment);
  const match = /#\s*@param\b(.*)$/.exec(text);
  return match && { before: text.slice(0, match.index), spec: match[1] };
}
