import type { SharedCell } from '@jupyter/ydoc';
import type { Notebook } from '@jupyterlab/notebook';
import { ArrayExt } from '@lumino/algorithm';

import type { ISnippetCell } from '../snippets';
import type { InsertPosition } from '../tokens';
import { IKitMetadata, newCellMetadata } from './metadata';
import { selectWithEngines } from './select';
import { asOneUndoStep } from './undo';

interface IOptions {
  metadata: IKitMetadata;
  position: InsertPosition;
  /** Id of the cell that the position is relative to. Default: the active cell. */
  anchor?: string;
  /** A cell whose place they take, if it still holds that source. */
  replace?: { cell: string; source: string };
  /** Make the first inserted code cell the active one. */
  activate: boolean;
}

/**
 * Insert cells and return their ids.
 *
 * All cells go in with one transaction that is one undo step; nothing else in
 * the notebook changes.
 *
 * @throws Error if the notebook has no model (it is closed or still loading).
 */
export function insertCells(
  notebook: Notebook,
  cells: readonly ISnippetCell[],
  options: IOptions
): string[] {
  const model = notebook.model;
  if (!model) {
    throw new Error('The notebook is not loaded.');
  }
  const shared = model.sharedModel;
  const replaced = replacedIndex(notebook, options);
  const index = replaced ?? insertionIndex(notebook, options);
  asOneUndoStep(shared, () =>
    shared.transact(() => {
      // First: a notebook without cells would get one of its own.
      shared.insertCells(index, snippetCells(cells, options.metadata));
      if (replaced !== null) {
        shared.deleteCell(index + cells.length);
      }
    })
  );
  const ids = cells.map((_, i) => shared.getCell(index + i).getId());
  if (options.activate) {
    // The one with the form, and the folded engines in front of it with it.
    const code = cells.findIndex(isVisibleCode);
    selectWithEngines(notebook, index + Math.max(code, 0));
  }
  return ids;
}

/**
 * Rendered cells as a notebook takes them.
 */
export function snippetCells(
  cells: readonly ISnippetCell[],
  metadata: IKitMetadata
): SharedCell.Cell[] {
  const visible = cells.findIndex(isVisibleCode);
  return cells.map((cell, index) => ({
    cell_type: cell.cellType,
    source: cell.source,
    // What is folded behind it, a script for instance, is no engine of it.
    metadata: newCellMetadata(metadata, cell, cell.folded && index < visible)
  }));
}

function isVisibleCode({ cellType, folded }: ISnippetCell): boolean {
  return cellType === 'code' && !folded;
}

/**
 * Index of the cell whose place the new ones take: the one that the request
 * names, or the empty one of a new notebook.
 */
function replacedIndex(
  notebook: Notebook,
  { replace, anchor }: IOptions
): number | null {
  if (!replace && !anchor && isNew(notebook)) {
    return 0;
  }
  const index = notebook.widgets.findIndex(
    ({ model }) =>
      model.id === replace?.cell &&
      model.sharedModel.getSource() === replace.source
  );
  return index < 0 ? null : index;
}

/** Whether a notebook holds one empty code cell, as a new one does. */
function isNew({ widgets: [cell, ...others] }: Notebook): boolean {
  return (
    others.length === 0 &&
    cell?.model.type === 'code' &&
    cell.model.sharedModel.getSource().trim() === ''
  );
}

function insertionIndex(
  notebook: Notebook,
  { position, anchor }: IOptions
): number {
  if (position === 'top' || notebook.widgets.length === 0) {
    return 0;
  }
  const anchored = anchor
    ? ArrayExt.findFirstIndex(notebook.widgets, w => w.model.id === anchor)
    : -1;
  const index = anchored >= 0 ? anchored : notebook.activeCellIndex;
  return position === 'above' ? Math.max(index, 0) : index + 1;
}
