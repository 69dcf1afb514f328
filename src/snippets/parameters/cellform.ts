import { checkParameter } from '../format/check';
import { readChoice, rulesOf, typeOf } from '../format/declaration';
import { MessageError, ParameterError, sentenceOf } from '../format/errors';
import { toPythonLiteral } from '../format/literal';
import { later, Message } from '../format/message';
import { isFloatLiteral, readPythonLiteral } from '../format/readliteral';
import { LineScanner } from '../format/scan';
import type { SpecValue } from '../format/specreader';
import type {
  IParameter,
  ParameterType,
  ParameterValue
} from '../format/types';
import { readAssignment, whyNotEditable } from './assignment';
import type { IAssignment, NotEditable } from './assignment';
import type { IFormTitle } from './formcomments';
import { readFormComment, readFormTitle } from './formcomments';
import { mayHoldForm } from './parammark';
import type { ILooseSpec } from './loosespec';
import { readLooseSpec, usableOptions } from './loosespec';
import { findParamComment } from './parammark';

/** Cell magics whose body is Python. */
const PYTHON_MAGIC =
  /^\s*%%(capture|time|timeit|prun|drive_mount|gpu_check|checkpoint_resume)\b/;
/** Cell magics in whose body `#` begins a comment. */
const HASH_MAGIC = /^\s*%%(bash|sh|shell|script|writefile|file|cython|R)\b/;

/** The beginning of a string's literal. */
const STRING = /^[rRuU]?["']/;

/**
 * A `NAME = value  # @param ...` line of somebody's cell.
 */
export interface ICellParameter extends Omit<IParameter, 'default' | 'cell'> {
  /** Whether Colab shows a calendar. */
  readonly isDate: boolean;
  /** What an empty field shows. */
  readonly placeholder?: string;
  /** The right-hand side as it is written. */
  readonly code: string;
  /** A whole number with more digits than JavaScript's have; its type is `raw`. */
  readonly isLong?: boolean;
  /** What the code says; undefined for `raw`, whose code is the value. */
  readonly value?: ParameterValue;
  /** Why the present value does not fit; it stays unless it is changed. */
  readonly misfit?: Message;
}

/** A `@param` line that is left alone, and why. */
export interface ISkippedLine {
  readonly line: number;
  readonly reason: Message;
  readonly why: NotEditable;
  /** The name and right-hand side, where the line has them. */
  readonly name?: string;
  readonly code?: string;
}

/** A part of a form, in the order of the cell's lines. */
export type CellFormItem =
  | { readonly kind: 'markdown'; readonly text: string; readonly line: number }
  | { readonly kind: 'parameter'; readonly parameter: ICellParameter }
  | { readonly kind: 'skipped'; readonly skipped: ISkippedLine };

/**
 * The form that is in a cell.
 */
export interface ICellForm {
  /** The cell's source as it was read. */
  readonly source: string;
  readonly title?: IFormTitle;
  readonly items: readonly CellFormItem[];
  readonly parameters: readonly ICellParameter[];
  readonly skipped: readonly ISkippedLine[];
}

/**
 * Read the form of a Python cell in Colab's syntax, whoever wrote it. What is
 * not understood is left alone and listed; nothing is thrown.
 */
export function readCellForm(source: string): ICellForm {
  const reader = new FormReader();
  const isMagic = /^\s*%%/.test(source);
  const isPython = !isMagic || PYTHON_MAGIC.test(source);
  // Most cells have none: they are not read line by line.
  if (mayHoldForm(source) && (isPython || HASH_MAGIC.test(source))) {
    const scanner = isPython ? new LineScanner() : null;
    let offset = 0;
    source.split('\n').forEach((line, index) => {
      reader.read(line.replace(/\r$/, ''), index + 1, offset, scanner);
      offset += line.length + 1;
    });
  }
  const { title, items } = reader;
  return {
    source,
    ...(title ? { title } : {}),
    items,
    parameters: items.flatMap(item =>
      item.kind === 'parameter' ? [item.parameter] : []
    ),
    skipped: items.flatMap(item =>
      item.kind === 'skipped' ? [item.skipped] : []
    )
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class FormReader {
  readonly items: Mutable<CellFormItem>[] = [];
  title: IFormTitle | undefined;

  /**
   * @param number - 1-based number of the line.
   * @param offset - Where the line begins in the source.
   * @param scanner - Follows the Python code; null where it is none.
   */
  read(
    line: string,
    number: number,
    offset: number,
    scanner: LineScanner | null
  ): void {
    const scanned = scanner?.scan(line);
    if (scanned?.startsStatement) {
      this._begun = readAssignment(line);
    }
    if (scanned && scanned.comment < 0) {
      return;
    }
    const comment = readFormComment(line);
    if (comment) {
      this._readComment(comment.kind, comment.text, number);
    } else if (scanned) {
      const found = findParamComment(line, scanned.comment);
      const code = line.slice(0, scanned.comment);
      if (found && code.trim() !== '') {
        const starts = scanned.startsStatement && !scanned.broken;
        this.items.push(
          starts || !this._begun
            ? readParamLine(code, found.spec, starts, number, offset)
            : skippedEnd(this._begun, number)
        );
      }
    }
  }

  /** Lines that follow each other are one text, as in Colab. */
  private _readComment(
    kind: 'title' | 'markdown',
    text: string,
    line: number
  ): void {
    if (kind === 'title' && !this.title?.text) {
      this.title = mergeTitles(this.title, readFormTitle(text));
      return;
    }
    const words = kind === 'title' ? `### ${readFormTitle(text).text}` : text;
    const last = this.items[this.items.length - 1];
    if (last?.kind === 'markdown' && this._textEnd + 1 === line) {
      // Engines join such texts lazily: a long one costs no more than its length.
      last.text += `\n${words}`;
    } else {
      this.items.push({ kind: 'markdown', text: words, line });
    }
    this._textEnd = line;
  }

  /** The last line of the text that is read. */
  private _textEnd = 0;
  /** The assignment that the last statement begins with. */
  private _begun: IAssignment | null = null;
}

/** A title line may hold options only, and the next one the text. */
function mergeTitles(
  first: IFormTitle | undefined,
  second: IFormTitle
): IFormTitle {
  return {
    text: second.text,
    hidesCode: second.hidesCode || Boolean(first?.hidesCode),
    runsOnChange: second.runsOnChange || Boolean(first?.runsOnChange)
  };
}

/** A `@param` behind the last line of a longer assignment. */
function skippedEnd({ name, code }: IAssignment, line: number): CellFormItem {
  const reason = later.__('@param must follow NAME = value on the same line');
  const lines = `${code} …`;
  return {
    kind: 'skipped',
    skipped: { line, why: 'lines', reason, name, code: lines }
  };
}

function readParamLine(
  before: string,
  specText: string,
  startsStatement: boolean,
  line: number,
  offset: number
): CellFormItem {
  const assignment = readAssignment(before);
  const skip = (why: NotEditable, reason: Message): CellFormItem => ({
    kind: 'skipped',
    skipped: {
      line,
      why,
      reason,
      ...(assignment ? { name: assignment.name, code: assignment.code } : {})
    }
  });
  if (!assignment || !startsStatement || assignment.isAnnotated) {
    return skip(
      assignment?.isAnnotated ? 'annotation' : 'statement',
      later.__('@param must follow NAME = value on the same line')
    );
  }
  const { name, code, start } = assignment;
  let spec: ILooseSpec;
  try {
    spec = readLooseSpec(specText);
  } catch (error) {
    return skip('options', reasonOf(error));
  }
  try {
    const parameter = readParameter(name, code, spec);
    const span = [offset + start, offset + start + code.length] as const;
    return { kind: 'parameter', parameter: { ...parameter, line, span } };
  } catch (error) {
    return skip(whyNotEditable(code), reasonOf(error));
  }
}

function readParameter(
  name: string,
  code: string,
  spec: ILooseSpec
): Omit<ICellParameter, 'line' | 'span'> {
  const options = usableOptions(spec.options, STRING.test(code));
  const isCode = typeOf(null, false, spec.choices, options) === 'raw';
  const isRaw = isCode || isLong(code);
  const value = isRaw ? undefined : readPythonLiteral(code);
  if (isRaw && whyNotEditable(code) !== 'expression') {
    throw new MessageError(
      later.__('@param must follow NAME = value on the same line')
    );
  }
  const isFloat = typeof value === 'number' && isFloatLiteral(code);
  const type = isRaw
    ? 'raw'
    : typeOf(value ?? null, isFloat, spec.choices, options);
  const { placeholder } = options;
  const choices = (spec.choices ?? []).flatMap(choice =>
    isRaw ? codeOf(choice, options.type === 'raw') : fitting(name, type, choice)
  );
  const rules = rulesOf(
    name,
    type,
    choices.length > 0 ? choices : undefined,
    options
  );
  return {
    ...rules,
    isDate: options.type === 'date',
    ...(isRaw && !isCode ? { isLong: true } : {}),
    ...(placeholder === undefined ? {} : { placeholder: String(placeholder) }),
    code,
    ...(isRaw ? {} : { value, ...misfit(rules, value) })
  };
}

/** The choices of `raw` are code; in a list without a type a string is one. */
function codeOf(choice: SpecValue, isCode: boolean): string {
  return isCode && typeof choice === 'string'
    ? choice
    : toPythonLiteral(choice);
}

/** Nothing for a choice that the field could not take. */
function fitting(
  name: string,
  type: ParameterType,
  choice: SpecValue
): ParameterValue[] {
  try {
    return [readChoice(name, type, choice)];
  } catch {
    return [];
  }
}

/** Whether a number has more digits than JavaScript's have: a seed, for one. */
function isLong(code: string): boolean {
  return (
    /^[+-]?\d[\d_]*$/.test(code) &&
    !Number.isSafeInteger(Number(code.replace(/_/g, '')))
  );
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
