import { expressionProblem } from '../format/expression';
import { endingBefore } from '../format/trim';

/** Python's names: letters of all languages. */
const NAME = String.raw`[\p{ID_Start}_]\p{ID_Continue}*`;
const ITEM = String.raw`\[(?:-?\d+|${NAME}|"[^"\\\]]*"|'[^'\\\]]*')\]`;
/** `TARGET: annotation = value`; the target may be an attribute or an item. */
const ASSIGNMENT = new RegExp(
  String.raw`^(\s*(${NAME}(?:\.${NAME}|${ITEM})*)\s*(:[^=]*)?=(?!=)\s*)(\S.*)$`,
  'su'
);

/** Why a `@param` line is not edited in a form. */
export type NotEditable =
  'expression' | 'annotation' | 'lines' | 'statement' | 'options';

/** What stands in front of a `@param`. */
export interface IAssignment {
  readonly name: string;
  readonly isAnnotated: boolean;
  /** The right-hand side. */
  readonly code: string;
  /** Column of the right-hand side. */
  readonly start: number;
}

/** Read `NAME = value`; null for anything else. */
export function readAssignment(text: string): IAssignment | null {
  const match = ASSIGNMENT.exec(text);
  const code = match ? endingBefore(match[4], /[\s;]/) : '';
  if (!match || !code) {
    return null;
  }
  const start = match[1].length;
  return { name: match[2], isAnnotated: match[3] !== undefined, code, start };
}

/** Why a right-hand side that is no literal is left to the code. */
export function whyNotEditable(code: string): NotEditable {
  switch (expressionProblem(code)) {
    case null:
      return 'expression';
    case 'bracket':
    case 'string':
      return 'lines';
    default:
      return 'statement';
  }
}
