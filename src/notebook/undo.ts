import type { IDisposable } from '@lumino/disposable';

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

/** Have a shared model's history keep edits of this origin. */
export function trackOrigin(model: object, origin: object): void {
  managerOf(model)?.trackedOrigins?.add(origin);
}

/**
 * All edits until it is disposed are one undo step, however slowly they come.
 */
export class OpenUndoStep implements IDisposable {
  /** @param models - The notebook and the cell, each with a history. */
  constructor(models: readonly object[]) {
    const managers = new Set(models.map(managerOf));
    this._ends = [...managers].flatMap(manager => {
      if (!manager?.stopCapturing) {
        return [];
      }
      const timeout = manager.captureTimeout;
      manager.stopCapturing();
      manager.captureTimeout = Infinity;
      return () => {
        manager.captureTimeout = timeout;
        manager.stopCapturing?.();
      };
    });
  }

  get isDisposed(): boolean {
    return this._ends.length === 0;
  }

  dispose(): void {
    this._ends.splice(0).forEach(end => end());
  }

  private _ends: (() => void)[];
}

/** Not part of the interface: a shared model without Yjs has none. */
function managerOf(model: object) {
  interface IUndone {
    undoManager?: {
      stopCapturing?(): void;
      undoStack?: unknown[];
      captureTimeout?: number;
      trackedOrigins?: Set<unknown>;
    } | null;
  }
  return (model as IUndone).undoManager;
}
