import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

/**
 * An empty widget that is filled when it is first seen.
 */
export class LazySlot extends Widget {
  /** @param _fill - Loads the content and puts it in; called once if it works. */
  constructor(private _fill: () => Promise<void>) {
    super();
  }

  /** Give the focus to the content, now or when it is there. */
  focus(): void {
    this._wantsFocus = true;
    this._takeFocus();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._load();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._load();
  }

  private _load(): void {
    if (!this.isVisible || this._loading) {
      return;
    }
    this._loading = this._fill().then(
      () => this._takeFocus(),
      reason => {
        // The server is away: the next time it is shown it tries again.
        this._loading = null;
        console.warn('Runtime kit:', reason);
      }
    );
  }

  private _takeFocus(): void {
    if (this._wantsFocus && this.layout) {
      this._wantsFocus = false;
      this.node.tabIndex = -1;
      this.node.focus();
    }
  }

  private _loading: Promise<void> | null = null;
  private _wantsFocus = false;
}
