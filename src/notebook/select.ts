import type { Notebook } from '@jupyterlab/notebook';

import { METADATA_KEY, readMetadata } from './metadata';
import { isEngine } from './engine';

/**
 * Make a cell the active one, and select the engine cells of its snippet right in
 * front of it too: Shift+Enter then runs what the cell needs.
 */
export function selectWithEngines(notebook: Notebook, index: number): void {
  const snippetAt = (at: number): string | undefined => {
    const model = notebook.widgets[at]?.model;
    return model && readMetadata(model.getMetadata(METADATA_KEY))?.snippet;
  };
  const snippet = snippetAt(index);
  let first = index;
  while (
    snippet !== undefined &&
    first > 0 &&
    snippetAt(first - 1) === snippet &&
    isEngine(notebook.widgets[first - 1])
  ) {
    first--;
  }
  notebook.deselectAll();
  notebook.activeCellIndex = first;
  if (first < index) {
    notebook.extendContiguousSelectionTo(index);
  }
}
