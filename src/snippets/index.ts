/**
 * What a snippet is: parse, parameters, render, library. Knows no notebook and
 * no kernel.
 *
 * Importing values from here brings in the YAML reader: code of the start-up
 * uses `loadLibrary()` of `./load` and types only.
 */
export { readCellForm } from './cellform';
export type { ICellForm, ICellParameter, ISkippedLine } from './cellform';
export { applyReplacements, formReplacements } from './cellformedit';
export type { IReplacement } from './cellformedit';
export { checkParameter } from './check';
export {
  MessageError,
  ParameterError,
  sentenceOf,
  SnippetError
} from './errors';
export { expressionProblem } from './expression';
export { forLanguage, withTag } from './filter';
export { SnippetLibrary } from './library';
export type { ISnippetDescription } from './library';
export { toPythonLiteral } from './literal';
export { parseSnippet } from './parse';
export { readPythonLiteral } from './readliteral';
export { renderSnippet } from './render';
export type { IRenderOptions } from './render';
export type {
  IParameter,
  ISnippet,
  ISnippetCell,
  ISnippetOrigin,
  ParameterType,
  ParameterValue,
  SnippetForm
} from './types';
