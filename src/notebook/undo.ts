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
  // Not part of the interface: a shared model without Yjs has no capture to end.
  const manager = (model as { undoManager?: { stopCapturing?(): void } | null })
    .undoManager;
  manager?.stopCapturing?.();
}
