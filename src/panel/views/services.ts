import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISnippetCatalog } from '../../library/catalogToken';
import type { IKitSettings } from '../../tokens';
import type { CurrentRuntime } from '../model/currentRuntime';
import type { RunActions } from '../actions/runActions';
import type { SnippetActions } from '../actions/snippetActions';
import type { SnippetDrag } from '../actions/snippetDrag';

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
