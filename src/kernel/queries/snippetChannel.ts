import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import check from '../../../runtime_kit/frontend/parameter_check.py';
import inputs from '../../../runtime_kit/frontend/snippet_arguments.py';
import connection from '../../../runtime_kit/frontend/snippet_connection.py';
import magic from '../../../runtime_kit/frontend/snippet_magic.py';

import { injectedCall } from '../transport/injectedCall';

/** Each needs names of those in front of it. */
const SOURCES = [check, inputs, magic, connection];

/**
 * A kernel's request to insert a snippet, sent by the `%snippet` magic.
 */
export interface IInsertMessage {
  method: 'insert_snippet';
  id: string;
  parameters: Record<string, unknown>;
}

/** Its request to propose edits of the notebook's own training loop. */
export interface IProposeMessage {
  method: 'propose_edits';
}

export type SnippetMessage = IInsertMessage | IProposeMessage;

/** The part of a kernel connection that the channel needs. */
type IChannelKernel = Pick<
  Kernel.IKernelConnection,
  'iopubMessage' | 'requestExecute' | 'statusChanged' | 'status' | 'disposed'
>;

/**
 * Make the `%snippet` magic ready for the request that follows, and listen to
 * what it asks for.
 *
 * Called in the moment before a cell with the magic is sent: one silent
 * request goes ahead of it on the same channel, so the kernel has the magic
 * when the cell runs. No comm is opened from here, because on kernels with
 * subshells that message could overtake or be overtaken by the cell; the
 * kernel sends on a comm id that we chose, and we read it from iopub.
 *
 * @param cell - The cell that is sent next. With several cells on their way the
 * kernel tells by its id, or by its code, which channel a request belongs to.
 * @param catalog - The snippets there are, as `SnippetLibrary.describe` gives them.
 * @param onMessage - Called for each request.
 * @returns a function that stops listening.
 */
export function openSnippetChannel(
  kernel: IChannelKernel,
  cell: { id: string; code: string },
  catalog: readonly unknown[],
  onMessage: (message: SnippetMessage) => void
): () => void {
  const commId = UUID.uuid4();
  const onIOPub = (_: unknown, message: KernelMessage.IIOPubMessage): void => {
    if (message.header.msg_type !== 'comm_msg') {
      return;
    }
    const { comm_id, data } =
      message.content as KernelMessage.ICommMsgMsg['content'];
    // Kernels that give a comm an id of their own say in the data which it is.
    const isOurs = comm_id === commId || data.channel === commId;
    if (isOurs && isSnippetMessage(data)) {
      onMessage(data);
    }
  };
  kernel.iopubMessage.connect(onIOPub);
  const args = [commId, JSON.stringify(catalog), cell.id, cell.code];
  const future = kernel.requestExecute({
    code: injectedCall(SOURCES, 'connect', args),
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false
  });
  // Without the magic the cell itself says that it does not exist.
  future.done.catch(() => undefined);
  return () => {
    kernel.iopubMessage.disconnect(onIOPub);
  };
}

function isSnippetMessage(data: unknown): data is SnippetMessage {
  const { method, id, parameters } = (data ?? {}) as Record<string, unknown>;
  if (method === 'propose_edits') {
    return true;
  }
  return (
    method === 'insert_snippet' &&
    typeof id === 'string' &&
    typeof parameters === 'object'
  );
}
