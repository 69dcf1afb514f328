import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';

const FLASH_CLASS = 'jp-RuntimeKit-flash';
const FLASH_MS = 1500;

/**
 * Bring a cell into view.
 *
 * The list may be windowed and the cell's node detached: the notebook scrolls
 * by index, the node is not asked for its place.
 */
export async function scrollToCell(
  notebook: Notebook,
  cell: Cell
): Promise<void> {
  const index = notebook.widgets.indexOf(cell);
  if (index < 0) {
    return;
  }
  try {
    await notebook.scrollToItem(index, 'auto', 0);
  } catch {
    // Rejected when another scroll took over or the notebook was hidden: the
    // cell is active all the same.
  }
}

/**
 * Make a cell the active one, bring it into view and mark it for a moment, so
 * that a click on a button whose cell is already there is never a silent
 * nothing.
 */
export async function revealCell(
  notebook: Notebook,
  cell: Cell
): Promise<void> {
  notebook.activeCellIndex = notebook.widgets.indexOf(cell);
  notebook.deselectAll();
  await scrollToCell(notebook, cell);
  if (cell.isDisposed) {
    return;
  }
  cell.addClass(FLASH_CLASS);
  window.setTimeout(() => cell.removeClass(FLASH_CLASS), FLASH_MS);
}
