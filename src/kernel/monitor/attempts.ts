const ENOUGH = 3; // failures in a row; then only the user asks, or a restart does

/** What was tried with a kernel, so that it is not asked without end. */
export class Attempts {
  /** It was asked over a subshell while a cell runs. */
  inSubshell = false;
  /** It was asked once more because something was not there yet. */
  again = false;
  /** How many it has sent or answered. */
  samples = 0;

  get areEnough(): boolean {
    return this._failures >= ENOUGH;
  }

  /**
   * Whether a kernel that says that it is idle is to be asked. One that did not
   * answer (stopped, or held up for minutes) is, when it is first heard again, and
   * after each cell. One that answers with an error is not: it would do so again.
   */
  mayAsk(isAfterCell: boolean): boolean {
    return (
      !this.areEnough ||
      (this._isSilent && (isAfterCell || !this._isTriedAgain))
    );
  }

  /** @param isSilent - There was no answer at all. */
  failed(isSilent: boolean): void {
    this._isTriedAgain = this.areEnough;
    this._failures++;
    this._isSilent = isSilent;
  }

  succeeded(): void {
    this.samples++;
    this._beginAnew();
  }

  /** It is not worth another one. */
  giveUp(): void {
    this._failures = ENOUGH;
    this._isSilent = false;
  }

  /** The kernel is another process. */
  beginAnew(): void {
    this._beginAnew();
    this.inSubshell = false;
  }

  private _beginAnew(): void {
    this._failures = 0;
    this._isTriedAgain = false;
  }

  private _failures = 0;
  private _isTriedAgain = false;
  private _isSilent = false;
}
