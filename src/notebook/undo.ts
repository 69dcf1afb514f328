/**
 * Make one edit one undo step.
 *
 * The shared model merges edits that are closer than about half a second, so
 * one undo after a click would take the user's last edit with it. Ending the
 * capture before and after keeps both apart.
 */
export function asOneUndoStep(model: object, edit: () => void): void {
  stopCapturing(model);
  edit();
  stopCapturing(model);
}

/** End the capture of a shared model, of a notebook or of a cell. */
export function stopCapturing(model: object): void {
  managerOf(model)?.stopCapturing?.();
}

/** How many steps can be undone; null where that is not known. */
export function undoDepth(model: object): number | null {
  return managerOf(model)?.undoStack?.length ?? null;
}

/** Not part of the interface: a shared model without Yjs has none. */
function managerOf(model: object) {
  interface IUndone {
    undoManager?: { stopCapturing?(): void; undoStack?: unknown[] } | null;
  }
  return (model as IUndone).undoManager;
}
