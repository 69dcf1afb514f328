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
