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
        for (const replacement of replacements) {
          const { start, end, text } = onlyChanged(
            shared.getSource(),
            replacement
          );
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

/**
 * A replacement without what stays at its ends. Two users may change one text at
 * the same time: what each has typed is kept, and neither text comes twice.
 */
export function onlyChanged(
  source: string,
  { start, end, text }: IReplacement
): IReplacement {
  const before = source.slice(start, end);
  const most = Math.min(before.length, text.length);
  let head = 0;
  while (head < most && before[head] === text[head]) {
    head++;
  }
  if (endsInPair(text, head) || endsInPair(before, head)) {
    head--;
  }
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === text.at(-1 - tail)) {
    tail++;
  }
  if (
    endsInPair(text, text.length - tail) ||
    endsInPair(before, before.length - tail)
  ) {
    tail--;
  }
  return {
    start: start + head,
    end: end - tail,
    text: text.slice(head, text.length - tail)
  };
}

/** Whether a cut here would divide a character of two code units. */
function endsInPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1));
}
