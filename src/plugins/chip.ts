import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { addToolbarButtonClass } from '@jupyterlab/ui-components';

import { LazySlot } from '../ui/lazySlot';
import { IRuntimeViewsLoader } from '../panel/viewsToken';
import { IKitSettings } from '../tokens';

/**
 * The toolbar's chip: one a notebook, because each has its own kernel.
 */
export const chip: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:chip',
  description: 'Shows the runtime in the notebook toolbar.',
  autoStart: true,
  requires: [IRuntimeViewsLoader, IKitSettings],
  optional: [IToolbarWidgetRegistry],
  activate: (
    _: JupyterFrontEnd,
    loader: IRuntimeViewsLoader,
    settings: IKitSettings,
    registry: IToolbarWidgetRegistry | null
  ) => {
    registry?.addFactory<NotebookPanel>(
      'Notebook',
      'runtime-kit-monitor',
      panel => {
        const slot = new LazySlot(async () => {
          await Promise.all([settings.ready, panel.revealed]);
          await panel.sessionContext.ready;
          const views = await loader.load();
          if (!slot.isDisposed) {
            views.mountChip(slot, panel);
          }
        });
        addToolbarButtonClass(slot);
        showIf(slot, settings, ({ monitor, monitorChip }) =>
          Boolean(monitor && monitorChip)
        );
        return slot;
      }
    );
  }
};

/** Hide a widget while the settings do not want it. */
function showIf(
  slot: LazySlot,
  settings: IKitSettings,
  wanted: (values: IKitSettings['values']) => boolean
): void {
  const update = (): void => slot.setHidden(!wanted(settings.values));
  settings.changed.connect(update);
  slot.disposed.connect(() => {
    settings.changed.disconnect(update);
  });
  update();
}
