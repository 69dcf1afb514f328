import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';

import type { ISnippetCell } from '../snippets';
import { isEngine, IKitMetadata, METADATA_KEY, readMetadata } from './metadata';
import { snippetCells } from './insert';
import { asOneUndoStep } from './undo';

/**
 * The cells that one insertion of a snippet made, as they are now.
 */
export interface ISnippetGroup extends IKitMetadata {
  /** Index of the first one in the notebook. */
  readonly start: number;
  readonly cells: readonly Cell[];
}

/**
 * All insertions of snippets in a notebook, in order. Cells belong together
 * that follow each other and came from one snippet; a heading or an engine
 * behind other code begins another one.
 */
export function snippetGroups(notebook: Notebook): ISnippetGroup[] {
  const groups: (ISnippetGroup & { cells: Cell[] })[] = [];
  notebook.widgets.forEach((cell, index) => {
    const kit = readMetadata(cell.model.getMetadata(METADATA_KEY));
    if (!kit) {
      return;
    }
    const last = groups.at(-1);
    const follows =
      last?.snippet === kit.snippet &&
      last.start + last.cells.length === index &&
      !(isOpening(cell) && !isOpening(last.cells.at(-1)!));
    if (follows) {
      last.cells.push(cell);
    } else {
      groups.push({ ...kit, start: index, cells: [cell] });
    }
  });
  return groups;
}

/** The insertion that a cell belongs to, if it came from a snippet. */
export function snippetGroupOf(
  notebook: Notebook,
  cell: Cell
): ISnippetGroup | undefined {
  return snippetGroups(notebook).find(({ cells }) => cells.includes(cell));
}

/** Whether a cell comes before the code that the user sees. */
function isOpening(cell: Cell): boolean {
  return cell.model.type !== 'code' || isEngine(cell);
}

/**
 * Other cells in place of insertions.
 */
export interface IGroupReplacement {
  readonly group: ISnippetGroup;
  readonly cells: readonly ISnippetCell[];
  readonly metadata: IKitMetadata;
}

/**
 * Put other cells in place of insertions, as one undo step.
 */
export function replaceGroups(
  notebook: Notebook,
  replacements: readonly IGroupReplacement[]
): void {
  const shared = notebook.model?.sharedModel;
  if (!shared) {
    throw new Error('The notebook is not loaded.');
  }
  asOneUndoStep(shared, () =>
    shared.transact(() => {
      // From the last one on, so that the indices of the others stay true.
      const ordered = [...replacements].sort(
        (a, b) => b.group.start - a.group.start
      );
      for (const { group, cells, metadata } of ordered) {
        const end = group.start + group.cells.length;
        shared.insertCells(end, snippetCells(cells, metadata));
        shared.deleteCellRange(group.start, end);
      }
    })
  );
}
