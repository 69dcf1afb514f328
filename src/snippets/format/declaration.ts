import { checkParameter } from './check';
import { FormatError, ParameterError, MessageError } from './errors';
import { later } from './message';
import type { IParameterSpec, SpecValue } from './specreader';
import { parseParameterSpec } from './specreader';
import { isFloatLiteral, readPythonLiteral } from './readliteral';
import type { IParameter, ParameterType, ParameterValue } from './types';

/** The types that Colab's form knows. */
export const TYPES = [
  'string',
  'boolean',
  'number',
  'integer',
  'slider',
  'raw',
  'date'
];
/** Options that shape Colab's form only. */
const FORM_OPTIONS = ['placeholder', 'isTemplate'];
const OPTIONS = ['type', 'allow-input', 'min', 'max', 'step', ...FORM_OPTIONS];

/** A parameter without its place. */
type Declaration = Omit<IParameter, 'cell' | 'line' | 'span'>;

/**
 * Understand `name = literal  # @param specText`.
 *
 * @param line - 1-based line in the snippet's text, for errors.
 * @throws FormatError
 */
export function readDeclaration(
  name: string,
  literal: string,
  specText: string,
  line: number
): Declaration {
  try {
    const spec = parseParameterSpec(specText);
    checkOptions(spec);
    return declare(name, literal, spec);
  } catch (error) {
    if (error instanceof ParameterError) {
      throw new FormatError(
        name,
        line,
        later.__('invalid default or choice: %1', error.reason)
      );
    }
    if (error instanceof MessageError) {
      throw new FormatError(name, line, error.sentence);
    }
    throw error;
  }
}

function checkOptions({ choices, options }: IParameterSpec): void {
  for (const [key, value] of Object.entries(options)) {
    if (!OPTIONS.includes(key)) {
      throw new MessageError(
        later.__(
          'unknown option "%1"; the options are %2',
          key,
          OPTIONS.join(', ')
        )
      );
    }
    if (key === 'type' && !TYPES.includes(value as string)) {
      throw new MessageError(
        later.__(
          'unknown type "%1"; the types are %2',
          String(value),
          TYPES.join(', ')
        )
      );
    }
    if (['min', 'max', 'step'].includes(key) && typeof value !== 'number') {
      throw new MessageError(later.__('%1 must be a number', key));
    }
    if (key === 'allow-input' && typeof value !== 'boolean') {
      throw new MessageError(later.__('allow-input must be true or false'));
    }
  }
  if (choices?.length === 0) {
    throw new MessageError(later.__('the list of choices is empty'));
  }
  if ((options.min as number) > (options.max as number)) {
    throw new MessageError(later.__('min is greater than max'));
  }
}

function declare(
  name: string,
  literal: string,
  { choices, options }: IParameterSpec
): Declaration {
  if (namesVariable(options)) {
    const path = literal === 'None' ? '' : literal;
    const type = 'variable';
    return { name, type, default: checkParameter({ name, type }, path) };
  }
  const value = readPythonLiteral(literal);
  const isFloat = typeof value === 'number' && isFloatLiteral(literal);
  const type = typeOf(value, isFloat, choices, options);
  if (type === 'integer' && isFloat) {
    throw new MessageError(
      later.__('invalid default: %1 is a float, not an integer', literal)
    );
  }
  const rules = rulesOf(
    name,
    type,
    choices?.map(choice => readChoice(name, type, choice)),
    options
  );
  return { ...rules, default: checkParameter(rules, value) };
}

/** What the values of a parameter must keep to. */
export function rulesOf(
  name: string,
  type: ParameterType,
  choices: ParameterValue[] | undefined,
  options: IParameterSpec['options']
): Omit<Declaration, 'default'> {
  const { min, max, step } = options as Partial<Record<string, number>>;
  return {
    name,
    type,
    ...only('choices', choices),
    ...only('allowInput', options['allow-input'] === true || undefined),
    ...only('min', min),
    ...only('max', max),
    ...only('step', step)
  };
}

/** A property, where it has a value. */
export function only<K extends string, T>(
  key: K,
  value: T | undefined
): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}

/**
 * Whether a parameter names one of the user's objects, or None. Colab shows the
 * placeholder in an empty field.
 */
function namesVariable({
  type,
  placeholder
}: IParameterSpec['options']): boolean {
  return type === 'raw' && placeholder === 'variable';
}

/** The type of the values; what Colab calls a slider or a date is one of ours. */
export function typeOf(
  value: ParameterValue,
  isFloat: boolean,
  choices: readonly SpecValue[] | undefined,
  { type, min, max, step }: IParameterSpec['options']
): ParameterType {
  if (type === 'slider') {
    const whole = [min, max, step].every(
      limit => limit === undefined || Number.isInteger(limit)
    );
    return Number.isInteger(value) && !isFloat && whole ? 'integer' : 'number';
  }
  if (type === 'date') {
    return 'string';
  }
  if (type !== undefined) {
    return type as ParameterType;
  }
  return choices?.every(choice => typeof choice === 'string')
    ? 'string'
    : 'raw';
}

/** Colab writes the choices of all types as strings. */
export function readChoice(
  name: string,
  type: ParameterType,
  choice: SpecValue
): ParameterValue {
  const isText = type !== 'string' && typeof choice === 'string';
  const value = isText ? readPythonLiteral(choice) : choice;
  return checkParameter({ name, type }, value);
}
