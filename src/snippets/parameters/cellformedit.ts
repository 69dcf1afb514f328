import type { ICellForm, ICellParameter } from './cellform';
import { checkParameter, isSameValue } from '../format/check';
import { ParameterError } from '../format/errors';
import { expressionProblem } from '../format/expression';
import { toPythonLiteral } from '../format/literal';
import { Message } from '../format/message';
import { isFloatLiteral } from '../format/readliteral';
import type { ParameterValue } from '../format/types';

/** Characters of the source [start, end) that get another text. */
export interface IReplacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What changes in the cell's source where its form gets these values: right-hand
 * sides only, and only of what differs. From the last one on, so that each leaves
 * the places of the others true.
 *
 * @param values - By the line of the parameter. For `raw` the code itself.
 * @throws ParameterError for a value that does not fit.
 */
export function formReplacements(
  form: ICellForm,
  values: ReadonlyMap<number, ParameterValue>
): IReplacement[] {
  const replacements: IReplacement[] = [];
  for (const parameter of form.parameters) {
    const value = values.get(parameter.line);
    const text = value === undefined ? null : write(parameter, value);
    if (text !== null && text !== parameter.code) {
      const [start, end] = parameter.span;
      replacements.unshift({ start, end, text });
    }
  }
  return replacements;
}

/** The source with the replacements made. */
export function applyReplacements(
  source: string,
  replacements: readonly IReplacement[]
): string {
  return replacements.reduce(
    (text, { start, end, text: part }) =>
      text.slice(0, start) + part + text.slice(end),
    source
  );
}

/** @returns null where the value is what the cell says already. */
function write(parameter: ICellParameter, value: ParameterValue) {
  const { name, type, code } = parameter;
  if (type === 'raw') {
    const text = typeof value === 'string' ? value : toPythonLiteral(value);
    const problem = expressionProblem(text);
    if (problem) {
      throw new ParameterError(name, value, new Message(problem));
    }
    return text.trim();
  }
  if (isSameValue(value, parameter.value)) {
    return null;
  }
  const literal = toPythonLiteral(checkParameter(parameter, value));
  // A float stays one: `1.0` that becomes 2 is `2.0`.
  const isFloat = type === 'number' && isFloatLiteral(code);
  return isFloat && /^-?\d+$/.test(literal) ? `${literal}.0` : literal;
}
