import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';

import { selectWithEngines } from './select';

const FLASH_CLASS = 'jp-RuntimeKit-flash';
const FLASH_MS = 1500;
const ATTACH_MS = 60000;
/** A new cell grows for as long: its form is loaded and built after it. */
const GROWS_MS = 2000;
/** What a user does who looks elsewhere. */
const USER_EVENTS = ['wheel', 'pointerdown', 'keydown'] as const;

/**
 * Bring the active cell into view and give it the focus, so that arrow keys and
 * Shift+Enter act on it, whichever way in the user took.
 */
export async function showActiveCell(notebook: Notebook): Promise<void> {
  const cell = notebook.activeCell;
  if (!cell) {
    return;
  }
  const before = focused();
  await scrollToCell(notebook, cell);
  if (!cell.node.isConnected && (await attached(notebook, cell))) {
    await scrollToCell(notebook, cell);
  }
  keepStartInView(notebook, cell);
  // Only now: the node of a new cell is attached by the scrolling.
  if (notebook.activeCell === cell && !movedOn(notebook, before)) {
    notebook.activate();
  }
}

/**
 * Whether the user has begun to type or choose elsewhere meanwhile, as in the
 * command palette, which closes when it loses the focus.
 */
function movedOn(notebook: Notebook, before: Element | null): boolean {
  const now = focused();
  return (
    now !== before &&
    !notebook.node.contains(now) &&
    !!now?.closest('input, textarea, select, [contenteditable], .lm-Menu')
  );
}

/** The element with the focus, also inside a component of the toolkit. */
function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) {
    element = element.shadowRoot.activeElement;
  }
  return element;
}

/**
 * Wait for a cell that is not attached yet: a long notebook attaches its cells
 * one by one when the page is idle, which takes longer than the scrolling waits.
 *
 * @returns whether it was attached while the user stayed with it.
 */
async function attached(notebook: Notebook, cell: Cell): Promise<boolean> {
  const end = Date.now() + ATTACH_MS;
  while (Date.now() < end && notebook.activeCell === cell) {
    if (cell.node.isConnected) {
      return true;
    }
    await new Promise(resolve => window.setTimeout(resolve, 100));
  }
  return false;
}

/**
 * The list may be windowed and the cell's node detached: the notebook scrolls
 * by index, the node is not asked for its place.
 */
async function scrollToCell(notebook: Notebook, cell: Cell): Promise<void> {
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
 * Keep a cell's start in view, and as much of the cell as fits, while it and what
 * is above it grow. It ends when the user scrolls, types or clicks.
 */
function keepStartInView(notebook: Notebook, cell: Cell): void {
  const view = notebook.outerNode;
  if (typeof ResizeObserver === 'undefined' || !cell.node.parentElement) {
    return;
  }
  const follow = (): void => {
    const { top, bottom } = cell.node.getBoundingClientRect();
    const shown = view.getBoundingClientRect();
    const below = Math.min(bottom - shown.bottom, top - shown.top);
    if (notebook.activeCell === cell && cell.node.isConnected && below > 0) {
      view.scrollTop += below;
    }
  };
  const observer = new ResizeObserver(follow);
  const stop = (): void => {
    observer.disconnect();
    USER_EVENTS.forEach(type => view.removeEventListener(type, stop, true));
  };
  observer.observe(cell.node);
  observer.observe(cell.node.parentElement);
  USER_EVENTS.forEach(type => view.addEventListener(type, stop, true));
  window.setTimeout(stop, GROWS_MS);
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
  selectWithEngines(notebook, notebook.widgets.indexOf(cell));
  await showActiveCell(notebook);
  if (cell.isDisposed) {
    return;
  }
  cell.addClass(FLASH_CLASS);
  window.setTimeout(() => cell.removeClass(FLASH_CLASS), FLASH_MS);
}
