import type { KernelMessage } from '@jupyterlab/services';

/**
 * The users' cells that run in a kernel, told from what it publishes. Its status
 * may be that of a question or of a subshell, and its next sample comes a while
 * after a cell has ended.
 */
export class RunningCells {
  /** Whether one runs; null where this page may have missed its beginning. */
  get any(): boolean | null {
    return this._isKnown ? this._ids.size > 0 : null;
  }

  /** @returns whether a cell begins with this message. */
  take(message: KernelMessage.IIOPubMessage): boolean {
    const { content, header, parent_header } = message;
    const id = (parent_header as { msg_id?: string })?.msg_id ?? '';
    // Silent requests, ours and those of others, have no such message.
    const isBeginning = header.msg_type === 'execute_input';
    if (isBeginning) {
      this._isKnown = true;
      this._ids.add(id);
    } else if (header.msg_type === 'status' && isIdle(content)) {
      this._ids.delete(id);
    }
    return isBeginning;
  }

  /** The kernel says that none runs. It may be news of before one began. */
  noneRuns(): void {
    this._isKnown = true;
  }

  /** The kernel is another process, or something it said was lost. */
  forget(): void {
    this._isKnown = false;
    this._ids.clear();
  }

  private _ids = new Set<string>();
  private _isKnown = false;
}

function isIdle(content: object): boolean {
  return (content as { execution_state?: string }).execution_state === 'idle';
}
