import { Token } from '@lumino/coreutils';

import type { RuntimeViews } from './runtimeViews';

/**
 * The Runtime panel's part that is loaded when something of it is shown.
 */
export interface IRuntimeViewsLoader {
  load(): Promise<RuntimeViews>;
}

export const IRuntimeViewsLoader = new Token<IRuntimeViewsLoader>(
  'jupyterlab-runtime-kit:IRuntimeViewsLoader',
  'The views of the runtime, loaded when first shown.'
);
