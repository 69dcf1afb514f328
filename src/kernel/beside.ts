import { type Kernel, KernelMessage } from '@jupyterlab/services';

import {
  type Answer,
  type IReplyFuture,
  readAnswer,
  silentRequest
} from './evaluate';

/** The part of a kernel connection that asking beside a cell needs. */
export type IBesideKernel = Pick<
  Kernel.IKernelConnection,
  | 'clientId'
  | 'username'
  | 'supportsSubshells'
  | 'requestCreateSubshell'
  | 'requestDeleteSubshell'
  | 'sendShellMessage'
>;

/**
 * Evaluate an expression beside the cell that is running, in a subshell.
 *
 * For something the user asked for just now, never for polling: the subshell's
 * status messages make servers and front ends believe that the kernel is idle,
 * which the kernel's side has to make good (`Watcher.say_busy`). The messages
 * go over the notebook's own connection, whose `subshellId` stays as it is; a
 * cloned one would first ask for the kernel's info and wait behind the cell.
 *
 * @returns `busy` where the kernel has no subshells (ipykernel before 7).
 */
export async function evaluateBeside(
  kernel: IBesideKernel,
  expression: string,
  timeout: number
): Promise<Answer> {
  if (!kernel.supportsSubshells) {
    return { kind: 'busy' };
  }
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
    deleteSubshell(kernel, id);
  }
}

async function createSubshell(
  kernel: IBesideKernel,
  timeout: number
): Promise<string | null> {
  let timer = 0;
  const late = new Promise<null>(resolve => {
    timer = window.setTimeout(() => resolve(null), timeout);
  });
  try {
    const future = kernel.requestCreateSubshell({});
    const created = future.done.then(
      reply => reply?.content.subshell_id ?? null,
      () => null
    );
    return await Promise.race([created, late]);
  } catch (reason) {
    // The connection is closed.
    return null;
  } finally {
    window.clearTimeout(timer);
  }
}

function deleteSubshell(kernel: IBesideKernel, id: string): void {
  try {
    const future = kernel.requestDeleteSubshell({ subshell_id: id });
    future.done.catch(() => undefined);
  } catch (reason) {
    // With the connection the kernel forgets it, or it ends with the kernel.
  }
}
