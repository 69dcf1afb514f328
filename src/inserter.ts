import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';

import {
  editObstacle,
  findSnippetCells,
  insertCells,
  mainCell,
  notebookLanguage,
  revealCell,
  runCells,
  showActiveCell
} from './notebook';
import type { Notices } from './notices';
import type { ISnippet, ISnippetCell, SnippetLibrary } from './snippets';
import type { IParameterAdvice, ParameterAdvisor } from './advisor';
import type {
  IInsertRequest,
  IKitSettings,
  ISnippetCatalog,
  ISnippetInserter
} from './tokens';

/**
 * The one way by which snippets get into a notebook.
 *
 * It finds the snippet, gathers its parameter values (declared defaults <
 * settings < what the kernel knows < arguments), renders it and inserts it.
 * What stands in the way is said to the user; nothing half done is left.
 */
export class SnippetInserter implements ISnippetInserter {
  constructor(options: SnippetInserter.IOptions) {
    this._options = options;
  }

  async insert(request: SnippetInserter.IRequest): Promise<string[]> {
    const { catalog, notices, tracker } = this._options;
    const panel = request.panel ?? tracker.currentWidget;
    if (!panel) {
      notices.noNotebook();
      return [];
    }
    if (!this._isEditable(panel)) {
      return [];
    }
    const library = catalog.library ?? (await catalog.load());
    const snippet = this._find(library, request.id);
    if (!snippet || !this._fitsLanguage(panel, snippet)) {
      return [];
    }
    if (await this._revealed(panel, snippet, request)) {
      return [];
    }
    const advice = await this._options.advisor.advise(panel, snippet, library);
    // The kernel may have taken its second to answer: look again.
    if (panel.isDisposed || !this._isEditable(panel)) {
      return [];
    }
    return this._insert(panel, library, advice, request);
  }

  private async _insert(
    panel: NotebookPanel,
    library: SnippetLibrary,
    advice: IParameterAdvice,
    request: SnippetInserter.IRequest
  ): Promise<string[]> {
    const { notices, settings } = this._options;
    const { snippet, values, notes } = advice;
    const given = { ...values, ...request.parameters };
    let cells: ISnippetCell[];
    try {
      cells = library.render(snippet, given, { notes });
    } catch (error) {
      notices.failed((error as Error).message);
      return [];
    }
    const notebook = panel.content;
    const ids = insertCells(notebook, cells, {
      metadata: {
        snippet: snippet.id,
        version: snippet.version,
        parameters: allParameters(snippet, given)
      },
      position: request.position ?? settings.values.insertPosition,
      anchor: request.anchor,
      activate: !request.anchor
    });
    if (!request.anchor) {
      void showActiveCell(notebook);
    }
    if (request.run ?? settings.values.runAfterInsert) {
      const { dialogs, translator } = this._options;
      // Not awaited: the ids are an answer about the insertion, not the run.
      void runCells(panel, ids, dialogs, translator);
    }
    return ids;
  }

  private _isEditable(panel: NotebookPanel): boolean {
    const obstacle = editObstacle(panel);
    if (obstacle === 'read-only') {
      this._options.notices.readOnly(panel.title.label);
    } else if (obstacle === 'loading') {
      this._options.notices.loading();
    }
    return obstacle === null;
  }

  private _find(library: SnippetLibrary, id: string): ISnippet | null {
    try {
      return library.require(id);
    } catch (error) {
      this._options.notices.failed((error as Error).message);
      return null;
    }
  }

  private _fitsLanguage(panel: NotebookPanel, snippet: ISnippet): boolean {
    const language = notebookLanguage(panel);
    const fits =
      !language ||
      snippet.languages.length === 0 ||
      snippet.languages.some(name => name.toLowerCase() === language);
    if (!fits) {
      this._options.notices.otherLanguage(snippet.title, language);
    }
    return fits;
  }

  /**
   * Reveal the snippet if it is there and the user wants that. A request that
   * names parameters or comes from a running cell asks for new cells.
   */
  private async _revealed(
    panel: NotebookPanel,
    snippet: ISnippet,
    request: SnippetInserter.IRequest
  ): Promise<boolean> {
    const asksForNew = request.another || request.anchor || request.parameters;
    if (asksForNew || this._options.settings.values.whenPresent === 'insert') {
      return false;
    }
    const cell = mainCell(findSnippetCells(panel.content, snippet.id));
    if (!cell) {
      return false;
    }
    await revealCell(panel.content, cell);
    this._options.notices.alreadyThere(snippet.title, () => {
      void this.insert({ ...request, panel, another: true });
    });
    return true;
  }

  private _options: SnippetInserter.IOptions;
}

/** What the cells were rendered with, defaults included. */
function allParameters(
  snippet: ISnippet,
  given: Readonly<Record<string, unknown>>
): Record<string, unknown> {
  return Object.fromEntries(
    snippet.parameters.map(({ name, default: value }) => [
      name,
      given[name] ?? value
    ])
  );
}

export namespace SnippetInserter {
  /** What the inserter works with. */
  export interface IOptions {
    advisor: ParameterAdvisor;
    catalog: ISnippetCatalog;
    notices: Notices;
    settings: IKitSettings;
    tracker: INotebookTracker;
    dialogs?: ISessionContextDialogs;
    translator?: ITranslator;
  }

  /** A request from inside this extension. */
  export interface IRequest extends IInsertRequest {
    /** Default: the current notebook. */
    panel?: NotebookPanel;
    /** Id of the running cell that asks; focus and scroll position stay. */
    anchor?: string;
    /** Insert although the snippet is there. */
    another?: boolean;
  }
}
