/*
 * Room outputs: Outputs that a kernel printed while no page was open: fetch, match, follow.
 * May import tokens.ts, kernel, notebook, ui.
 */

import { CodeCell } from '@jupyterlab/cells';
import type * as nbformat from '@jupyterlab/nbformat';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import { FollowedExecution } from './followedExecution';
import type { IExecutionOutputs, JournalClient } from './journalClient';
import type { IKernelExecutions, IRestoreStep } from './restorePlan';
import { planRestore } from './restorePlan';

/** What was restored, and how to take it back. */
export interface IRestored {
  /** Number of outputs in cells whose execution is over. */
  readonly outputs: number;
  /** When the first of their executions began, in seconds since 1970. */
  readonly since: number;
  /** Characters of output that the journal has not kept. */
  readonly dropped: number;
  /** Show what the cells showed before. */
  undo(): void;
}

/** How many journals of earlier kernels of a notebook are looked at. */
const EARLIER = 3;

/**
 * Shows in one notebook what its kernel printed while no page listened.
 *
 * It reads the journal when the notebook gets a kernel and when the connection is
 * back, and follows what still runs. It edits outputs only, never code.
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
    this._followed.clear();
    const { sessionContext } = this._panel;
    sessionContext.kernelChanged.disconnect(this._onKernelChanged, this);
    sessionContext.iopubMessage.disconnect(this._onIOPub, this);
    sessionContext.statusChanged.disconnect(this._onStatus, this);
  }

  private _onKernelChanged(
    _: unknown,
    change: { newValue: Kernel.IKernelConnection | null }
  ): void {
    if (change.newValue?.id !== this._kernel) {
      this._endAll();
    }
    this._begin();
  }

  private _begin(): void {
    this._restoring = this._restoring
      .then(() => this._restore())
      .catch(reason => {
        console.warn('Runtime kit: outputs were not restored.', reason);
      });
  }

  private async _restore(): Promise<void> {
    const kernel = this._panel.sessionContext.session?.kernel;
    if (!kernel || this._isDisposed) {
      return;
    }
    this._kernel = kernel.id;
    // From here on what the kernel sends is kept until its cell is known.
    this._early.clear();
    this._isReading = true;
    try {
      const steps = planRestore(
        this._cells(),
        await this._executions(kernel),
        this._savedAt()
      );
      if (this._isCurrent(kernel)) {
        await this._apply(kernel, steps);
        this._earlyUpdates.forEach(update => this._updateDisplay(update));
      }
    } finally {
      this._isReading = false;
      this._early.clear();
      this._earlyUpdates = [];
    }
  }

  /** What the journals hold of the kernel, and of earlier kernels of this notebook. */
  private async _executions(
    kernel: Kernel.IKernelConnection
  ): Promise<IKernelExecutions[]> {
    const saved = this._savedAt();
    const journals = await this._client.journals(this._panel.context.path);
    if (!journals) {
      return [];
    }
    const own = await this._client.executions(kernel.id);
    const found: IKernelExecutions[] = own
      ? [
          {
            kernel: kernel.id,
            current: true,
            idle: kernel.status === 'idle',
            executions: own.executions
          }
        ]
      : [];
    if (own && this._isShared && own.pages) {
      // Another page that edits the same document shows what it runs.
      const pages = new Set(own.pages);
      found[0] = {
        ...found[0],
        executions: own.executions.filter(
          one => one.session === null || !pages.has(one.session)
        )
      };
    }
    const earlier = journals.filter(
      one => !one.alive && one.kernel !== kernel.id && one.modified >= saved
    );
    for (const { kernel: id } of earlier.slice(0, EARLIER)) {
      const executions = await this._client.executions(id);
      if (executions) {
        const entry = { kernel: id, current: false };
        found.push({ ...entry, executions: executions.executions });
      }
    }
    return found;
  }

  private async _apply(
    kernel: Kernel.IKernelConnection,
    steps: readonly IRestoreStep[]
  ): Promise<void> {
    const before: [CodeCell, nbformat.IOutput[], number | null][] = [];
    let outputs = 0;
    let since = Infinity;
    let dropped = 0;
    for (const id of new Set(steps.map(step => step.kernel))) {
      const own = steps.filter(step => step.kernel === id);
      const kinds = new Map(own.map(step => [step.execution.id, step.kind]));
      const wanted = own.map(step => step.execution);
      for await (const slice of this._client.outputs(id, wanted)) {
        for (const execution of slice) {
          const cell = this._cell(execution.cell);
          if (!this._isCurrent(kernel) || !cell) {
            continue;
          }
          if (
            kinds.get(execution.id) === 'follow' &&
            (execution.state === 'queued' || execution.state === 'running')
          ) {
            this._follow(kernel, cell, execution);
            continue;
          }
          const { model } = cell;
          before.push([cell, model.outputs.toJSON(), model.executionCount]);
          show(cell, execution);
          outputs += execution.outputs;
          since = Math.min(since, execution.started ?? since);
          dropped += execution.dropped;
        }
        // The page stays usable between two slices.
        await new Promise(resolve => window.setTimeout(resolve));
      }
    }
    if (before.length > 0 && !this._isDisposed) {
      const undo = (): void => {
        for (const [cell, values, count] of before) {
          if (!cell.isDisposed) {
            cell.model.outputs.fromJSON(values);
            cell.model.executionCount = count;
          }
        }
      };
      this._onRestored({ outputs, since, dropped, undo });
    }
  }

  private _follow(
    kernel: Kernel.IKernelConnection,
    cell: CodeCell,
    execution: IExecutionOutputs
  ): void {
    const followed = new FollowedExecution(kernel, cell, execution);
    this._rememberDisplays(cell, execution);
    followed.begin();
    this._followed.set(execution.id, followed);
    for (const message of this._early.get(execution.id) ?? []) {
      this._handle(followed, message);
    }
    this._early.delete(execution.id);
  }

  private _onIOPub(_: unknown, sent: KernelMessage.IMessage): void {
    const message = sent as KernelMessage.IIOPubMessage;
    if (KernelMessage.isUpdateDisplayDataMsg(message)) {
      this._updateDisplay(message);
      if (this._isReading) {
        this._earlyUpdates.push(message);
      }
      return;
    }
    const parent = (message.parent_header as { msg_id?: string }).msg_id;
    const followed = parent && this._followed.get(parent);
    if (followed) {
      this._handle(followed, message);
    } else if (parent && this._isReading) {
      const early = this._early.get(parent) ?? [];
      early.push(message);
      this._early.set(parent, early);
    }
  }

  /** One message after the other: a hook may take its time. */
  private _handle(
    followed: FollowedExecution,
    message: KernelMessage.IIOPubMessage
  ): void {
    this._queue = this._queue
      .then(async () => {
        await followed.handle(message);
        const { outputs } = this._cell(followed.cell)?.model ?? {};
        if (KernelMessage.isDisplayDataMsg(message) && outputs) {
          const display = message.content.transient?.display_id;
          this._rememberDisplay(followed.cell, display, outputs.length - 1);
        }
        if (followed.isDisposed) {
          this._followed.delete(followed.id);
        }
      })
      .catch(console.error);
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
    for (const followed of this._followed.values()) {
      followed.end();
    }
    this._followed.clear();
    this._displays.clear();
  }

  private _rememberDisplays(
    cell: CodeCell,
    execution: IExecutionOutputs
  ): void {
    execution.content.forEach((output, index) => {
      this._rememberDisplay(cell.model.id, output.transient?.display_id, index);
    });
  }

  private _rememberDisplay(
    cell: string,
    display: string | undefined,
    index: number
  ): void {
    if (display) {
      const places = this._displays.get(display) ?? [];
      places.push({ cell, index });
      this._displays.set(display, places);
    }
  }

  private _updateDisplay(message: KernelMessage.IUpdateDisplayDataMsg): void {
    const id = message.content.transient?.display_id;
    for (const { cell, index } of this._displays.get(id) ?? []) {
      const outputs = this._cell(cell)?.model.outputs;
      if (outputs && outputs.get(index)?.type === 'display_data') {
        const { data, metadata } = message.content;
        outputs.set(index, { output_type: 'display_data', data, metadata });
      }
    }
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

  /** Whether other pages edit the same document. */
  private get _isShared(): boolean {
    return this._panel.context.model.collaborative === true;
  }

  /** When the file was written last, in seconds since 1970. */
  private _savedAt(): number {
    const saved = this._panel.context.contentsModel?.last_modified;
    return saved ? Date.parse(saved) / 1000 : 0;
  }

  private _displays = new Map<string, { cell: string; index: number }[]>();
  private _early = new Map<string, KernelMessage.IIOPubMessage[]>();
  private _earlyUpdates: KernelMessage.IUpdateDisplayDataMsg[] = [];
  private _followed = new Map<string, FollowedExecution>();
  private _isDisposed = false;
  private _isReading = false;
  private _kernel: string | null = null;
  private _queue: Promise<void> = Promise.resolve();
  private _restoring: Promise<void> = Promise.resolve();
}

/** Message id of what the page has sent, or follows, for a cell; null: nothing. */
function requestOf(cell: CodeCell): string | null {
  const { future } = cell.outputArea;
  return !future || (future instanceof FollowedExecution && future.isDisposed)
    ? null
    : future.msg.header.msg_id;
}

/** Show an execution that is over. */
function show(cell: CodeCell, execution: IExecutionOutputs): void {
  const { model } = cell;
  model.outputs.fromJSON(
    execution.content.map(
      ({ transient, ...output }) => output
    ) as nbformat.IOutput[]
  );
  model.executionCount = execution.count;
  model.executionState = 'idle';
}
