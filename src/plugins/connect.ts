import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { NO_ARGS } from './commandArguments';
import { CommandIDs } from '../tokens';
import { DOMAIN } from '../ui/translation';

/**
 * Connecting a remote of rclone's in the kernel of the current notebook.
 */
export const connect: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:connect',
  description: 'A dialog that connects storage in the kernel.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    app.commands.addCommand(CommandIDs.connectRemote, {
      label: trans.__('Connect a Remote…'),
      caption: trans.__(
        "Connect Google Drive or other storage to the kernel's machine with rclone"
      ),
      isEnabled: () => tracker.currentWidget !== null,
      describedBy: { args: NO_ARGS },
      execute: async () => {
        const panel = tracker.currentWidget;
        const kernel = panel?.sessionContext.session?.kernel;
        const { isPython } = await import('../notebook');
        if (!kernel || !isPython(panel)) {
          Notification.warning(
            trans.__(
              "Can't connect a remote: open a notebook with a Python kernel first."
            ),
            { autoClose: 6000 }
          );
          return null;
        }
        const { RemoteDialog } = await import('../connect/connect');
        return new RemoteDialog(kernel, trans).run();
      }
    });
  }
};
