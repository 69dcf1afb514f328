import type { CodeCell } from '@jupyterlab/cells';
import type { IMapChange } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import {
  isCodeHidden,
  isSourceHidden,
  keepCodeHidden
} from '../../notebook/hiddenCode';

/**
 * Hides the code of a cell that has a form, as the cell says, and keeps what the
 * user chooses, in whichever way.
 *
 * JupyterLab hides code by `jupyter.source_hidden` only, and writes that whenever
 * it hides some. A cell that only Colab's metadata hides must not be changed by
 * being opened, so the two methods of this one cell that load and save the state
 * are replaced.
 */
export class CodeFolding implements IDisposable {
  constructor(
    private _cell: CodeCell,
    private _options: CodeFolding.IOptions
  ) {
    const { model } = _cell;
    const load = _cell.loadCollapseState.bind(_cell);
    const save = _cell.saveCollapseState.bind(_cell);
    _cell.loadCollapseState = () => {
      this._quietly(load);
      this.refresh();
    };
    _cell.saveCollapseState = () => {
      if (this._isQuiet) {
        return;
      }
      if (_cell.inputHidden !== this._hidden) {
        this._keep();
      }
      if (_options.isWritable()) {
        save();
      }
    };
    model.metadataChanged.connect(this._onMetadata, this);
    this.refresh();
  }

  /** Whether the code is hidden. */
  get hidden(): boolean {
    return this._hidden;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Show or hide the code, for good. */
  toggle(): void {
    this._cell.inputHidden = !this._cell.inputHidden;
  }

  /** Show the cell as it says. */
  refresh(): void {
    const { model } = this._cell;
    const hidden = this._options.followsCell()
      ? isCodeHidden(model, this._options.isHiddenByAuthor())
      : isSourceHidden(model);
    this._quietly(() => (this._cell.inputHidden = hidden));
    this._settle();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
    const cell = this._cell as Partial<CodeCell>;
    delete cell.saveCollapseState;
    delete cell.loadCollapseState;
    if (!this._cell.isDisposed) {
      this._cell.loadCollapseState();
    }
  }

  /** The user, or a command of JupyterLab's, has shown or hidden the code. */
  private _keep(): void {
    if (this._options.isWritable()) {
      const { model, inputHidden } = this._cell;
      this._quietly(() =>
        keepCodeHidden(model, inputHidden, this._options.isHiddenByAuthor())
      );
    }
    this._settle();
  }

  private _settle(): void {
    if (this._hidden !== this._cell.inputHidden) {
      this._hidden = this._cell.inputHidden;
      this._changed.emit();
    }
  }

  private _onMetadata(_: unknown, { key }: IMapChange): void {
    if (key === 'cellView' && !this._isQuiet) {
      this.refresh();
    }
  }

  private _quietly(change: () => void): void {
    const before = this._isQuiet;
    this._isQuiet = true;
    change();
    this._isQuiet = before;
  }

  private _changed = new Signal<this, void>(this);
  private _hidden = false;
  private _isDisposed = false;
  private _isQuiet = false;
}

export namespace CodeFolding {
  /** What it asks when it needs to know. */
  export interface IOptions {
    /** Whether the notebook may be changed; otherwise only the view is. */
    isWritable(): boolean;
    /** Whether the user wants code hidden where the cell says so. */
    followsCell(): boolean;
    /** Whether the cell's title line hides the code. */
    isHiddenByAuthor(): boolean;
  }
}
