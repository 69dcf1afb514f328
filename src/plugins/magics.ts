import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';

import { MagicListener } from '../insert/magicListener';
import { ISnippetCatalog } from '../library/catalogToken';
import { CommandIDs, ISnippetInserter } from '../tokens';

/**
 * `%snippet` and `%%snippet` without `%load_ext`.
 */
export const magics: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:magics',
  description: 'Makes %snippet work in notebooks of this page.',
  autoStart: true,
  requires: [INotebookTracker, ISnippetCatalog, ISnippetInserter],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    catalog: ISnippetCatalog,
    inserter: ISnippetInserter
  ) => {
    const listener = new MagicListener({
      tracker,
      catalog,
      inserter,
      // The command is about the current notebook.
      propose: panel => {
        if (tracker.currentWidget === panel) {
          void app.commands.execute(CommandIDs.makeResumable);
        }
      }
    });
    NotebookActions.executionScheduled.connect(
      listener.onExecutionScheduled,
      listener
    );
  }
};
