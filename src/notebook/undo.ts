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
 * Have a notebook's history keep edits of its metadata by this origin. Those of others,
 * such as JupyterLab's when the kernel changes, stay out of it, as without this.
 *
 * @returns the metadata; undefined for a shared model without Yjs.
 */
export function trackMetadata<T extends object>(
  model: object,
  origin: object
): T | undefined {
  const { ymeta } = model as { ymeta?: { get(key: string): T | undefined } };
  const metadata = ymeta?.get('metadata');
  const manager = managerOf(model);
  if (metadata && manager?.addToScope && !manager.trackedOrigins?.has(origin)) {
    const captured = manager.captureTransaction ?? (() => true);
    const scope = [...(manager.scope ?? [])];
    manager.captureTransaction = transaction =>
      captured(transaction) &&
      (transaction.origin === origin ||
        transaction.origin === manager ||
        scope.some(type => transaction.changedParentTypes.has(type)));
    manager.addToScope(metadata);
    trackOrigin(model, origin);
  }
  return metadata;
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

/** What is used of Yjs's UndoManager. */
interface IUndoManager {
  stopCapturing?(): void;
  undoStack?: unknown[];
  captureTimeout?: number;
  trackedOrigins?: Set<unknown>;
  scope?: unknown[];
  addToScope?(type: object): void;
  captureTransaction?(transaction: ITransaction): boolean;
}

interface ITransaction {
  origin: unknown;
  changedParentTypes: ReadonlyMap<unknown, unknown>;
}

/** Not part of the interface: a shared model without Yjs has none. */
function managerOf(model: object): IUndoManager | null | undefined {
  return (model as { undoManager?: IUndoManager | null }).undoManager;
}
