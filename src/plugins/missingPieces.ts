import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';

import { MissingPieces } from '../requirements/missingPieces';
import { IMissingPieces, ISnippetCatalog } from '../tokens';

/**
 * Knows before the click what a snippet lacks.
 */
export const missingPieces: JupyterFrontEndPlugin<IMissingPieces> = {
  id: 'jupyterlab-runtime-kit:missing-pieces',
  description: 'Knows what snippets need and the kernel does not have.',
  autoStart: true,
  provides: IMissingPieces,
  requires: [INotebookTracker, ISnippetCatalog],
  activate: (
    _: JupyterFrontEnd,
    tracker: INotebookTracker,
    catalog: ISnippetCatalog
  ) => new MissingPieces(tracker, catalog)
};
