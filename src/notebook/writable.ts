import type { NotebookPanel } from '@jupyterlab/notebook';

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
