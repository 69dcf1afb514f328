import type { Notebook } from '@jupyterlab/notebook';

import { kitSnippetOf, isEngine } from './metadata';

/**
 * Make a cell the active one, and select the engine cells of its snippet right in
 * front of it too: Shift+Enter then runs what the cell needs.
 */
export function selectWithEngines(notebook: Notebook, index: number): void {
  const snippetAt = (at: number): string | null => {
    const model = notebook.widgets[at]?.model;
    return model ? kitSnippetOf(model) : null;
  };
  const snippet = snippetAt(index);
  let first = index;
  while (
    snippet !== null &&
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
