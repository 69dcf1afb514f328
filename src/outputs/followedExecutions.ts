import type { CodeCell } from '@jupyterlab/cells';
import { type Kernel, KernelMessage } from '@jupyterlab/services';

import { FollowedExecution } from './followedExecution';
import type { IExecutionOutputs } from './journalClient';
import { isOpen } from './restorePlan';

/** The executions that a page has from the journal, each shown in its cell. */
export class FollowedExecutions {
  /**
   * @param find - The cell with an id.
   * @param onLost - Called when a cell has let go of its execution: it was run
   * again, moved, or deleted.
   */
  constructor(
    private _find: (cell: string | null) => CodeCell | undefined,
    private _onLost: (execution: string) => void
  ) {}

  /**
   * Have hooks that are registered with the kernel reach followed executions, of
   * which it knows nothing: an Output widget of ipywidgets takes messages so.
   */
  takeHooks(kernel: Kernel.IKernelConnection): void {
    const register = kernel.registerMessageHook.bind(kernel);
    const remove = kernel.removeMessageHook.bind(kernel);
    kernel.registerMessageHook = (id, hook) => {
      register(id, hook);
      this._followed.get(id)?.registerMessageHook(hook);
    };
    kernel.removeMessageHook = (id, hook) => {
      remove(id, hook);
      this._followed.get(id)?.removeMessageHook(hook);
    };
  }

  /**
   * Show an execution, and follow it where it is one of the notebook's kernel.
   *
   * @param early - What came from the kernel while the journal was read.
   * @returns what shows again what the cell showed before, and whether it has.
   */
  show(
    kernel: Kernel.IKernelConnection,
    cell: CodeCell,
    execution: IExecutionOutputs,
    early: readonly KernelMessage.IIOPubMessage[] | null
  ): () => boolean {
    const { id } = execution;
    const values = cell.model.outputs.toJSON();
    const count = cell.model.executionCount;
    const find = (): CodeCell | undefined => this._find(execution.cell);
    const followed = new FollowedExecution(kernel, find, execution, () => {
      if (this._followed.delete(id)) {
        this._onLost(id);
      }
    });
    followed.begin();
    if (!isOpen(execution)) {
      followed.end();
    }
    if (early) {
      this._followed.set(id, followed);
      early.forEach(message => this._hand(message, followed));
    }
    return () => {
      const shown = find();
      if (shown?.outputArea.future !== followed) {
        return false;
      }
      this._followed.delete(id);
      followed.dispose();
      shown.model.outputs.fromJSON(values);
      shown.model.executionCount = count;
      return true;
    };
  }

  /**
   * Have the followed executions take a message of the kernel.
   *
   * @returns whether its parent is one of them.
   */
  handle(message: KernelMessage.IIOPubMessage): boolean {
    if (KernelMessage.isUpdateDisplayDataMsg(message)) {
      this._followed.forEach(followed => this._hand(message, followed));
    }
    const followed = this._followed.get(parentOf(message));
    if (followed && !KernelMessage.isUpdateDisplayDataMsg(message)) {
      this._hand(message, followed);
    }
    return followed !== undefined;
  }

  /** Show a question of the kernel, behind the output that came before it. */
  ask(message: KernelMessage.IStdinMessage): void {
    this._enqueue(() => this._followed.get(parentOf(message))?.ask(message));
  }

  /** The kernel has ended or restarted. */
  endAll(): void {
    for (const followed of this._followed.values()) {
      followed.end();
    }
    this._followed.clear();
  }

  private _hand(
    message: KernelMessage.IIOPubMessage,
    followed: FollowedExecution
  ): void {
    if (KernelMessage.isUpdateDisplayDataMsg(message)) {
      this._enqueue(() => followed.update(message));
    } else if (parentOf(message) === followed.id) {
      this._enqueue(() => followed.handle(message));
    }
  }

  /** One message after the other: a hook may take its time. */
  private _enqueue(task: () => void | Promise<void>): void {
    this._queue = this._queue.then(task).catch(console.error);
  }

  private _followed = new Map<string, FollowedExecution>();
  private _queue: Promise<void> = Promise.resolve();
}

/** Message id of the request that a message belongs to. */
export function parentOf(message: KernelMessage.IMessage): string {
  return (message.parent_header as { msg_id?: string }).msg_id ?? '';
}
