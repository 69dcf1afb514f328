import type { TranslationBundle } from '@jupyterlab/translation';

import type { IKitSettings, ISnippetCatalog } from '../../tokens';
import type { CurrentRuntime } from '../currentRuntime';
import type { RunActions } from '../runActions';
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
  trans: TranslationBundle;
  /** Execute a command; null in place of a function where there is no such command. */
  connectRemote: (() => void) | null;
  insertSnippet: (id: string) => void;
}
