import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { notebookLanguage } from '../../notebook/language';
import { mayHoldForm } from '../../snippets/parameters/parammark';

/**
 * Finds the cells of a notebook that have a form, at the price of one look at
 * each changed cell: what shows the forms is loaded when one is found.
 */
export class FormWatch implements IDisposable {
  constructor(
    private _panel: NotebookPanel,
    private _attach: (cell: CodeCell) => Promise<IDisposable | null>
  ) {
    const { content, sessionContext } = _panel;
    content.modelChanged.connect(this._onModel, this);
    sessionContext.kernelChanged.connect(this._onLanguage, this);
    _panel.disposed.connect(this.dispose, this);
    this._onModel();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
    this._forms.forEach(form => form?.dispose());
    this._forms.clear();
  }

  private _onModel(): void {
    this._panel.content.model?.cells.changed.connect(this._schedule, this);
    this._panel.content.model?.metadataChanged.connect(this._onLanguage, this);
    this._isPython = this._readLanguage();
    this._schedule();
  }

  /** Many cells may come at once. */
  private _schedule(): void {
    this._scheduled ??= Promise.resolve().then(() => {
      this._scheduled = null;
      if (!this._isDisposed) {
        this._followCells();
      }
    });
  }

  private _followCells(): void {
    const { widgets } = this._panel.content;
    for (const widget of widgets) {
      const cell = widget as CodeCell;
      if (cell.model.type === 'code' && !this._followed.has(cell)) {
        this._followed.add(cell);
        const look = (): void => this._look(cell);
        // The model outlives a cell that is moved.
        cell.model.contentChanged.connect(look, this);
        cell.disposed.connect(() => {
          this._forms.delete(cell);
          this._followed.delete(cell);
        });
        look();
      }
    }
  }

  private _look(cell: CodeCell): void {
    if (cell.isDisposed || this._isDisposed) {
      return;
    }
    const has =
      this._isPython && mayHoldForm(cell.model.sharedModel.getSource());
    if (has && !this._forms.has(cell)) {
      this._forms.set(cell, null);
      void this._show(cell);
    } else if (!has && this._forms.has(cell)) {
      this._forms.get(cell)?.dispose();
      this._forms.delete(cell);
    }
  }

  private async _show(cell: CodeCell): Promise<void> {
    // Before it is attached a cell has no parts: nothing to do for most at first.
    await cell.ready;
    const form = this._forms.has(cell) ? await this._attach(cell) : null;
    // The cell may have lost its form, or be gone, while the code was loaded.
    if (form && this._forms.get(cell) === null) {
      this._forms.set(cell, form);
    } else {
      form?.dispose();
    }
  }

  private _onLanguage(): void {
    const isPython = this._readLanguage();
    if (isPython !== this._isPython) {
      this._isPython = isPython;
      this._followed.forEach(cell => this._look(cell));
    }
  }

  private _readLanguage(): boolean {
    return (notebookLanguage(this._panel) ?? 'python') === 'python';
  }

  private _followed = new Set<CodeCell>();
  private _forms = new Map<CodeCell, IDisposable | null>();
  private _isDisposed = false;
  private _isPython = true;
  private _scheduled: Promise<void> | null = null;
}
