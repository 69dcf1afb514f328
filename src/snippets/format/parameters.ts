import type { IPercentCell } from './cells';
import { readDeclaration } from './declaration';
import { FormatError } from './errors';
import { later } from './message';
import { LineScanner } from './scan';
import type { IParameter } from './types';

/** A `@param` comment, and what stands behind the word. */
export const PARAM_COMMENT = /^#\s*@param\b\s*(.*)$/;
/** What stands in front of it: everything up to the value, the name, the value. */
const ASSIGNMENT = /^(\s*([A-Za-z_]\w*)\s*=\s*)(?!=)(.*)$/s;

/**
 * Find the parameters of a code cell.
 *
 * @param source - The cell's source; its lines are those of `cell`.
 * @param index - The cell's index in the snippet.
 * @throws FormatError
 */
export function parseParameters(
  cell: IPercentCell,
  source: string,
  index: number
): IParameter[] {
  const parameters: IParameter[] = [];
  if (/^%%\w/.test(source)) {
    return parameters;
  }
  const scanner = new LineScanner();
  let offset = 0;
  source.split('\n').forEach((line, i) => {
    const found = readLine(line, scanner, cell.firstLine + i);
    if (found) {
      const { start, end, ...declaration } = found;
      const span = [offset + start, offset + end] as const;
      parameters.push({ ...declaration, cell: index, line: i + 1, span });
    }
    offset += line.length + 1;
  });
  return parameters;
}

function readLine(line: string, scanner: LineScanner, fileLine: number) {
  const { startsStatement, comment, broken } = scanner.scan(line);
  if (broken && /#\s*@param\b/.test(line)) {
    const name = /^\s*(\w+)\s*=/.exec(line)?.[1] ?? '@param';
    throw new FormatError(
      name,
      fileLine,
      later.__('a closing quote is missing')
    );
  }
  const spec = comment < 0 ? null : PARAM_COMMENT.exec(line.slice(comment));
  if (!spec) {
    return null;
  }
  const match = ASSIGNMENT.exec(line.slice(0, comment));
  if (!match || !startsStatement) {
    throw new FormatError(
      match?.[2] ?? '@param',
      fileLine,
      later.__('@param must follow NAME = literal on the same line')
    );
  }
  const [, before, name, rest] = match;
  const literal = rest.trimEnd();
  return {
    ...readDeclaration(name, literal, spec[1], fileLine),
    start: before.length,
    end: before.length + literal.length
  };
}
