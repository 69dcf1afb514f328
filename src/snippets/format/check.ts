import { ParameterError } from './errors';
import { toPythonLiteral } from './literal';
import type { Message } from './message';
import { later } from './message';
import { isPath } from './path';
import type { IParameter, ParameterValue } from './types';

/** What a value is held against: a parameter without its place in a cell. */
export type ParameterRules = Pick<
  IParameter,
  'name' | 'type' | 'choices' | 'allowInput' | 'min' | 'max'
>;

const EXPECTED = {
  string: later.__('must be a string'),
  boolean: later.__('must be true or false'),
  number: later.__('must be a finite number'),
  integer: later.__('must be a whole number up to 2**53'),
  raw: later.__('must be a value that Python can write as a literal'),
  variable: later.__(
    'must be the name of a variable, such as net or trainer.model'
  )
};

/**
 * Hold a value against a parameter's type, choices and limits.
 *
 * @returns the value.
 * @throws ParameterError naming the parameter, the value and what would fit.
 */
export function checkParameter(
  parameter: ParameterRules,
  value: unknown
): ParameterValue {
  const { name, type, choices, min, max } = parameter;
  const fail = (reason: Message): never => {
    throw new ParameterError(
      name,
      value,
      later.__('%1, not %2', reason, describe(value))
    );
  };
  if (!hasType(type, value)) {
    return fail(EXPECTED[type]);
  }
  if (choices && !parameter.allowInput && !isAmong(choices, value)) {
    return fail(
      later.__('must be one of %1', choices.map(describe).join(', '))
    );
  }
  if (typeof value === 'number') {
    if (min !== undefined && value < min) {
      return fail(later.__('must be at least %1', min));
    }
    if (max !== undefined && value > max) {
      return fail(later.__('must be at most %1', max));
    }
  }
  // Python's integers know no negative zero.
  return type === 'integer' ? (value as number) + 0 : (value as ParameterValue);
}

/** Whether two values are written as the same literal. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || toPythonLiteral(a) === toPythonLiteral(b);
}

function isAmong(choices: readonly ParameterValue[], value: unknown): boolean {
  return choices.some(choice => isSameValue(choice, value));
}

function hasType(type: IParameter['type'], value: unknown): boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'raw':
      return isLiteral(value);
    case 'variable':
      return value === null || value === '' || isPath(value);
    default:
      return typeof value === type;
  }
}

function isLiteral(value: unknown): boolean {
  try {
    toPythonLiteral(value);
    return true;
  } catch {
    return false;
  }
}

function describe(value: unknown): string {
  try {
    const text = toPythonLiteral(value);
    return text.length > 60 ? `${text.slice(0, 60)}...` : text;
  } catch {
    return typeof value === 'object' ? 'this object' : String(value);
  }
}
