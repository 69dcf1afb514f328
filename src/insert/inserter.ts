import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';

import {
  findSnippetCells,
  insertCells,
  revealCell,
  runCells,
  showActiveCell
} from '../notebook';
import type { Notices } from './notices';
import { findSnippet, fitsLanguage, isEditable } from './insertChecks';
import type { SnippetLibrary } from '../library/snippetLibrary';
import type { ISnippet, ISnippetCell } from '../snippets';
import type { IInsertDefaults, ParameterDefaults } from './parameterDefaults';
import type { ISnippetCatalog } from '../library/catalogToken';
import type { IInsertRequest, IKitSettings, ISnippetInserter } from '../tokens';

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
    if (!isEditable(panel, notices)) {
      return [];
    }
    const library = catalog.library ?? (await catalog.load());
    const snippet = findSnippet(library, request.id, notices);
    if (!snippet || !fitsLanguage(panel, snippet, notices)) {
      return [];
    }
    const there = this._present(panel, snippet, request);
    if (there) {
      return this._reveal(panel, there, snippet, request);
    }
    const defaults = await this._options.parameterDefaults.gather(
      panel,
      snippet,
      library
    );
    const { parameters = {} } = request;
    const given = request.form
      ? await this._options.ask(defaults, parameters)
      : { ...defaults.values, ...parameters };
    // The user or the kernel took time to answer: look again. An earlier click
    // (the first half of a double click) may have inserted it meanwhile.
    if (!given || panel.isDisposed || !isEditable(panel, notices)) {
      return [];
    }
    const thereNow = this._present(panel, snippet, request);
    if (thereNow) {
      return this._reveal(panel, thereNow, snippet, request);
    }
    return this._insert(
      panel,
      library,
      { ...defaults, values: given },
      request
    );
  }

  private async _insert(
    panel: NotebookPanel,
    library: SnippetLibrary,
    defaults: IInsertDefaults,
    request: SnippetInserter.IRequest
  ): Promise<string[]> {
    const { notices, settings } = this._options;
    const { snippet, values: given, notes } = defaults;
    let cells: ISnippetCell[];
    try {
      cells = library.render(snippet, given, { notes });
    } catch (error) {
      notices.failed(error);
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
      replace: request.replace,
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

  /**
   * The cell to reveal, if the snippet is there and the user wants that. A
   * request that names parameters or comes from a running cell asks for new
   * cells.
   */
  private _present(
    panel: NotebookPanel,
    snippet: ISnippet,
    request: SnippetInserter.IRequest
  ): Cell | undefined {
    const asksForNew =
      request.another || request.anchor || request.parameters || request.form;
    if (asksForNew || this._options.settings.values.whenPresent === 'insert') {
      return undefined;
    }
    const found = findSnippetCells(panel.content, snippet.id);
    // A heading whose code was cut is no snippet that is there.
    const hasCode = snippet.cells.some(({ cellType }) => cellType === 'code');
    return hasCode
      ? found.find(({ model }) => model.type === 'code')
      : found[0];
  }

  /** Show the cell instead of making another; no new cells. */
  private async _reveal(
    panel: NotebookPanel,
    cell: Cell,
    snippet: ISnippet,
    request: SnippetInserter.IRequest
  ): Promise<string[]> {
    await revealCell(panel.content, cell);
    this._options.notices.alreadyThere(snippet.title, () => {
      void this.insert({ ...request, panel, another: true });
    });
    return [];
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
    parameterDefaults: ParameterDefaults;
    /** Asks for the values in a form; null where the user cancelled. */
    ask(
      defaults: IInsertDefaults,
      given: Readonly<Record<string, unknown>>
    ): Promise<Record<string, unknown> | null>;
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
    /** A cell whose place the new ones take, if it still holds that source. */
    replace?: { cell: string; source: string };
    /** Insert although the snippet is there. */
    another?: boolean;
  }
}
