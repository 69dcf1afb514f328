import {
  checkParameter,
  ParameterError,
  ParameterValue,
  readPythonLiteral,
  toPythonLiteral
} from '../snippets';
import { later } from '../snippets/format/message';
import type { ParameterRules } from '../snippets/format/check';

/** A value as an input shows it: texts as they stand, all else as in Python. */
export function toText(
  { type }: Pick<ParameterRules, 'type'>,
  value: unknown
): string {
  try {
    return type === 'string' || type === 'variable'
      ? String(value ?? '')
      : toPythonLiteral(value);
  } catch {
    return String(value);
  }
}

/**
 * The value that a user entered.
 *
 * @throws ParameterError
 */
export function fromText(
  parameter: ParameterRules,
  text: string
): ParameterValue {
  let value: unknown = text;
  if (parameter.type === 'variable') {
    value = text.trim() === 'None' ? '' : text.trim();
  } else if (parameter.type !== 'string') {
    try {
      value = readPythonLiteral(text.trim());
    } catch {
      throw new ParameterError(
        parameter.name,
        text,
        later.__('%1 is not a Python value of type %2', text, parameter.type)
      );
    }
  }
  return checkParameter(parameter, value);
}

/** The texts to choose from, if there are any. */
export function choicesOf({
  type,
  choices
}: Pick<ParameterRules, 'type' | 'choices'>): string[] | undefined {
  if (type === 'boolean') {
    return ['True', 'False'];
  }
  return choices?.map(choice => toText({ type }, choice));
}
