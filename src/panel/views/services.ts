import type { TranslationBundle } from '@jupyterlab/translation';

import type { IKitSettings, ISnippetCatalog } from '../../tokens';
import type { CurrentRuntime } from '../currentRuntime';
import type { RunActions } from '../runActions';
import type { SnippetActions } from '../snippetActions';
import type { SnippetDrag } from '../snippetDrag';

/**
 * What the views of the panel reach.
 */
export interface IPanelServices {
  actions: RunActions;
  catalog: ISnippetCatalog;
  current: CurrentRuntime;
  drag: SnippetDrag;
  settings: IKitSettings;
  snippets: SnippetActions;
  trans: TranslationBundle;
  /** null where there is no such command. */
  connectRemote: (() => void) | null;
}
