/*
 * Room snippets: What a snippet is: parse, check, render, and the forms of cells.
 * May import tokens.ts.
 */

/**
 * What a snippet is: parse, parameters, render. Knows no notebook and
 * no kernel.
 *
 * Importing values from here brings in the YAML reader: code of the start-up
 * uses `loadLibrary()` of `../library/load` and types only.
 */
export { readCellForm } from './parameters/cellform';
export type {
  ICellForm,
  ICellParameter,
  ISkippedLine
} from './parameters/cellform';
export { applyReplacements, formReplacements } from './parameters/cellformedit';
export type { IReplacement } from './parameters/cellformedit';
export { checkParameter } from './format/check';
export {
  MessageError,
  ParameterError,
  sentenceOf,
  SnippetError
} from './format/errors';
export { expressionProblem } from './format/expression';
export { toPythonLiteral } from './format/literal';
export { parseSnippet } from './format/parse';
export { readPythonLiteral } from './format/readliteral';
export { renderSnippet } from './format/render';
export type { IRenderOptions } from './format/render';
export type {
  IParameter,
  ISnippet,
  ISnippetCell,
  ISnippetOrigin,
  ParameterType,
  ParameterValue,
  SnippetForm
} from './format/types';
