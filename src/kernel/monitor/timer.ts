/** One thing at a time that is to happen later. */
export class Timer {
  /** In the place of what was set before. */
  set(milliseconds: number, action: () => void): void {
    this.clear();
    this._timer = window.setTimeout(action, milliseconds);
  }

  clear(): void {
    window.clearTimeout(this._timer);
    this._timer = 0;
  }

  /** Differs from one setting to the next. */
  get turn(): number {
    return this._timer;
  }

  private _timer = 0;
}
