import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { PartialJSONObject } from '@lumino/coreutils';

import { CommandIDs, IKitSettings } from '../tokens';
import { DOMAIN } from '../ui/translation';
import { NO_ARGS } from './commandArguments';

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
      if (
        panel.isDisposed ||
        !settings.values.restoreOutputs ||
        !isWanted(panel)
      ) {
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
    app.commands.addCommand(CommandIDs.openOutputs, {
      label: trans.__('Outputs…'),
      caption: trans.__(
        'Export or delete the outputs that the server keeps for notebooks'
      ),
      describedBy: { args: NO_ARGS },
      execute: async () => {
        const [{ JournalClient }, { showOutputsDialog }] = await Promise.all([
          import('../outputs/journalClient'),
          import('../outputs/outputsDialog')
        ]);
        const client = new JournalClient(app.serviceManager.serverSettings);
        await showOutputsDialog(client, trans);
      }
    });
    app.commands.addCommand(CommandIDs.toggleRestoreOutputs, {
      label: trans.__('Restore Outputs of This Notebook'),
      caption: trans.__(
        'Show what the kernel printed while no page was open, when this notebook is opened'
      ),
      describedBy: { args: NO_ARGS },
      isToggleable: true,
      isEnabled: () => tracker.currentWidget !== null,
      isToggled: () => isWanted(tracker.currentWidget),
      execute: () => {
        const { currentWidget } = tracker;
        const model = currentWidget?.model;
        if (model) {
          model.setMetadata('runtime_kit', {
            ...kitMetadata(currentWidget),
            restore_outputs: !isWanted(currentWidget)
          });
        }
      }
    });
    const begin = (panel: NotebookPanel): void => {
      watch(panel).catch(console.warn);
    };
    tracker.forEach(begin);
    tracker.widgetAdded.connect((_, panel) => begin(panel));
  }
};

/** Whether a notebook wants its outputs restored; its metadata can switch it off. */
function isWanted(panel: NotebookPanel | null): boolean {
  return panel !== null && kitMetadata(panel).restore_outputs !== false;
}

function kitMetadata(panel: NotebookPanel): PartialJSONObject {
  const found = panel.model?.getMetadata('runtime_kit') as unknown;
  return found && typeof found === 'object' ? (found as PartialJSONObject) : {};
}
