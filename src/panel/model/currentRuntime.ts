import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import type { RuntimeModel } from './runtimeModel';
import type { RuntimeRegistry } from './runtimeRegistry';

/**
 * The runtime of the notebook that the user is in: what panel and status bar
 * show.
 */
export class CurrentRuntime {
  constructor(
    private _tracker: INotebookTracker,
    private _pool: RuntimeRegistry
  ) {
    _tracker.currentChanged.connect(this._onCurrentChanged, this);
  }

  /** Emitted when it is another one, and when what is known of it changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get panel(): NotebookPanel | null {
    const panel = this._tracker.currentWidget;
    return panel?.isDisposed ? null : panel;
  }

  get model(): RuntimeModel | null {
    return this.panel && this._pool.of(this.panel);
  }

  /** A view begins to show it; it follows the user to other notebooks. */
  show(): IDisposable {
    this._views++;
    this._follow();
    return new DisposableDelegate(() => {
      this._views--;
      this._follow();
    });
  }

  private _onCurrentChanged(): void {
    this._follow();
    this._changed.emit();
  }

  private _follow(): void {
    const wanted = this._views > 0 ? this.model : null;
    if (wanted === this._shown) {
      return;
    }
    // The new one first: a model that both show does not stop in between.
    const held = wanted?.show() ?? null;
    wanted?.changed.connect(this._onModelChanged, this);
    this._shown?.changed.disconnect(this._onModelChanged, this);
    this._held?.dispose();
    this._held = held;
    this._shown = wanted;
  }

  private _onModelChanged(): void {
    this._changed.emit();
  }

  private _changed = new Signal<this, void>(this);
  private _held: IDisposable | null = null;
  private _shown: RuntimeModel | null = null;
  private _views = 0;
}
