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
        'A cell is running, and this kernel cannot be reached before it ends.'
      );
    case 'gone':
      return trans.__('There is no kernel.');
    case 'closed':
      return trans.__('The notebook was closed before the kernel answered.');
    case 'restarted':
      return trans.__('The kernel was restarted or has ended meanwhile.');
    case 'aborted':
    case 'timeout':
      return trans.__('The kernel did not answer.');
    case 'error':
      return trans.__('The kernel answered: %1', reply.message);
  }
}

/** What becomes of a checkpoint that the training was asked for. */
export function endText(end: End, trans: TranslationBundle): string {
  switch (end) {
    case 'ended':
      return trans.__('The kernel ended before a step was saved.');
    case 'closed':
      return trans.__(
        'The notebook was closed meanwhile. A step is saved if its training goes on.'
      );
    case 'unwatched':
      return trans.__(
        'The kernel is not watched any more. A step is saved if its training goes on.'
      );
  }
}
