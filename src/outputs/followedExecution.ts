import type { CodeCell } from '@jupyterlab/cells';
import { type Kernel, KernelMessage } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';

import type { IExecutionOutputs } from './journalClient';
import { knownMessages } from './knownMessages';

type ExecuteReply = KernelMessage.IExecuteReplyMsg;
type Future = Kernel.IShellFuture<
  KernelMessage.IExecuteRequestMsg,
  ExecuteReply
>;
type Hook = (
  message: KernelMessage.IIOPubMessage
) => boolean | PromiseLike<boolean>;

/**
 * An execution of the journal, shown in a cell.
 *
 * It stands in for the future that `CodeCell.execute` would have: the output area
 * applies its messages as it does live ones, also those of threads after the cell
 * has ended, and whoever runs the cell again replaces it. It never sends a request
 * of its own; only an answer to `input()` goes to the kernel.
 */
export class FollowedExecution implements Future {
  /**
   * @param _find - The cell: moving it makes another widget of it.
   * @param _onDisposed - Called when the output area lets go of it.
   */
  constructor(
    private _kernel: Kernel.IKernelConnection,
    private _find: () => CodeCell | undefined,
    private _execution: IExecutionOutputs,
    private _onDisposed: () => void = () => undefined
  ) {
    this.msg = {
      header: { msg_id: _execution.id, msg_type: 'execute_request' },
      channel: 'shell',
      content: { code: _find()?.model.sharedModel.getSource() ?? '' },
      metadata: { cellId: _execution.cell },
      parent_header: {}
    } as unknown as KernelMessage.IExecuteRequestMsg;
    this._count = _execution.count;
    this._isKnown = knownMessages(_execution.recent);
    // Nobody may wait for it, and its end is no error.
    this._done.promise.catch(() => undefined);
  }

  readonly msg: KernelMessage.IExecuteRequestMsg;
  onReply: (message: ExecuteReply) => void = () => undefined;
  onIOPub: (message: KernelMessage.IIOPubMessage) => void = () => undefined;
  onStdin: (message: KernelMessage.IStdinMessage) => void = () => undefined;

  get done(): Promise<ExecuteReply> {
    return this._done.promise;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get id(): string {
    return this._execution.id;
  }

  /** Show what the journal has, and be ready for what the kernel sends next. */
  begin(): void {
    const cell = this._find();
    if (!cell) {
      return;
    }
    const { model, outputArea } = cell;
    outputArea.future = this;
    model.executionState = 'running';
    const { content } = this._execution;
    const { style } = outputArea.node;
    const { display } = style;
    content.forEach(({ output_type, ...output }, index) => {
      // A cell measures itself at each output: hidden, that costs no layout.
      style.display = index < content.length - 1 ? 'none' : display;
      this._apply(output_type, output);
    });
    if (this._execution.clear_next) {
      this._apply('clear_output', { wait: true });
    }
    const { prompt } = this._execution;
    if (prompt) {
      this.onStdin({
        ...prompt,
        channel: 'stdin',
        metadata: {},
        parent_header: this.msg.header
      } as unknown as KernelMessage.IStdinMessage);
    }
  }

  /** Take a message whose parent is this execution. */
  async handle(message: KernelMessage.IIOPubMessage): Promise<void> {
    if (this._wasPasted()) {
      this.dispose();
    }
    if (this._isDisposed || this._isKnown(message.header)) {
      return;
    }
    if (KernelMessage.isExecuteInputMsg(message)) {
      this._count = message.content.execution_count;
    }
    // Output widgets of ipywidgets take messages away from the cell.
    for (const hook of [...this._hooks].reverse()) {
      if (!(await hook(message))) {
        return;
      }
    }
    if (!this._isDisposed) {
      this.onIOPub(message);
      if (
        KernelMessage.isStatusMsg(message) &&
        message.content.execution_state === 'idle'
      ) {
        this.end();
      }
    }
  }

  /** A display that this or another execution updates. */
  update(message: KernelMessage.IUpdateDisplayDataMsg): void {
    if (!this._isDisposed) {
      this.onIOPub(message);
    }
  }

  /** The kernel asks for a line of input. */
  ask(message: KernelMessage.IStdinMessage): void {
    if (!this._isDisposed) {
      this.onStdin(message);
    }
  }

  /** The execution is over, or its kernel is. */
  end(): void {
    const cell = this._find();
    if (!this._isDisposed && !this._isOver && cell) {
      cell.model.executionState = 'idle';
      // A cell with a new count counts as idle, so it gets it at the end.
      cell.model.executionCount = this._count;
    }
    this._isOver = true;
    this._resolve();
  }

  /** Called by the output area when the cell runs again or goes. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._hooks = [];
    this._resolve();
    this._onDisposed();
  }

  registerMessageHook(hook: Hook): void {
    this._hooks.push(hook);
  }

  removeMessageHook(hook: Hook): void {
    this._hooks = this._hooks.filter(one => one !== hook);
  }

  sendInputReply(
    content: KernelMessage.IInputReplyMsg['content'],
    parent: KernelMessage.IInputReplyMsg['parent_header']
  ): void {
    this._kernel.sendInputReply(content, parent);
  }

  /**
   * Whether its cell was cut and pasted: for an undo of the cutting, JupyterLab only
   * detaches the execution, and the cell that was pasted has none.
   */
  private _wasPasted(): boolean {
    const cell = this._find();
    return cell !== undefined && cell.outputArea.future !== this;
  }

  private _resolve(): void {
    const content = { status: 'ok', execution_count: this._count };
    this._done.resolve({ content } as ExecuteReply);
  }

  private _apply(type: string, content: object): void {
    this.onIOPub({
      header: { msg_type: type },
      content,
      parent_header: this.msg.header,
      metadata: {},
      channel: 'iopub'
    } as unknown as KernelMessage.IIOPubMessage);
  }

  private _count: number | null;
  private _done = new PromiseDelegate<ExecuteReply>();
  private _hooks: Hook[] = [];
  private _isDisposed = false;
  private _isKnown: (header: KernelMessage.IHeader) => boolean;
  private _isOver = false;
}
