import type { TranslationBundle } from '@jupyterlab/translation';

import type { WatchState } from './watchState';

/** One sentence for why a kernel is not watched; empty where it is. */
export function stateText(state: WatchState, trans: TranslationBundle): string {
  switch (state.kind) {
    case 'live':
    case 'idle':
      return '';
    case 'connecting':
      return connectingText(state.reason, trans);
    case 'busy-unreachable':
      return trans.__(
        'A cell is running, and this kernel cannot be asked before it ends.'
      );
    case 'gone':
      return trans.__('The kernel has ended.');
    case 'unavailable':
      break;
  }
  switch (state.reason) {
    case 'language':
      return trans.__('Only Python kernels can be watched.');
    case 'no-kernel':
      return trans.__('This notebook has no kernel.');
    case 'silent':
      return trans.__('The kernel does not answer. It may be running a cell.');
    case 'failed':
      return trans.__('The kernel cannot be watched: %1', state.message);
  }
}

function connectingText(
  reason: 'asking' | 'disconnected' | 'restarting',
  trans: TranslationBundle
): string {
  switch (reason) {
    case 'asking':
      return trans.__('Waiting for the kernel.');
    case 'disconnected':
      return trans.__('The connection to the server is lost.');
    case 'restarting':
      return trans.__('The kernel is restarting.');
  }
}
