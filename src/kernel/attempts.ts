const ENOUGH = 3; // failures in a row; then only the user asks, or a restart does

/** What was tried with a kernel, so that it is not asked without end. */
export class Attempts {
  /** It was asked beside the cell that is running. */
  beside = false;
  /** It was asked once more because something was not there yet. */
  again = false;

  get areEnough(): boolean {
    return this._failures >= ENOUGH;
  }

  failed(): void {
    this._failures++;
  }

  succeeded(): void {
    this._failures = 0;
  }

  /** It is not worth another one. */
  giveUp(): void {
    this._failures = ENOUGH;
  }

  /** The kernel is another process. */
  beginAnew(): void {
    this._failures = 0;
    this.beside = false;
  }

  private _failures = 0;
}
