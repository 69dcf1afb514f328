import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IReplacement } from '../snippets';
import { editCell } from './edit';
import { asOneUndoStep } from './undo';

/** What changes in a notebook. */
interface IRewriting {
  /** By cell id, each with the source that the replacements are for. */
  cells: ReadonlyMap<
    string,
    { source: string; replacements: readonly IReplacement[] }
  >;
  /** Code cells to insert, each in front of a cell. */
  inserted: readonly { before: string; source: string }[];
}

/**
 * Edit several cells and insert others, as one undo step.
 *
 * @returns false, with nothing changed, where a cell is gone or was changed since.
 */
export function rewriteCells(
  panel: NotebookPanel,
  { cells, inserted }: IRewriting
): boolean {
  const notebook = panel.content.model?.sharedModel;
  const widgets = new Map(panel.content.widgets.map(w => [w.model.id, w]));
  const fits =
    notebook !== undefined &&
    [...cells].every(
      ([id, { source }]) =>
        widgets.get(id)?.model.sharedModel.getSource() === source
    ) &&
    inserted.every(({ before }) => widgets.has(before));
  if (!notebook || !fits) {
    return false;
  }
  asOneUndoStep(notebook, () =>
    notebook.transact(() => {
      for (const [id, { replacements }] of cells) {
        const cell = widgets.get(id);
        if (cell) {
          editCell(panel, cell, replacements, null, false);
        }
      }
      for (const { before, source } of inserted) {
        const index = notebook.cells.findIndex(cell => cell.id === before);
        notebook.insertCell(index, {
          cell_type: 'code',
          source,
          metadata: { trusted: true }
        });
      }
    })
  );
  return true;
}
