import type { TranslationBundle } from '@jupyterlab/translation';

import type { Reply } from './monitorProtocol';

/** Why it is not heard any more what becomes of a request. */
export type End =
  /** The kernel has ended, or the notebook has another one. */
  | 'ended'
  /** The notebook was closed; its kernel may go on. */
  | 'closed'
  /** The user does not want kernels to be watched. */
  | 'unwatched';

/** What came of a request that the kernel gave no answer to. */
export type NoAnswer = Exclude<Reply, { kind: 'value' }> | { kind: 'closed' };

/** Why nothing came of a request, or why that is not known. */
export function failureText(reply: NoAnswer, trans: TranslationBundle): string {
  switch (reply.kind) {
    case 'busy':
      return trans.__(
        "A cell is running. This kernel can't respond until it finishes."
      );
    case 'gone':
      return trans.__('This notebook has no kernel.');
    case 'closed':
      return trans.__('The notebook was closed before the kernel responded.');
    case 'restarted':
      return trans.__('The kernel restarted or shut down before it responded.');
    case 'aborted':
    case 'timeout':
      return trans.__("The kernel didn't respond.");
    case 'error':
      return trans.__('The kernel returned an error: %1', reply.message);
  }
}

/** What becomes of a checkpoint that the training was asked for. */
export function endText(end: End, trans: TranslationBundle): string {
  switch (end) {
    case 'ended':
      return trans.__('The kernel stopped before the checkpoint was saved.');
    case 'closed':
      return trans.__(
        'The notebook was closed. If training continues, the checkpoint will still be saved.'
      );
    case 'unwatched':
      return trans.__(
        'Monitoring was turned off. If training continues, the checkpoint will still be saved.'
      );
  }
}
