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
        "A cell is running. This kernel can't respond until it finishes."
      );
    case 'gone':
      return trans.__('The kernel is no longer running.');
    case 'unavailable':
      break;
  }
  switch (state.reason) {
    case 'language':
      return trans.__('Only Python kernels can be monitored.');
    case 'no-kernel':
      return trans.__('This notebook has no kernel.');
    case 'silent':
      return trans.__(
        'The kernel is not responding. It may be running a cell.'
      );
    case 'failed':
      return trans.__("Can't monitor the kernel: %1", state.message);
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
      return trans.__('Connection to the server lost.');
    case 'restarting':
      return trans.__('The kernel is restarting.');
  }
}
