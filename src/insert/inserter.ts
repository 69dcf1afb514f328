/*
 * Room insert: From a request to cells in a notebook: values, checks, notices.
 * May import tokens.ts, kernel, library, notebook, snippets, ui.
 */

import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';

import {
  findSnippetCells,
  insertCells,
  isEngine,
  revealCell,
  runCells,
  showActiveCell
} from '../notebook';
import type { Notices } from './notices';
import {
  checkEditable,
  checkLanguage,
  type InsertProblem
} from './insertChecks';
import type { ISnippet, ISnippetCell } from '../snippets';
import type { Renames } from '../snippets/format/rename';
import type { OverrideApproval } from './overrideApproval';
import type { IInsertDefaults, ParameterDefaults } from './parameterDefaults';
import type { ISnippetCatalog } from '../library/catalogToken';
import type { SnippetLibrary } from '../library/snippetLibrary';
import type { IInsertRequest, IKitSettings, ISnippetInserter } from '../tokens';

/**
 * The one way by which snippets get into a notebook.
 *
 * It finds the snippet, gathers its parameter values (declared defaults <
 * settings < what the kernel knows < arguments), renders it and inserts it.
 * `_insert` says what came of it, and `insert` tells the user; nothing half done
 * is left.
 */
export class SnippetInserter implements ISnippetInserter {
  constructor(private _options: SnippetInserter.IOptions) {}

  async insert(request: SnippetInserter.IRequest): Promise<string[]> {
    const { notices } = this._options;
    const outcome = await this._insert(request);
    switch (outcome.kind) {
      case 'inserted':
        if (outcome.guess) {
          const { snippet, fillIn } = outcome.guess;
          notices.defaultNames(snippet.title, () => void fillIn());
        }
        if (outcome.renames.size > 0) {
          notices.otherNames(outcome.renames);
        }
        return outcome.ids;
      case 'revealed':
        notices.alreadyThere(outcome.snippet.title, () => {
          const { panel } = outcome;
          void this.insert({ ...request, panel, another: true });
        });
        return [];
      case 'cancelled':
        return [];
      default:
        notices.problem(outcome);
        return [];
    }
  }

  private async _insert(request: SnippetInserter.IRequest): Promise<Outcome> {
    const { catalog, tracker } = this._options;
    const panel = request.panel ?? tracker.currentWidget;
    if (!panel) {
      return { kind: 'no-notebook' };
    }
    const obstacle = checkEditable(panel);
    if (obstacle) {
      return obstacle;
    }
    const library = catalog.library ?? (await catalog.load());
    const snippet = attempt(() => library.require(request.id));
    if ('kind' in snippet) {
      return snippet;
    }
    const misfit = checkLanguage(panel, snippet);
    if (misfit) {
      return misfit;
    }
    const there = this._present(panel, snippet, request);
    if (there) {
      return reveal(panel, there, snippet);
    }
    const { approval, parameterDefaults } = this._options;
    const text = library.textOf(snippet.id) ?? '';
    if (approval && !(await approval.ask(snippet, text))) {
      return { kind: 'cancelled' };
    }
    const defaults = await parameterDefaults.gather(panel, snippet, library);
    const { parameters = {} } = request;
    const values = request.form
      ? await this._options.ask(defaults, parameters)
      : { ...defaults.values, ...parameters };
    if (!values || panel.isDisposed) {
      return { kind: 'cancelled' };
    }
    // The user or the kernel took time to answer: look again. An earlier click
    // (the first half of a double click) may have inserted it meanwhile.
    const obstacleNow = checkEditable(panel);
    if (obstacleNow) {
      return obstacleNow;
    }
    const thereNow = this._present(panel, snippet, request);
    if (thereNow) {
      return reveal(panel, thereNow, snippet);
    }
    const { snippet: chosen, notes, renames, isBusy } = defaults;
    const cells = attempt(() =>
      library.render(chosen, values, { notes, renames })
    );
    if ('kind' in cells) {
      return cells;
    }
    const ids = this._put(panel, chosen, values, cells, request);
    const fillIn = (): Promise<void> =>
      this._fillIn(panel, ids, chosen, renames, library);
    return {
      kind: 'inserted',
      ids,
      renames,
      guess:
        isBusy && !request.parameters ? { snippet: chosen, fillIn } : undefined
    };
  }

  /** Put in the names of the user's objects, as soon as the kernel can tell. */
  private async _fillIn(
    panel: NotebookPanel,
    ids: readonly string[],
    snippet: ISnippet,
    renames: Renames,
    library: SnippetLibrary
  ): Promise<void> {
    const { parameterDefaults, notices } = this._options;
    const { fillInObjects } = await import('./fillIn');
    const count = await fillInObjects(panel, ids, snippet, renames, () =>
      parameterDefaults.gather(panel, snippet, library)
    );
    if (count === 0) {
      notices.nothingToFillIn(snippet.title);
    }
  }

  /** Put rendered cells into the notebook, and run them where that is wanted. */
  private _put(
    panel: NotebookPanel,
    snippet: ISnippet,
    values: Readonly<Record<string, unknown>>,
    cells: readonly ISnippetCell[],
    request: SnippetInserter.IRequest
  ): string[] {
    const { settings } = this._options;
    const notebook = panel.content;
    const ids = insertCells(notebook, cells, {
      metadata: {
        snippet: snippet.id,
        version: snippet.version,
        parameters: allParameters(snippet, values)
      },
      position: request.position ?? settings.values.insertPosition,
      anchor: request.anchor,
      replace: request.replace,
      activate: !request.anchor
    });
    if (!request.anchor) {
      void showActiveCell(notebook);
    }
    // What a team shares may have changed since the user saw it last.
    const runsByItself =
      settings.values.runAfterInsert && snippet.source === undefined;
    if (request.run ?? runsByItself) {
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
    // A heading or an engine whose code was cut is no snippet that is there.
    const hasCode = snippet.cells.some(({ cellType }) => cellType === 'code');
    return hasCode
      ? found.find(cell => cell.model.type === 'code' && !isEngine(cell))
      : found[0];
  }
}

/** What an insertion came to. */
type Outcome =
  | {
      kind: 'inserted';
      ids: string[];
      renames: Renames;
      /** The kernel was busy, so its objects are not known. */
      guess?: { snippet: ISnippet; fillIn: () => Promise<void> };
    }
  /** It is there already: that cell is shown. */
  | { kind: 'revealed'; panel: NotebookPanel; snippet: ISnippet }
  /** The user cancelled, or closed the notebook. */
  | { kind: 'cancelled' }
  | InsertProblem;

/** Show the cell instead of making another. */
async function reveal(
  panel: NotebookPanel,
  cell: Cell,
  snippet: ISnippet
): Promise<Outcome> {
  await revealCell(panel.content, cell);
  return { kind: 'revealed', panel, snippet };
}

/** What the snippets' code makes, or what it found wrong. */
function attempt<T extends object>(
  make: () => T
): T | { kind: 'bad-request'; error: unknown } {
  try {
    return make();
  } catch (error) {
    return { kind: 'bad-request', error };
  }
}

/** What the cells were rendered with, defaults included. */
export function allParameters(
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
    /** Asks before what stands in for a built-in snippet is inserted. */
    approval?: OverrideApproval;
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
