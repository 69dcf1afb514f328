import { checkParameter } from '../format/check';
import { readChoice, TYPES, typeOf } from '../format/declaration';
import { MessageError, ParameterError, sentenceOf } from '../format/errors';
import { toPythonLiteral } from '../format/literal';
import { later, Message } from '../format/message';
import { ASSIGNMENT, PARAM_COMMENT } from '../format/parameters';
import type { IParameterSpec } from '../format/paramspec';
import { parseParameterSpec } from '../format/paramspec';
import { isFloatLiteral, readPythonLiteral } from '../format/readliteral';
import { LineScanner } from '../format/scan';
import type { IParameter, ParameterValue } from '../format/types';

/** Cell magics whose body is Python. */
const PYTHON_MAGIC =
  /^%%(capture|time|timeit|prun|drive_mount|gpu_check|checkpoint_resume)\b/;

/**
 * A `NAME = value  # @param ...` line of somebody's cell.
 */
export interface ICellParameter extends Omit<IParameter, 'default' | 'cell'> {
  /** Whether Colab shows a calendar. */
  readonly isDate: boolean;
  /** The right-hand side as it is written. */
  readonly code: string;
  /** What the code says; undefined for `raw`, whose code is the value. */
  readonly value?: ParameterValue;
  /** Why the present value does not fit; it stays unless it is changed. */
  readonly misfit?: Message;
}

/** A `@param` line that is left alone, and why. */
export interface ISkippedLine {
  readonly line: number;
  readonly reason: Message;
}

/**
 * The form that is in a cell.
 */
export interface ICellForm {
  /** The cell's source as it was read. */
  readonly source: string;
  readonly parameters: readonly ICellParameter[];
  readonly skipped: readonly ISkippedLine[];
}

/**
 * Read the form of a Python cell in Colab's syntax, whoever wrote it. What is
 * not understood is left alone and listed; nothing is thrown.
 */
export function readCellForm(source: string): ICellForm {
  const parameters: ICellParameter[] = [];
  const skipped: ISkippedLine[] = [];
  if (/^\s*%%/.test(source) && !PYTHON_MAGIC.test(source)) {
    return { source, parameters, skipped };
  }
  const scanner = new LineScanner();
  let offset = 0;
  source.split('\n').forEach((line, index) => {
    const { startsStatement, comment, broken } = scanner.scan(line);
    const spec = comment < 0 ? null : PARAM_COMMENT.exec(line.slice(comment));
    if (spec) {
      try {
        const assignment = ASSIGNMENT.exec(line.slice(0, comment));
        if (!assignment || !startsStatement || broken || !assignment[3]) {
          throw new MessageError(
            later.__('@param stands behind NAME = value, all on one line')
          );
        }
        const [, before, name, code] = assignment;
        const start = offset + before.length;
        parameters.push({
          ...readParameter(name, code, parseParameterSpec(spec[1])),
          line: index + 1,
          span: [start, start + code.length]
        });
      } catch (error) {
        skipped.push({ line: index + 1, reason: reasonOf(error) });
      }
    }
    offset += line.length + 1;
  });
  return { source, parameters, skipped };
}

function readParameter(
  name: string,
  code: string,
  spec: IParameterSpec
): Omit<ICellParameter, 'line' | 'span'> {
  const { options } = spec;
  if (options.type !== undefined && !TYPES.includes(options.type as string)) {
    throw new MessageError(
      later.__(
        'unknown type "%1"; the types are %2',
        String(options.type),
        TYPES.join(', ')
      )
    );
  }
  const isRaw = typeOf(null, false, spec.choices, options) === 'raw';
  const value = isRaw ? undefined : readPythonLiteral(code);
  const isFloat = typeof value === 'number' && isFloatLiteral(code);
  const type = typeOf(value ?? null, isFloat, spec.choices, options);
  const rules = {
    name,
    type,
    ...(spec.choices?.length
      ? {
          choices: spec.choices.map(choice =>
            isRaw ? codeOf(choice) : readChoice(name, type, choice)
          )
        }
      : {}),
    ...(options['allow-input'] === true ? { allowInput: true } : {}),
    ...number('min', options.min),
    ...number('max', options.max),
    ...number('step', options.step)
  };
  return {
    ...rules,
    isDate: options.type === 'date',
    code,
    ...(isRaw ? {} : { value, ...misfit(rules, value) })
  };
}

/** A choice of a `raw` parameter is code; numbers may stand without quotes. */
function codeOf(choice: unknown): string {
  return typeof choice === 'string' ? choice : toPythonLiteral(choice);
}

function number(key: string, value: unknown): Record<string, number> {
  if (value !== undefined && typeof value !== 'number') {
    throw new MessageError(later.__('%1 must be a number', key));
  }
  return value === undefined ? {} : { [key]: value };
}

function reasonOf(error: unknown): Message {
  return error instanceof ParameterError ? error.reason : sentenceOf(error);
}

function misfit(
  rules: Parameters<typeof checkParameter>[0],
  value: unknown
): { misfit?: Message } {
  try {
    checkParameter(rules, value);
    return {};
  } catch (error) {
    return { misfit: (error as ParameterError).reason };
  }
}
