import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IKitSettings } from '../tokens';
import { DOMAIN } from '../ui/translation';

/**
 * Restores what a notebook's kernel printed while no page was open.
 */
export const outputs: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:outputs',
  description:
    'Restores the outputs that a kernel printed while no page was open.',
  autoStart: true,
  requires: [INotebookTracker, IKitSettings],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    settings: IKitSettings,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const watch = async (panel: NotebookPanel): Promise<void> => {
      await Promise.all([panel.revealed, settings.ready]);
      await panel.sessionContext.ready;
      if (panel.isDisposed || !settings.values.restoreOutputs) {
        return;
      }
      const [{ JournalClient }, { OutputRestorer }, { restoredText }] =
        await Promise.all([
          import('../outputs/journalClient'),
          import('../outputs/outputRestorer'),
          import('../outputs/restoredText')
        ]);
      const client = new JournalClient(app.serviceManager.serverSettings);
      const restorer = new OutputRestorer(panel, client, restored => {
        const id = Notification.info(restoredText(restored, trans), {
          autoClose: 8000,
          actions: [
            {
              label: trans.__('Undo'),
              callback: () => {
                restored.undo();
                Notification.dismiss(id);
              }
            }
          ]
        });
      });
      panel.disposed.connect(() => restorer.dispose());
    };
    const begin = (panel: NotebookPanel): void => {
      watch(panel).catch(console.warn);
    };
    tracker.forEach(begin);
    tracker.widgetAdded.connect((_, panel) => begin(panel));
  }
};
