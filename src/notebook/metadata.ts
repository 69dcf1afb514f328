import type { ICellMetadata } from '@jupyterlab/nbformat';
import type { PartialJSONValue } from '@lumino/coreutils';
import type { Cell } from '@jupyterlab/cells';

import type { ISnippetCell } from '../snippets';

/**
 * The one metadata key under which inserted cells remember their snippet.
 */
export const METADATA_KEY = 'runtime_kit';

/**
 * What folds a cell's code in JupyterLab and VS Code, and in Colab.
 */
const FOLDED = { jupyter: { source_hidden: true }, cellView: 'form' };

/**
 * What an inserted cell remembers.
 */
export interface IKitMetadata {
  /** Slug of the snippet. */
  snippet: string;
  version: number;
  /** The values it was rendered with, by parameter name. */
  parameters: Record<string, unknown>;
  /** Whether the cell is an engine; cells of older versions don't say it. */
  engine?: boolean;
}

/**
 * Read a cell's metadata entry; null for cells that are not ours, also when
 * somebody else's value sits under our key.
 */
export function readMetadata(value: unknown): IKitMetadata | null {
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const { snippet, version, parameters, engine } = value as Record<
    string,
    unknown
  >;
  if (typeof snippet !== 'string') {
    return null;
  }
  return {
    snippet,
    version: typeof version === 'number' ? version : 1,
    parameters:
      typeof parameters === 'object' && parameters !== null
        ? { ...(parameters as Record<string, unknown>) }
        : {},
    ...(typeof engine === 'boolean' ? { engine } : {})
  };
}

/**
 * The metadata of a new cell.
 *
 * `trusted` because the cell was made by the user's own click, as JupyterLab
 * does for cells that the user adds.
 *
 * @param engine - Whether the code that the user sees needs the cell.
 */
export function newCellMetadata(
  { snippet, version, parameters }: IKitMetadata,
  { cellType, folded }: Pick<ISnippetCell, 'cellType' | 'folded'>,
  engine = false
): Partial<ICellMetadata> {
  return {
    ...(cellType === 'code' ? { trusted: true } : {}),
    ...(folded ? FOLDED : {}),
    [METADATA_KEY]: {
      ...{ snippet, version },
      parameters: parameters as PartialJSONValue,
      ...(engine ? { engine } : {})
    }
  };
}

/**
 * The snippet that a cell came from; null for cells that are not ours.
 */
export function kitSnippetOf(model: {
  getMetadata(key: string): unknown;
}): string | null {
  return readMetadata(model.getMetadata(METADATA_KEY))?.snippet ?? null;
}

/** The title line of an engine's cell, as older versions wrote it. */
const ENGINE = /^# @title .*: (?:run this cell, )?no need to read it\s*$/m;

/** Whether a cell holds the code that a snippet's visible cell needs. */
export function isEngine({ model }: Cell): boolean {
  if (model.type !== 'code') {
    return false;
  }
  const kit = readMetadata(model.getMetadata(METADATA_KEY));
  return kit?.engine ?? ENGINE.test(model.sharedModel.getSource());
}
