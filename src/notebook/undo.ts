import type { ISharedNotebook } from '@jupyter/ydoc';

/**
 * Make one edit one undo step.
 *
 * The shared model merges edits that are closer than about half a second, so
 * one undo after a click would take the user's last edit with it. Ending the
 * capture before and after keeps both apart.
 */
export function asOneUndoStep(
  notebook: ISharedNotebook,
  edit: () => void
): void {
  stopCapturing(notebook);
  edit();
  stopCapturing(notebook);
}

function stopCapturing(notebook: ISharedNotebook): void {
  // Not part of the interface: a shared model without Yjs has no capture to end.
  const manager = (notebook as { undoManager?: { stopCapturing?(): void } })
    .undoManager;
  manager?.stopCapturing?.();
}
