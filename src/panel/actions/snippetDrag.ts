import type { SharedCell } from '@jupyter/ydoc';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { MimeData } from '@lumino/coreutils';
import { Drag } from '@lumino/dragdrop';

import { allParameters } from '../../insert/inserter';
import type {
  IInsertDefaults,
  ParameterDefaults
} from '../../insert/parameterDefaults';
import { editObstacle, snippetCells } from '../../notebook';
import type { SnippetLibrary } from '../../library/snippetLibrary';
import type { ISnippet } from '../../snippets';
import type { ISnippetCatalog } from '../../library/catalogToken';

/** What notebooks take when it is dropped on them. */
const CELLS = 'application/vnd.jupyter.cells';

interface IOptions {
  parameterDefaults: ParameterDefaults;
  catalog: ISnippetCatalog;
  tracker: INotebookTracker;
}

/**
 * Drags snippets into notebooks, which insert what is dropped by themselves.
 */
export class SnippetDrag {
  constructor(private _options: IOptions) {}

  /** Begin to drag a snippet at a point of the page. */
  async start(snippet: ISnippet, x: number, y: number): Promise<void> {
    const { parameterDefaults, catalog, tracker } = this._options;
    const panel = tracker.currentWidget;
    const library = catalog.library;
    if (!library || !panel || editObstacle(panel)) {
      return;
    }
    const mimeData = new MimeData();
    const put = (defaults: IInsertDefaults): void => {
      mimeData.setData(CELLS, cellsOf(library, defaults));
    };
    put({ snippet, values: {}, notes: {}, renames: new Map() });
    const drag = new Drag({
      mimeData,
      dragImage: dragImage(snippet.title),
      supportedActions: 'copy',
      proposedAction: 'copy',
      source: this
    });
    const done = drag.start(x, y);
    // What settings and kernel know arrives while the user still drags.
    parameterDefaults
      .gather(panel, snippet, library)
      .then(put)
      .catch(console.warn);
    await done;
    drag.dispose();
  }
}

function cellsOf(
  library: SnippetLibrary,
  { notes, renames, snippet, values }: IInsertDefaults
): SharedCell.Cell[] {
  return snippetCells(library.render(snippet, values, { notes, renames }), {
    snippet: snippet.id,
    version: snippet.version,
    parameters: allParameters(snippet, values)
  });
}

function dragImage(title: string): HTMLElement {
  const node = document.createElement('div');
  node.className = 'jp-RuntimeKit-dragImage';
  node.textContent = title;
  return node;
}
