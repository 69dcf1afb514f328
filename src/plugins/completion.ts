import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import {
  CompletionHandler,
  ICompletionContext,
  ICompletionProvider,
  ICompletionProviderManager
} from '@jupyterlab/completer';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import { notebookLanguage } from '../notebook/language';
import type { CompletionAccept } from '../completion/completionAccept';
import { ISnippetCatalog } from '../library/catalogToken';
import { IKitSettings, ISnippetInserter } from '../tokens';

/**
 * Offers snippets where `rk-` or the beginning of an id is all that a code cell
 * holds. Accepting one puts its cells in the place of that cell.
 */
export const completion: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:completion',
  description: 'Offers snippets in empty code cells.',
  autoStart: true,
  requires: [INotebookTracker, ISnippetCatalog, ISnippetInserter, IKitSettings],
  optional: [ICompletionProviderManager],
  activate: (
    _: JupyterFrontEnd,
    tracker: INotebookTracker,
    catalog: ISnippetCatalog,
    inserter: ISnippetInserter,
    settings: IKitSettings,
    manager: ICompletionProviderManager | null
  ) => {
    if (!manager) {
      return;
    }
    const offers = new Offers({ catalog, inserter, tracker });
    manager.registerProvider(new SnippetProvider(catalog, settings, offers));
    manager.selected.connect(() => {
      const { activeCell, currentWidget } = tracker;
      if (activeCell && currentWidget) {
        void offers.acceptance?.accept(currentWidget, activeCell);
      }
    });
    openOnPrefix(tracker, catalog, manager, offers);
  }
};

/** The code for offers, loaded with the first of them. */
class Offers {
  constructor(private _options: CompletionAccept.IOptions) {}

  acceptance: CompletionAccept | null = null;

  async load(): Promise<typeof import('../completion/completionItems')> {
    const [offer, { CompletionAccept }] = await Promise.all([
      import('../completion/completionItems'),
      import('../completion/completionAccept')
    ]);
    this.acceptance ??= new CompletionAccept(this._options);
    return offer;
  }
}

/** Registered at start-up; what it does is loaded when it is asked. */
class SnippetProvider implements ICompletionProvider {
  constructor(
    private _catalog: ISnippetCatalog,
    private _settings: IKitSettings,
    private _offers: Offers
  ) {}

  readonly identifier = 'jupyterlab-runtime-kit:snippets';
  // Last: the first one that applies chooses how all offers look.
  readonly rank = 100;

  async isApplicable({ widget }: ICompletionContext): Promise<boolean> {
    return widget instanceof NotebookPanel;
  }

  async fetch(
    { text, offset }: CompletionHandler.IRequest,
    { widget }: ICompletionContext
  ): Promise<CompletionHandler.ICompletionItemsReply> {
    if (offset !== text.length || !/^[a-z0-9-]{2,}$/.test(text)) {
      return { start: 0, end: 0, items: [] };
    }
    const library = await this._catalog.load();
    const { completionItems } = await this._offers.load();
    const { hiddenSnippets } = this._settings.values;
    const language = notebookLanguage(widget as NotebookPanel);
    return completionItems(library, hiddenSnippets, text, language);
  }
}

/**
 * Open the completer when the user has typed `rk-` into an empty code cell, as
 * they need not know that it would open on Tab.
 */
function openOnPrefix(
  tracker: INotebookTracker,
  catalog: ISnippetCatalog,
  manager: ICompletionProviderManager,
  offers: Offers
): void {
  let followed: Cell | null = null;
  const isTyped = (): boolean =>
    followed?.model?.type === 'code' &&
    followed.editor?.hasFocus() === true &&
    followed.model.sharedModel.getSource() === 'rk-';
  const open = async (): Promise<void> => {
    // The completer waits for a second only. And the editor moves its cursor when
    // this turn is over.
    await Promise.all([catalog.load(), offers.load()]);
    const panel = tracker.currentWidget;
    if (panel && isTyped()) {
      manager.invoke(panel.id);
    }
  };
  const onChanged = (): void => {
    if (isTyped() && !offers.acceptance?.isTakingBack) {
      open().catch(console.warn);
    }
  };
  tracker.activeCellChanged.connect((_, cell) => {
    followed?.model?.contentChanged.disconnect(onChanged);
    followed = cell;
    cell?.model.contentChanged.connect(onChanged);
  });
}
