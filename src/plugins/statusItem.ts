import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Signal } from '@lumino/signaling';

import { LazySlot } from '../ui/lazySlot';
import { IRuntimeViewsLoader } from '../panel/viewsToken';
import { IKitSettings } from '../tokens';

/**
 * The runtime of the current notebook in the status bar.
 */
export const statusItem: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:status-item',
  description: 'Shows the runtime of the current notebook in the status bar.',
  autoStart: true,
  requires: [IRuntimeViewsLoader, INotebookTracker, IKitSettings],
  optional: [IStatusBar],
  activate: (
    _: JupyterFrontEnd,
    loader: IRuntimeViewsLoader,
    tracker: INotebookTracker,
    settings: IKitSettings,
    statusBar: IStatusBar | null
  ) => {
    if (!statusBar) {
      return;
    }
    const slot = new LazySlot(async () => {
      await settings.ready;
      await tracker.currentWidget?.sessionContext.ready;
      (await loader.load()).mountStatusItem(slot);
    });
    slot.addClass('jp-RuntimeKit-statusItem');
    const changed = new Signal<object, void>(slot);
    tracker.currentChanged.connect(() => changed.emit());
    settings.changed.connect(() => changed.emit());
    statusBar.registerStatusItem('jupyterlab-runtime-kit:status', {
      item: slot,
      align: 'left',
      rank: 100,
      isActive: () => {
        const { monitor, monitorStatusItem } = settings.values;
        return monitor && monitorStatusItem && tracker.currentWidget !== null;
      },
      activeStateChanged: changed
    });
  }
};
