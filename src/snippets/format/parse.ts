import type { IPercentCell } from './cells';
import { splitCells, codeSource, textSource } from './cells';
import { FormatError, SnippetError } from './errors';
import { parseFrontMatter } from './frontmatter';
import { later } from './message';
import { readMetadata } from './metadata';
import { parseParameters } from './parameters';
import type {
  IParameter,
  ISnippet,
  ISnippetCell,
  ISnippetOrigin
} from './types';

/**
 * Parse a snippet in the snippet format, version 1: a front matter of YAML in
 * comments, percent cells, and parameters in Colab's form syntax.
 *
 * @throws SnippetError naming the snippet, the field and the line.
 */
export function parseSnippet(text: string, origin: ISnippetOrigin): ISnippet {
  try {
    return parse(text, origin);
  } catch (error) {
    if (error instanceof FormatError) {
      const { field, line, reason } = error;
      throw new SnippetError(origin.id, field, line, reason);
    }
    throw error;
  }
}

function parse(text: string, origin: ISnippetOrigin): ISnippet {
  if (typeof text !== 'string') {
    throw new FormatError(
      'front matter',
      1,
      later.__('the snippet is not text')
    );
  }
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  const front = parseFrontMatter(lines);
  const metadata = readMetadata(front, origin);
  const cells: ISnippetCell[] = [];
  const parameters: IParameter[] = [];
  for (const cell of splitCells(lines, front.end)) {
    const source =
      cell.cellType === 'code' ? codeSource(cell) : textSource(cell);
    if (cell.cellType === 'code') {
      const found = parseParameters(cell, source, cells.length);
      found.forEach(parameter => addOnce(parameters, parameter, cell));
    }
    const { cellType, folded } = cell;
    cells.push({ cellType, source, ...(folded ? { folded } : {}) });
  }
  if (cells.length === 0) {
    throw new FormatError(
      'cells',
      lines.length,
      later.__('the snippet has no cells')
    );
  }
  return { ...metadata, cells, parameters };
}

function addOnce(
  parameters: IParameter[],
  parameter: IParameter,
  cell: IPercentCell
): void {
  if (parameters.some(({ name }) => name === parameter.name)) {
    throw new FormatError(
      parameter.name,
      cell.firstLine + parameter.line - 1,
      later.__('duplicate parameter')
    );
  }
  parameters.push(parameter);
}
