import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { SnippetInserter } from '../insert/inserter';
import { stopCapturing, undoDepth } from '../notebook/undo';
import { acceptedSnippet, mayComplete } from './completionItems';
import type { ISnippetCatalog } from '../library/catalogToken';
import type { ISnippetInserter } from '../tokens';

/** Keys that choose from the completer. */
const KEYS = ['Enter', 'Tab'];

/**
 * Puts a snippet in the place of the cell in which its offer was accepted.
 *
 * The completer writes the text of the offer into the cell first. It is taken back
 * before anything is inserted, so that one undo of the insertion shows what the
 * user had typed. For that it has to be an undo step of its own: the step of the
 * typing ends when a key or the pointer is about to choose.
 */
export class CompletionAccept {
  constructor(private _options: CompletionAccept.IOptions) {
    window.addEventListener('keydown', this, true);
    window.addEventListener('pointerdown', this, true);
  }

  /** Whether the text of an offer is being taken back. */
  get isTakingBack(): boolean {
    return this._isTakingBack;
  }

  /** What comes before the completer hears of it. */
  handleEvent(event: Event): void {
    const { activeCell: cell } = this._options.tracker;
    const isKey = event.type === 'keydown';
    this._depth = null;
    if (
      cell?.model?.type === 'code' &&
      (!isKey || KEYS.includes((event as KeyboardEvent).key)) &&
      mayComplete(cell.model.sharedModel.getSource())
    ) {
      stopCapturing(cell.model.sharedModel);
      this._depth = undoDepth(cell.model.sharedModel);
    }
  }

  /** Call it when the completer has put the text of a choice into the cell. */
  async accept(panel: NotebookPanel, cell: Cell): Promise<void> {
    const { catalog, inserter } = this._options;
    const shared = cell.model.sharedModel;
    const id =
      cell.model.type === 'code' && catalog.library
        ? acceptedSnippet(catalog.library, shared.getSource())
        : null;
    if (!id) {
      return;
    }
    if (this._depth !== null && undoDepth(shared) === this._depth + 1) {
      this._isTakingBack = true;
      shared.undo();
      this._isTakingBack = false;
    }
    const request: SnippetInserter.IRequest = {
      id,
      panel,
      another: true,
      replace: { cell: cell.model.id, source: shared.getSource() }
    };
    await inserter.insert(request);
  }

  /** Steps that could be undone before the choice; null where nobody chooses. */
  private _depth: number | null = null;
  private _isTakingBack = false;
}

export namespace CompletionAccept {
  /** What it works with. */
  export interface IOptions {
    catalog: ISnippetCatalog;
    inserter: ISnippetInserter;
    tracker: INotebookTracker;
  }
}
