/**
 * Whether a cell may hold parameters: a look that is cheap enough for the state of
 * buttons, and that brings in no parser.
 */
export function mayHoldParameters(source: string): boolean {
  return /#\s*@param\b/.test(source);
}
