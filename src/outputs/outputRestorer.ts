/*
 * Room outputs: Outputs that a kernel printed while no page was open: fetch, match, follow.
 * May import tokens.ts, kernel, notebook, ui.
 */

import { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import { FollowedExecution } from './followedExecution';
import { FollowedExecutions, parentOf } from './followedExecutions';
import { isShown } from './isShown';
import type { JournalClient } from './journalClient';
import { readExecutions } from './readExecutions';
import { ReceivedMessages } from './receivedMessages';
import type { IKernelExecutions, IRestoreStep } from './restorePlan';
import { isOpen, newestExecutions, planRestore } from './restorePlan';
import { watchLeaving } from './sharedRestoring';

/** What was restored, and how to take it back. */
export interface IRestored {
  /** Number of outputs in cells whose execution is over. */
  readonly outputs: number;
  /** When the first of their executions began, in seconds since 1970. */
  readonly since: number;
  /** Characters of output that the journal has not kept. */
  readonly dropped: number;
  /** Messages that the journal has not kept. */
  readonly lost: number;
  /** Show what the cells showed before. */
  undo(): void;
}

/** Why the journal is read, other than for a new kernel. */
interface IReason {
  /** This page may have missed what it ran itself. */
  readonly wasAway?: boolean;
  /** Another page has left, and what it ran or restored may be incomplete. */
  readonly left?: boolean;
}

/** How long messages that are on their way are waited for, in milliseconds. */
const CATCH_UP = 2000;
/** Between two readings that a kernel's late messages cause, in milliseconds. */
const PAUSE = 1000;

/**
 * Shows in one notebook what its kernel printed while no page listened.
 *
 * It reads the journal when the notebook gets a kernel, when the connection is
 * back, and when another page of a shared notebook leaves; it follows what still
 * runs. It edits outputs only, never code.
 */
export class OutputRestorer implements IDisposable {
  /**
   * @param onRestored - Called once for each time something was restored.
   */
  constructor(
    private _panel: NotebookPanel,
    private _client: JournalClient,
    private _onRestored: (restored: IRestored) => void
  ) {
    const { sessionContext } = _panel;
    sessionContext.kernelChanged.connect(this._onKernelChanged, this);
    sessionContext.iopubMessage.connect(this._onIOPub, this);
    sessionContext.statusChanged.connect(this._onStatus, this);
    sessionContext.connectionStatusChanged.connect(this._onConnection, this);
    this._leaving = watchLeaving(_panel, () => this._begin({ left: true }));
    this._listen(sessionContext.session?.kernel ?? null);
    this._begin();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    this._leaving.dispose();
    const { sessionContext } = this._panel;
    sessionContext.kernelChanged.disconnect(this._onKernelChanged, this);
    sessionContext.iopubMessage.disconnect(this._onIOPub, this);
    sessionContext.statusChanged.disconnect(this._onStatus, this);
    sessionContext.connectionStatusChanged.disconnect(this._onConnection, this);
    this._listen(null);
  }

  private _onKernelChanged(
    _: unknown,
    change: { newValue: Kernel.IKernelConnection | null }
  ): void {
    if (change.newValue?.id !== this._kernel?.id) {
      this._endAll();
    }
    this._listen(change.newValue);
    this._begin();
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    if (status !== 'connected') {
      this._wasAway = true;
    } else if (this._wasAway) {
      this._wasAway = false;
      this._begin({ wasAway: true });
    }
  }

  private _listen(kernel: Kernel.IKernelConnection | null): void {
    this._kernel?.anyMessage.disconnect(this._onAnyMessage, this);
    if (kernel && kernel !== this._kernel) {
      this._followed.takeHooks(kernel);
    }
    this._kernel = kernel;
    kernel?.anyMessage.connect(this._onAnyMessage, this);
  }

  private _begin(reason: IReason = {}): void {
    this._restoring = this._restoring
      .then(() => this._restore(reason))
      .catch(reason => {
        console.warn('Runtime kit: outputs were not restored.', reason);
      });
  }

  /** Read the journal once more, but not for each of many messages. */
  private _beginLater(): void {
    if (!this._timer && !this._isDisposed) {
      this._timer = window.setTimeout(() => {
        this._timer = undefined;
        this._begin();
      }, PAUSE);
    }
  }

  private async _restore({ wasAway, left }: IReason): Promise<void> {
    const kernel = this._panel.sessionContext.session?.kernel;
    if (!kernel || this._isDisposed) {
      return;
    }
    // From here on what the kernel sends is kept until its cell is known.
    this._early = [];
    this._isReading = true;
    try {
      const saved = this._savedAt();
      const found = await readExecutions(
        this._client,
        this._panel,
        kernel,
        saved
      );
      if (wasAway) {
        await this._catchUp(found);
      }
      const wanted = left ? this._cutOff(found) : found;
      const steps = planRestore(this._cells(), wanted, saved, {
        isComplete: (execution, current) =>
          (current && !wasAway) || this._received.has(execution),
        isDecided: ({ id, seq }) => (this._decided.get(id) ?? -1) >= seq
      });
      if (this._isCurrent(kernel)) {
        await this._apply(kernel, steps);
        this._remember(found);
      }
    } finally {
      this._isReading = false;
      this._early = [];
    }
  }

  /** Wait a little for what the server kept for this page while it was away. */
  private async _catchUp(found: readonly IKernelExecutions[]): Promise<void> {
    const requests = new Set(this._cells().map(({ request }) => request));
    const own = found
      .flatMap(({ current, executions }) => (current ? executions : []))
      .filter(({ id }) => requests.has(id));
    const end = Date.now() + CATCH_UP;
    while (Date.now() < end && own.some(one => !this._received.has(one))) {
      await new Promise(resolve => window.setTimeout(resolve, 50));
    }
  }

  /** What a page that left may have left incomplete: what still seems to run. */
  private _cutOff(found: readonly IKernelExecutions[]): IKernelExecutions[] {
    const cells = this._codeCells().map(({ model }) => model);
    const running = new Set(
      cells
        .filter(({ executionState }) => executionState === 'running')
        .map(({ id }) => id)
    );
    return found.map(({ executions, ...kernel }) => ({
      ...kernel,
      executions: executions.filter(one => running.has(one.cell ?? ''))
    }));
  }

  /** Know late messages of what is not followed now: of threads, and to displays. */
  private _remember(found: readonly IKernelExecutions[]): void {
    this._late.clear();
    const requests = new Set(this._cells().map(({ request }) => request));
    // A kernel that seems idle may only be between two cells.
    found
      .filter(({ current }) => current)
      .flatMap(({ executions }) => executions.filter(isOpen))
      .filter(({ id }) => !requests.has(id) && !this._tried.has(id))
      .forEach(({ id }) => this._late.add(id));
    for (const { current, execution } of newestExecutions(found).values()) {
      const { id, seq, displays } = execution;
      if (current) {
        this._decided.set(id, Math.max(seq, this._decided.get(id) ?? 0));
      }
      if (current && !requests.has(id)) {
        [id, ...displays]
          .filter(one => !this._tried.has(one))
          .forEach(one => this._late.add(one));
      }
    }
  }

  private async _apply(
    kernel: Kernel.IKernelConnection,
    steps: readonly IRestoreStep[]
  ): Promise<void> {
    const requests = new Map(this._cells().map(one => [one.id, one.request]));
    const undone: (() => void)[] = [];
    let outputs = 0;
    let since = Infinity;
    let dropped = 0;
    let lost = 0;
    for (const id of new Set(steps.map(step => step.kernel))) {
      const own = steps.filter(step => step.kernel === id);
      const kinds = new Map(own.map(step => [step.execution.id, step.kind]));
      const wanted = own.map(step => step.execution);
      for await (const slice of this._client.outputs(id, wanted)) {
        for (const execution of slice) {
          const cell = this._cell(execution.cell);
          if (
            !this._isCurrent(kernel) ||
            !cell ||
            // Run again meanwhile.
            requestOf(cell) !== requests.get(cell.model.id) ||
            isShown(cell, execution, kinds.get(execution.id)!)
          ) {
            continue;
          }
          this._received.set(execution, this._early);
          const early = id === kernel.id ? this._early : null;
          const undo = this._followed.show(kernel, cell, execution, early);
          if (!isOpen(execution)) {
            undone.push(() => {
              if (undo()) {
                this._decided.set(execution.id, Infinity);
              }
            });
            outputs += execution.outputs;
            since = Math.min(since, execution.started ?? since);
            dropped += execution.dropped;
            lost += execution.lost;
          }
        }
        // The page stays usable between two slices.
        await new Promise(resolve => window.setTimeout(resolve));
      }
    }
    if (undone.length > 0 && !this._isDisposed) {
      const undo = (): void => undone.forEach(one => one());
      this._onRestored({ outputs, since, dropped, lost, undo });
    }
  }

  private _onAnyMessage(
    _: unknown,
    { msg, direction }: Kernel.IAnyMessageArgs
  ): void {
    if (direction !== 'recv') {
      return;
    }
    this._received.add(msg);
    if (msg.channel === 'stdin') {
      this._followed.ask(msg as KernelMessage.IStdinMessage);
    }
  }

  private _onIOPub(_: unknown, sent: KernelMessage.IMessage): void {
    const message = sent as KernelMessage.IIOPubMessage;
    if (this._isReading) {
      this._early.push(message);
    }
    const isTaken = this._followed.handle(message);
    const isUpdate = KernelMessage.isUpdateDisplayDataMsg(message);
    const late = isUpdate
      ? (message.content.transient?.display_id ?? '')
      : isTaken || message.header.msg_type === 'status'
        ? ''
        : parentOf(message);
    if (this._late.delete(late)) {
      // Once: it is followed from then on, or there is a reason against it.
      this._tried.add(late);
      this._beginLater();
    }
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (
      status === 'restarting' ||
      status === 'autorestarting' ||
      status === 'dead' ||
      status === 'terminating'
    ) {
      this._endAll();
    }
  }

  private _endAll(): void {
    this._followed.endAll();
    this._late.clear();
  }

  private _cells() {
    return this._codeCells().map(cell => ({
      id: cell.model.id,
      count: cell.model.executionCount,
      outputs: cell.model.outputs.length,
      request: requestOf(cell)
    }));
  }

  private _codeCells(): CodeCell[] {
    return this._panel.content.widgets.filter(
      (cell): cell is CodeCell => cell instanceof CodeCell
    );
  }

  private _cell(id: string | null): CodeCell | undefined {
    return this._codeCells().find(cell => cell.model.id === id);
  }

  private _isCurrent(kernel: Kernel.IKernelConnection): boolean {
    return (
      !this._isDisposed &&
      this._panel.sessionContext.session?.kernel?.id === kernel.id
    );
  }

  /** When the file was written last, in seconds since 1970. */
  private _savedAt(): number {
    const saved = this._panel.context.contentsModel?.last_modified;
    return saved ? Date.parse(saved) / 1000 : 0;
  }

  /** By execution: how far the journal was when it was decided about. */
  private _decided = new Map<string, number>();
  /** What the kernel sends while the journal is read. */
  private _early: KernelMessage.IIOPubMessage[] = [];
  private _followed = new FollowedExecutions(
    cell => this._cell(cell),
    execution => {
      // Where its cell was only moved, it is found there.
      this._decided.delete(execution);
      this._beginLater();
    }
  );
  private _isDisposed = false;
  private _isReading = false;
  private _kernel: Kernel.IKernelConnection | null = null;
  /** Executions and displays of which nothing is shown now. */
  private _late = new Set<string>();
  private _leaving: IDisposable;
  private _received = new ReceivedMessages();
  private _restoring: Promise<void> = Promise.resolve();
  private _tried = new Set<string>();
  private _timer: number | undefined;
  private _wasAway = false;
}

/** Message id of the execution that the page shows in a cell live; null: none. */
function requestOf(cell: CodeCell): string | null {
  const { future } = cell.outputArea;
  return !future || (future instanceof FollowedExecution && future.isDisposed)
    ? null
    : future.msg.header.msg_id;
}
