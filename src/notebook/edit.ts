import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { PartialJSONValue } from '@lumino/coreutils';

import type { IReplacement } from '../snippets';
import { IKitMetadata, METADATA_KEY } from './metadata';
import { asOneUndoStep, trackOrigin } from './undo';

/** In the histories of notebook and cell: undone from the editor as well. */
const ORIGIN = { name: 'runtime-kit' };

/**
 * Replace parts of a cell's source, and for a cell of ours what it remembers, as
 * one undo step.
 *
 * @param replacements - From the last one on.
 * @param isOneStep - False where the caller has opened an undo step.
 */
export function editCell(
  panel: NotebookPanel,
  cell: Cell,
  replacements: readonly IReplacement[],
  metadata: IKitMetadata | null,
  isOneStep = true
): void {
  const notebook = panel.content.model?.sharedModel;
  const shared = cell.model.sharedModel;
  if (!notebook) {
    throw new Error('The notebook is not loaded.');
  }
  trackOrigin(notebook, ORIGIN);
  trackOrigin(shared, ORIGIN);
  const edit = (): void =>
    notebook.transact(
      () => {
        for (const { start, end, text } of replacements) {
          shared.updateSource(start, end, text);
        }
        if (metadata) {
          const entry = metadata as unknown as PartialJSONValue;
          shared.setMetadata(METADATA_KEY, entry);
        }
      },
      false,
      ORIGIN
    );
  if (isOneStep) {
    // With undo by cell, the cell has a history of its own.
    asOneUndoStep(shared, () => asOneUndoStep(notebook, edit));
  } else {
    edit();
  }
}

/**
 * Why a notebook cannot be edited, or null if it can.
 *
 * The shared model accepts edits to a read-only notebook, so every edit asks
 * here first.
 */
export function editObstacle(
  panel: NotebookPanel
): 'loading' | 'read-only' | null {
  const model = panel.content.model;
  if (!model || !panel.context.isReady) {
    return 'loading';
  }
  if (model.readOnly || panel.context.contentsModel?.writable === false) {
    return 'read-only';
  }
  return null;
}
