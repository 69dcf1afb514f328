import type { TranslationBundle } from '@jupyterlab/translation';

import type { Reason } from './watchState';

/** One plain sentence for why a kernel is not watched; empty where it is. */
export function stateText(
  reason: Reason,
  detail: string,
  trans: TranslationBundle
): string {
  switch (reason) {
    case '':
      return '';
    case 'asking':
      return trans.__('Waiting for the kernel.');
    case 'busy':
      return trans.__(
        'A cell is running, and this kernel cannot be asked before it ends.'
      );
    case 'disconnected':
      return trans.__('The connection to the server is lost.');
    case 'restarting':
      return trans.__('The kernel is restarting.');
    case 'language':
      return trans.__('Only Python kernels can be watched.');
    case 'no-kernel':
      return trans.__('This notebook has no kernel.');
    case 'dead':
      return trans.__('The kernel has ended.');
    case 'silent':
      return trans.__('The kernel does not answer. It may be running a cell.');
    case 'failed':
      return trans.__('The kernel cannot be watched: %1', detail);
  }
}
