import { type Kernel, KernelMessage } from '@jupyterlab/services';

import {
  type Answer,
  type IReplyFuture,
  readAnswer,
  silentRequest,
  within
} from './evaluate';

/** Milliseconds without a cell until a subshell is deleted. */
const REST = 2000;

/** The part of a kernel connection that a question over a subshell needs. */
export type ISubshellKernel = Pick<
  Kernel.IKernelConnection,
  | 'clientId'
  | 'status'
  | 'statusChanged'
  | 'username'
  | 'supportsSubshells'
  | 'sendControlMessage'
  | 'sendShellMessage'
>;

/**
 * Evaluate an expression in a subshell, while a cell runs in the main shell. The
 * kernel has to have subshells (ipykernel 7).
 *
 * For something the user asked for just now, never for polling or on view: a
 * server and a page take the status `idle` of each message for the kernel's. The
 * kernel's side hides that of the request (`publish.hide_idle`), and the subshell
 * is deleted when the cell has ended. The messages
 * go over the notebook's own connection, whose `subshellId` stays as it is; a
 * cloned one would first ask for the kernel's info and wait behind the cell. So
 * does the notebook's in a page that was loaded after the cell began: it knows
 * of no subshells, and its own requests for them would fail.
 */
export async function evaluateInSubshell(
  kernel: ISubshellKernel,
  expression: string,
  timeout: number
): Promise<Answer> {
  const end = Date.now() + timeout;
  const id = await createSubshell(kernel, timeout);
  if (id === null) {
    return { kind: 'timeout' };
  }
  try {
    const message = KernelMessage.createMessage({
      msgType: 'execute_request',
      channel: 'shell',
      username: kernel.username,
      session: kernel.clientId,
      subshellId: id,
      content: silentRequest(expression)
    });
    const future = kernel.sendShellMessage(message, true);
    return await readAnswer(
      future as unknown as IReplyFuture,
      Math.max(end - Date.now(), 0)
    );
  } catch (reason) {
    return { kind: 'gone' };
  } finally {
    deleteWhenIdle(kernel, id);
  }
}

/**
 * A kernel often is idle for a moment only, between two cells or between our own
 * question and a cell, and the deletion's status `idle` would come over the next
 * cell.
 */
function deleteWhenIdle(kernel: ISubshellKernel, id: string): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const check = (): void => {
    clearTimeout(timer);
    if (kernel.status !== 'busy') {
      timer = setTimeout(() => {
        kernel.statusChanged.disconnect(check);
        deleteSubshell(kernel, id);
      }, REST);
    }
  };
  kernel.statusChanged.connect(check);
  check();
}

async function createSubshell(
  kernel: ISubshellKernel,
  timeout: number
): Promise<string | null> {
  try {
    const message: KernelMessage.ICreateSubshellRequestMsg =
      KernelMessage.createMessage({
        ...control(kernel),
        msgType: 'create_subshell_request',
        content: {}
      });
    const future = kernel.sendControlMessage(message, true, true);
    const created = future.done.then(
      reply => (reply?.content as { subshell_id?: string }).subshell_id ?? null,
      () => null
    );
    return await within(created, timeout, null);
  } catch (reason) {
    // The connection is closed.
    return null;
  }
}

function deleteSubshell(kernel: ISubshellKernel, id: string): void {
  try {
    const message: KernelMessage.IDeleteSubshellRequestMsg =
      KernelMessage.createMessage({
        ...control(kernel),
        msgType: 'delete_subshell_request',
        content: { subshell_id: id }
      });
    const future = kernel.sendControlMessage(message, true, true);
    future.done.catch(() => undefined);
  } catch (reason) {
    // With the connection the kernel forgets it, or it ends with the kernel.
  }
}

function control({ clientId, username }: ISubshellKernel) {
  return { channel: 'control' as const, username, session: clientId };
}
