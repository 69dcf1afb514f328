import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { runCells } from '../../notebook/run';
import { snippetGroupOf } from '../../notebook/snippetGroups';
import type { ICellFormServices } from './services';

/**
 * Runs the cell of a form: when the user says so, and after a change where the
 * cell's author wrote `run: "auto"`.
 */
export class CellRunner {
  constructor(
    private _panel: NotebookPanel,
    private _cell: CodeCell,
    private _services: ICellFormServices
  ) {}

  /** Whether changes run the cell that asks for it. */
  get mayRunItself(): boolean {
    return this._services.settings.values.cellFormsRun && this.isTrusted;
  }

  /** Whether every code cell of the notebook is trusted. */
  get isTrusted(): boolean {
    const cells = this._panel.content.model?.cells ?? [];
    for (const model of cells) {
      if (model.type === 'code' && !model.trusted) {
        return false;
      }
    }
    return true;
  }

  async run(): Promise<void> {
    const { dialogs, translator } = this._services;
    // All cells of a snippet run, so that its engine is there.
    const group = snippetGroupOf(this._panel.content, this._cell);
    const ids = (group?.cells ?? [this._cell]).map(({ model }) => model.id);
    await runCells(this._panel, ids, dialogs, translator);
  }

  /**
   * Run after a change. What is changed while the cell runs makes it run once
   * more. Without a kernel nothing happens: none is started by a form.
   */
  async runAfterChange(): Promise<void> {
    if (this._isRunning) {
      this._isChanged = true;
      return;
    }
    this._isRunning = true;
    try {
      do {
        this._isChanged = false;
        if (!this.mayRunItself || !this._hasKernel) {
          return;
        }
        await this.run();
      } while (this._isChanged && !this._cell.isDisposed);
    } finally {
      this._isRunning = false;
    }
  }

  private get _hasKernel(): boolean {
    return Boolean(this._panel.sessionContext.session?.kernel);
  }

  private _isChanged = false;
  private _isRunning = false;
}
