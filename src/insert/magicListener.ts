import type { Cell } from '@jupyterlab/cells';
import {
  INotebookTracker,
  Notebook,
  NotebookActions,
  NotebookPanel
} from '@jupyterlab/notebook';

import type {
  openSnippetChannel,
  SnippetMessage
} from '../kernel/queries/snippetChannel';
import { isPython } from '../notebook';
import type { SnippetInserter } from './inserter';
import { ISnippetCatalog } from '../library/catalogToken';
import { ISnippetInserter } from '../tokens';

/** A line that uses the magic. */
export const MAGIC = /^[ \t]*%{1,2}snippet\b/m;

/**
 * How long requests are still taken after a cell is done: its reply and what
 * the kernel sent before it come by different ways. Milliseconds.
 */
const GRACE = 5000;

interface IOptions {
  catalog: ISnippetCatalog;
  inserter: ISnippetInserter;
  /** Proposes edits of a notebook's own training loop. */
  propose: (panel: NotebookPanel) => void;
  tracker: INotebookTracker;
}

/**
 * Makes `%snippet` work in the cells of this page.
 *
 * The kernel gets the magic in the moment when the user runs a cell that uses
 * it, and never otherwise. What the kernel asks for is inserted below that
 * cell and never run.
 *
 * A cell that is run cannot wait for a chunk. So what it takes is fetched when
 * a notebook with the magic is opened, or the library for another reason.
 */
export class MagicListener {
  constructor(private _options: IOptions) {
    const { catalog, tracker } = _options;
    catalog.changed.connect(this._prepare, this);
    const prepareFor = (panel: NotebookPanel): void => {
      void panel.context.ready.then(() => {
        if (usesMagic(panel)) {
          this._prepare();
        }
      });
    };
    tracker.forEach(prepareFor);
    tracker.widgetAdded.connect((_, panel) => prepareFor(panel));
  }

  /**
   * Connect to `NotebookActions.executionScheduled`, which is emitted before
   * the cell is sent, also by executors that run cells on the server.
   */
  onExecutionScheduled(
    _: unknown,
    { notebook, cell }: { notebook: Notebook; cell: Cell }
  ): void {
    const code = cell.model.sharedModel.getSource();
    if (!MAGIC.test(code)) {
      return;
    }
    const { catalog, tracker } = this._options;
    const panel = tracker.find(panel => panel.content === notebook);
    const kernel = panel?.sessionContext.session?.kernel;
    const library = catalog.library;
    if (!panel || !kernel || !isPython(panel)) {
      return;
    }
    if (!library || !this._openChannel) {
      // Programs may write a cell and run it before the page was touched: it
      // says that the magic is missing, and works when it is run again.
      this._prepare();
      return;
    }
    // Several requests of one cell go below each other, in their order.
    let last = Promise.resolve(cell.model.id);
    const close = this._openChannel(
      kernel,
      { id: cell.model.id, code },
      library.describe(),
      message => {
        last = last.then(anchor => this._insert(panel, anchor, message));
      }
    );
    const onExecuted = (_: unknown, args: { cell: Cell }): void => {
      if (args.cell === cell) {
        NotebookActions.executed.disconnect(onExecuted);
        window.setTimeout(close, GRACE);
      }
    };
    NotebookActions.executed.connect(onExecuted);
    cell.disposed.connect(() => {
      NotebookActions.executed.disconnect(onExecuted);
      close();
    });
  }

  /**
   * @returns the id of the cell below which the next request goes.
   */
  private async _insert(
    panel: NotebookPanel,
    anchor: string,
    message: SnippetMessage
  ): Promise<string> {
    if (message.method === 'propose_edits') {
      this._options.propose(panel);
      return anchor;
    }
    const { id, parameters } = message;
    const request: SnippetInserter.IRequest = {
      id,
      parameters,
      panel,
      anchor,
      position: 'below',
      run: false
    };
    const ids = await this._options.inserter.insert(request);
    return ids[ids.length - 1] ?? anchor;
  }

  /** Fetch what an announcement takes. */
  private _prepare(): void {
    const { catalog } = this._options;
    if (!catalog.library) {
      catalog.load().catch(console.warn);
    }
    if (!this._openChannel) {
      import('../kernel/queries/snippetChannel').then(module => {
        this._openChannel = module.openSnippetChannel;
      }, console.warn);
    }
  }

  private _openChannel: typeof openSnippetChannel | null = null;
}

function usesMagic(panel: NotebookPanel): boolean {
  const cells = panel.context.model.sharedModel.cells;
  return cells.some(cell => MAGIC.test(cell.getSource()));
}
