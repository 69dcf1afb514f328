import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { SnippetLibrary } from './snippetLibrary';

/**
 * The snippets: the built-in ones and the user's own.
 */
export interface ISnippetCatalog {
  /** Load the library. The first call fetches a lazy chunk; later ones do not. */
  load(): Promise<SnippetLibrary>;
  /** The library when it is loaded, null before. */
  readonly library: SnippetLibrary | null;
  /** Emitted when the library was loaded and when its snippets changed. */
  readonly changed: ISignal<ISnippetCatalog, void>;
}

export const ISnippetCatalog = new Token<ISnippetCatalog>(
  'jupyterlab-runtime-kit:ISnippetCatalog',
  'The snippets of the runtime kit, loaded when first needed.'
);
