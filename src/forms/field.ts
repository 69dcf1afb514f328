import type { TranslationBundle } from '@jupyterlab/translation';

import {
  expressionProblem,
  ICellParameter,
  IParameter,
  ParameterError,
  ParameterValue
} from '../snippets';
import type { ParameterRules } from '../snippets/format/check';
import { Message } from '../snippets/format/message';
import type { IParameterComments } from '../snippets/parameters/paramcomments';
import { choicesOf, fromText, toText } from './parameterText';

/**
 * One field of a form.
 */
export interface IField {
  /** Unique in its form. */
  readonly key: string;
  readonly rules: ParameterRules &
    Pick<ICellParameter, 'isLong'> & { readonly step?: number };
  /** What is entered is code of the user's own and taken as it stands. */
  readonly isCode: boolean;
  readonly isDate: boolean;
  /** What the field shows first; it counts as changed when this is changed. */
  readonly text: string;
  /** What it shows while it is empty. */
  readonly placeholder?: string;
  /** What the cell's author wrote above it; it may be about further fields. */
  readonly above?: string;
  /** Something to know, said below the field. */
  readonly note?: string;
}

/** The field of a snippet's parameter. */
export function snippetField(
  parameter: IParameter,
  value: unknown,
  options: {
    note?: string;
    isDate?: boolean;
    comments?: IParameterComments;
  } = {}
): IField {
  const { note, isDate = false, comments } = options;
  return {
    key: parameter.name,
    rules: parameter,
    isCode: false,
    isDate,
    text: toText(parameter, value ?? parameter.default),
    ...said(comments, note)
  };
}

function said(
  { above, behind }: IParameterComments = {},
  remark?: string
): Pick<IField, 'above' | 'note'> {
  const note = [behind, remark].filter(Boolean).join(' ');
  return { ...(above ? { above } : {}), ...(note ? { note } : {}) };
}

/**
 * The field of a `@param` line in a cell.
 *
 * @param isBesideCode - Whether the code is seen, so that code needs no remark; nor
 * does it where the author says what to enter.
 */
export function cellField(
  parameter: ICellParameter,
  trans: TranslationBundle,
  comments?: IParameterComments,
  isBesideCode = false
): IField {
  const { type, code, value, line, misfit } = parameter;
  const isCode = type === 'raw';
  return {
    key: String(line),
    rules: parameter,
    isCode,
    isDate: parameter.isDate,
    ...(parameter.placeholder ? { placeholder: parameter.placeholder } : {}),
    text: isCode ? code : toText(parameter, value),
    ...said(
      comments,
      misfit
        ? trans.__("The cell's value is now %1.", code)
        : isCode && !isBesideCode && !parameter.placeholder
          ? trans.__('Python code, inserted as is.')
          : undefined
    )
  };
}

/** The texts a field offers. */
export function fieldChoices({ rules, isCode }: IField): string[] | undefined {
  return isCode ? rules.choices?.map(String) : choicesOf(rules);
}

/**
 * The value that was entered.
 *
 * @throws ParameterError; {@link fieldProblem} says it in the user's language.
 */
export function readField(field: IField, text: string): ParameterValue {
  const { rules, isCode } = field;
  if (!isCode) {
    return fromText(rules, text);
  }
  const isWhole = /^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text);
  const problem =
    rules.isLong && !isWhole ? 'integer' : expressionProblem(text);
  if (problem) {
    throw new ParameterError(rules.name, text, new Message(problem));
  }
  return text;
}

/** What is wrong with a text, in the user's language; empty if nothing is. */
export function fieldProblem(
  field: IField,
  text: string,
  trans: TranslationBundle
): string {
  try {
    readField(field, text);
    return '';
  } catch {
    return field.isCode && !field.rules.isLong
      ? codeProblem(text, trans)
      : misfit(field, text, trans);
  }
}

function misfit(
  { rules }: IField,
  text: string,
  trans: TranslationBundle
): string {
  if (rules.isLong) {
    return trans.__('Enter a whole number.');
  }
  const { type, choices, allowInput, min, max } = rules;
  try {
    const value = fromText({ name: rules.name, type }, text) as number;
    if (choices && !allowInput) {
      return trans.__('Choose a value from the list.');
    }
    return min !== undefined && value < min
      ? trans.__('Must be at least %1.', String(min))
      : trans.__('Must be at most %1.', String(max));
  } catch {
    switch (type) {
      case 'integer':
        if (/^\s*[+-]?\d+\s*$/.test(text)) {
          return /-/.test(text)
            ? trans.__(
                'Must be at least %1.',
                String(min ?? Number.MIN_SAFE_INTEGER)
              )
            : trans.__(
                'Must be at most %1.',
                String(max ?? Number.MAX_SAFE_INTEGER)
              );
        }
        return trans.__('Enter a whole number.');
      case 'number':
        return trans.__('Enter a number.');
      case 'boolean':
        return trans.__('Enter True or False.');
      case 'variable':
        return trans.__('Enter the name of a variable, such as net.');
      default:
        return trans.__(
          'Enter a Python value: a number, a quoted string, True, None or a list of these.'
        );
    }
  }
}

function codeProblem(text: string, trans: TranslationBundle): string {
  switch (expressionProblem(text)) {
    case 'empty':
      return trans.__('Enter a value.');
    case 'line':
      return trans.__('Must be on one line.');
    case 'comment':
      return trans.__(
        'Must not contain #: it would comment out the rest of the line.'
      );
    case 'bracket':
      return trans.__("Brackets don't match.");
    case 'string':
      return trans.__('A closing quote is missing.');
    default:
      return trans.__('Must be a single expression.');
  }
}
