import { isPath } from './path';
import { readPythonLiteral } from './readliteral';
import { withOwnNames } from './rename';
import type { IParameter, ISnippet, ISnippetCell } from './types';

/**
 * What ends a line for Python or IPython besides a new line, also in a comment.
 * Nothing that is rendered has them.
 */
// eslint-disable-next-line no-control-regex
const OTHER_LINE_ENDS = /[\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/**
 * Whether the source of a code cell is what a snippet renders, with whatever
 * values: the snippet's text, except for literals where its parameters are, for
 * its own names with a number behind them, and for titles and notes, which are
 * comments.
 *
 * What a cell's metadata says proves nothing, since a notebook may come from
 * anywhere. So text of an older version, and text that the user changed, count
 * as code that is not known.
 */
export function isRenderingOf(snippet: ISnippet, source: string): boolean {
  if (OTHER_LINE_ENDS.test(source)) {
    return false;
  }
  const lines = withOwnNames(snippet, source).trimEnd().split('\n');
  return snippet.cells.some(
    (cell, index) =>
      cell.cellType === 'code' &&
      isRendering(
        cell,
        snippet.parameters.filter(parameter => parameter.cell === index),
        lines
      )
  );
}

function isRendering(
  { source }: ISnippetCell,
  parameters: readonly IParameter[],
  lines: readonly string[]
): boolean {
  let next = 0;
  let offset = 0;
  const isSame = source
    .trimEnd()
    .split('\n')
    .every(expected => {
      const start = offset;
      offset += expected.length + 1;
      const actual = lines[next++] ?? '';
      const parameter = parameters.find(
        ({ span }) => span[0] >= start && span[1] < offset
      );
      if (!parameter) {
        return withoutText(actual) === withoutText(expected);
      }
      // The remark that an insertion may have put below it.
      while (lines[next]?.trimStart().startsWith(`# ${parameter.name}: `)) {
        next++;
      }
      const { span, type } = parameter;
      const before = expected.slice(0, span[0] - start);
      const behind = withoutText(expected.slice(span[1] - start));
      const shown = withoutText(actual);
      return (
        shown.length >= before.length + behind.length &&
        shown.startsWith(before) &&
        shown.endsWith(behind) &&
        isValue(type, shown.slice(before.length, shown.length - behind.length))
      );
    });
  return isSame && next === lines.length;
}

/** A line without what it says to people, which comes in their languages. */
function withoutText(line: string): string {
  return line
    .replace(/^(# @(?:title|markdown)) .*/, '$1')
    .replace(/(# @param .*[}\]]) # .*$/, '$1');
}

/** Whether code can do no more than be a parameter's value. */
function isValue(type: IParameter['type'], code: string): boolean {
  if (type === 'variable' && isPath(code)) {
    return true;
  }
  try {
    readPythonLiteral(code);
    return true;
  } catch {
    return false;
  }
}
