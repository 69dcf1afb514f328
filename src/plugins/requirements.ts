import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';

import { Requirements } from '../requirements/requirements';
import { ISnippetCatalog } from '../library/catalogToken';
import { IRequirements } from '../tokens';

/**
 * Knows before the click what a snippet lacks.
 */
export const requirements: JupyterFrontEndPlugin<IRequirements> = {
  id: 'jupyterlab-runtime-kit:requirements',
  description: 'Knows what snippets need and the kernel does not have.',
  autoStart: true,
  provides: IRequirements,
  requires: [INotebookTracker, ISnippetCatalog],
  activate: (
    _: JupyterFrontEnd,
    tracker: INotebookTracker,
    catalog: ISnippetCatalog
  ) => new Requirements(tracker, catalog)
};
