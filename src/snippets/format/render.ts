import { checkParameter, isSameValue } from './check';
import { ParameterError } from './errors';
import { toPythonLiteral } from './literal';
import { later } from './message';
import { renameCells, Renames } from './rename';
import type { IParameter, ISnippet, ISnippetCell } from './types';

/**
 * How to render a snippet.
 */
export interface IRenderOptions {
  /**
   * A line of text by parameter name, put as the comment `# NAME: text` under
   * that parameter.
   */
  notes?: Readonly<Record<string, string>>;
  /** Other names for the snippet's own. */
  renames?: Renames;
}

/**
 * Fill in values. Only the right-hand sides of the given parameters change, to a
 * literal or, where it names a variable, to a checked name; the rest stays byte for
 * byte but for `renames`, and so does the spelling of a default that is given as
 * value.
 *
 * @throws ParameterError for a value that does not fit and for an unknown name.
 */
export function renderSnippet(
  snippet: ISnippet,
  values: Readonly<Record<string, unknown>>,
  options: IRenderOptions = {}
): ISnippetCell[] {
  const notes = options.notes ?? {};
  for (const name of [...Object.keys(values), ...Object.keys(notes)]) {
    requireParameter(snippet, name, values[name]);
  }
  const cells = snippet.cells.map(({ source, ...cell }, index) => {
    // From the last one on, so that the spans in front of it stay true.
    const parameters = snippet.parameters
      .filter(({ cell }) => cell === index)
      .reverse();
    const rendered = parameters.reduce((text, parameter) => {
      const { name } = parameter;
      const noted = addNote(text, parameter, own(notes, name));
      return setValue(noted, parameter, own(values, name));
    }, source);
    return { ...cell, source: rendered };
  });
  return renameCells(cells, options.renames ?? new Map<string, string>());
}

function setValue(
  source: string,
  parameter: IParameter,
  value: unknown
): string {
  if (value === undefined) {
    return source;
  }
  const checked = checkParameter(parameter, value);
  if (isSameValue(checked, parameter.default)) {
    return source;
  }
  const [start, end] = parameter.span;
  const text =
    parameter.type === 'variable'
      ? (checked as string) || 'None'
      : toPythonLiteral(checked);
  return source.slice(0, start) + text + source.slice(end);
}

function addNote(
  source: string,
  { name, span }: IParameter,
  note: string | undefined
): string {
  // What could end the comment, hide text or turn its direction is blanked out.
  const text = (note ?? '').replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  if (!text) {
    return source;
  }
  const lineStart = source.lastIndexOf('\n', span[0]) + 1;
  const indent = /^\s*/.exec(source.slice(lineStart, span[0]))![0];
  const newline = source.indexOf('\n', span[1]);
  const end = newline < 0 ? source.length : newline;
  return `${source.slice(0, end)}\n${indent}# ${name}: ${text}${source.slice(end)}`;
}

function requireParameter(
  { id, parameters }: ISnippet,
  name: string,
  value: unknown
): void {
  if (!parameters.some(parameter => parameter.name === name)) {
    const names = parameters.map(parameter => parameter.name).join(', ');
    throw new ParameterError(
      name,
      value,
      names
        ? later.__(
            'snippet "%1" has no such parameter; available: %2',
            id,
            names
          )
        : later.__('snippet "%1" has no parameters', id)
    );
  }
}

/** A record's own value: no name of a parameter reaches Object.prototype. */
function own<T>(
  record: Readonly<Record<string, T>>,
  name: string
): T | undefined {
  return Object.prototype.hasOwnProperty.call(record, name)
    ? record[name]
    : undefined;
}
