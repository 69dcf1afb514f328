import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';

import type { ISnippetCell } from '../snippets';
import { kitSnippetOf } from './metadata';

/**
 * The cells of a notebook that came from a snippet, in order.
 *
 * Copied cells copy their metadata, so there may be several groups.
 */
export function findSnippetCells(notebook: Notebook, id: string): Cell[] {
  return notebook.widgets.filter(({ model }) => kitSnippetOf(model) === id);
}

/**
 * All code of a notebook except the cells of one snippet.
 */
export function codeOf(notebook: Notebook, exceptSnippet?: string): string {
  return notebook.widgets
    .filter(
      ({ model }) =>
        model.type === 'code' &&
        (!exceptSnippet || kitSnippetOf(model) !== exceptSnippet)
    )
    .map(({ model }) => model.sharedModel.getSource())
    .join('\n');
}

/** The selected cells, or the active one, as cells of a snippet. */
export function selectedCells(notebook: Notebook): ISnippetCell[] {
  return notebook.widgets
    .filter(cell => notebook.isSelectedOrActive(cell))
    .map(({ model }) => ({
      cellType: model.type as ISnippetCell['cellType'],
      source: model.sharedModel.getSource()
    }));
}
